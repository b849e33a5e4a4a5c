"""The setup panel: data, method, networks, optimisers, training."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.data import DISTRIBUTIONS
from ganstudio.experiment import Experiment, Network, Optimiser
from ganstudio.gui import theme
from ganstudio.gui.session import Session
from ganstudio.gui.setup.pair_form import PairForm
from ganstudio.gui.widgets import ChoiceField, Line, Panel, SegmentedControl, SettingsForm, heading, label
from ganstudio.gui.widgets.settings_form import field_for, tooltip_for
from ganstudio.methods import METHODS
from ganstudio.settings import SettingsError

__all__ = ["SetupPanel"]

PLAYERS = {"generator": "Generator", "critic": "Critic"}
WIDTH = 316


class SetupPanel(Panel):
    """Shows the draft of the session's selected pane, and edits it.

    Attributes
    ----------
    gallery_wanted : Signal()
        A person wants to choose a method from the gallery.
    """

    gallery_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setMinimumWidth(WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._pending = PendingBar(session)
        self._scopes: list[QLabel] = []
        self._shown_panes: dict[str, str] = {}
        self._make_fields()
        self._lay_out()
        session.active_changed.connect(self.refresh)
        session.experiments_changed.connect(self.refresh)
        session.panes_changed.connect(self._show_panes)
        theme.current().changed.connect(self.refresh)

    # ---- making --------------------------------------------------------------------------------------

    def _make_fields(self) -> None:
        self._which: SegmentedControl | None = None
        self._which_row = QHBoxLayout()
        self._data_kind = ChoiceField({name: kind.title for name, kind in DISTRIBUTIONS.items()})
        self._data_kind.setObjectName("data.name")
        self._data_kind.setToolTip(self.tr("What is learned. Another kind starts with its own usual settings."))
        self._data_kind.setAccessibleName(self.tr("Data"))
        self._data = SettingsForm()
        self._noise = SettingsForm()
        self._method = ChoiceField({**{key: row.title for key, row in METHODS.items()}, "": self.tr("Own combination")})
        self._method.setObjectName("method")
        self._method.setToolTip(self.tr("Objective and constraints, with the settings that its authors used."))
        self._method.setAccessibleName(self.tr("Method"))
        self._equations = QLabel()
        self._equations.setProperty("role", "equation")
        self._equations.setTextFormat(Qt.TextFormat.RichText)
        self._equations.setWordWrap(True)
        self._equations.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._objective = SettingsForm()
        self._constraints = SettingsForm()
        self._networks = PairForm(Network, PLAYERS)
        self._optimisers = PairForm(Optimiser, PLAYERS)
        self._training = SettingsForm()
        self._seed = self._single("seed")
        self._device = self._single("device")
        self._data_kind.edited.connect(self._on_data_kind)
        self._method.edited.connect(self._on_method)
        self._data.edited.connect(self._on_data)
        self._noise.edited.connect(self._on_noise)
        self._objective.edited.connect(self._on_objective)
        self._constraints.edited.connect(self._on_constraints)
        self._networks.edited.connect(self._on_network)
        self._optimisers.edited.connect(self._on_optimiser)
        self._training.edited.connect(self._on_training)

    def _single(self, name: str) -> Any:
        """Return the field of a setting that stands alone in the tree."""
        declared = Experiment.model_fields[name]
        field = field_for(declared)
        tooltip = tooltip_for(declared, field)
        field.setObjectName(name)
        field.setToolTip(tooltip)
        named = getattr(field, "line", field)
        named.setToolTip(tooltip)
        named.setAccessibleName(str(declared.title))
        field.edited.connect(self._on_single)
        return field

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(12, 4, 12, 12)
        column.setSpacing(8)
        self._section(column, self.tr("Data"), self.tr("all panes"), self._data_kind, self._data)
        self._section(column, self.tr("Noise"), self.tr("all panes"), self._noise)
        self._section(column, self.tr("Method"), "*", self._method, self._equations, self._objective, self._constraints)
        self._section(column, self.tr("Networks"), "*", self._networks)
        self._section(column, self.tr("Optimisers"), "*", self._optimisers)
        self._section(column, self.tr("Training"), "*", self._training)
        self._section(
            column,
            self.tr("Run"),
            self.tr("all panes"),
            self._row("seed", self._seed),
            self._row("device", self._device),
        )
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._which_box = QWidget()
        self._which_box.setLayout(self._which_row)
        self._which_row.setContentsMargins(12, 12, 12, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._which_box)
        layout.addWidget(scroll, 1)
        layout.addWidget(self._pending)

    def _section(self, column: QVBoxLayout, title: str, scope: str, *widgets: QWidget) -> None:
        """Add a headed section; scope "*" is the selected pane."""
        row = QHBoxLayout()
        row.setContentsMargins(0, 6, 0, 0)
        row.addWidget(heading(title))
        row.addStretch(1)
        note = label("" if scope == "*" else scope, "small")
        if scope == "*":
            self._scopes.append(note)
        row.addWidget(note)
        if column.count():
            column.addWidget(Line())
        column.addLayout(row)
        for widget in widgets:
            column.addWidget(widget)

    def _row(self, name: str, field: QWidget) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        caption = label(str(Experiment.model_fields[name].title), "muted")
        caption.setBuddy(field)
        row.addWidget(caption, 1)
        row.addWidget(field, 1)
        return box

    # ---- showing -------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the selected pane's draft."""
        pane = self._session.active
        if pane is None:
            return
        draft = pane.draft
        self._show_panes()
        for note in self._scopes:
            note.setText(draft.title if len(self._session.panes) > 1 else "")
        self._data_kind.set_value(draft.data.name)
        self._data.show_settings(draft.data)
        self._noise.show_settings(draft.noise)
        self._show_method(draft)
        for key in PLAYERS:
            self._networks.show_settings(key, getattr(draft, key))
            self._optimisers.show_settings(key, getattr(draft, f"{key}_optimiser"))
        self._training.show_settings(draft.training)
        self._seed.set_value(draft.seed)
        self._device.set_value(draft.device)
        self._pending.refresh()

    def _show_method(self, draft: Experiment) -> None:
        method = draft.method
        self._method.set_value(method or "")
        self._equations.setVisible(method is not None)
        if method:
            row = METHODS[method]
            self._equations.setText(f"L<sub>D</sub> = {row.critic_loss}<br>L<sub>G</sub> = {row.generator_loss}")
            self._equations.setToolTip(f"<qt>{row.full_name}<br>{row.paper}, {row.year}, arXiv {row.arxiv}</qt>")
        self._objective.show_settings(draft.objective)
        self._objective.setVisible(bool(self._objective.names()))
        self._constraints.show_settings(draft.constraints)
        off = draft.constraints.gradient_penalty == "none"
        self._constraints.hide_settings({"penalty_weight", "one_sided"} if off else set())

    def _show_panes(self) -> None:
        """Show which pane is edited, as a choice where there is one."""
        panes = self._session.panes
        titles = {pane.name: f"{number}  {pane.draft.title}" for number, pane in enumerate(panes, start=1)}
        active = self._session.active
        if self._shown_panes != titles:
            self._shown_panes = titles
            if self._which is not None:
                self._which_row.removeWidget(self._which)
                self._which.hide()
                self._which.deleteLater()
            self._which = SegmentedControl(titles if len(panes) < 3 else {n: str(i) for i, n in enumerate(titles, 1)})
            self._which.setToolTip(self.tr("The pane that method, networks, optimisers and training are of"))
            self._which.chosen.connect(self._on_pane)
            self._which_row.addWidget(self._which)
            self._which_box.setVisible(len(panes) > 1)
        if active is not None and self._which is not None:
            self._which.set_current(active.name)

    # ---- editing -------------------------------------------------------------------------------------

    def _edit(self, path: str, value: Any, form: SettingsForm | None = None) -> None:
        """Tell the session; where it refuses, say so under the field."""
        try:
            self._session.edit(path, value)
        except SettingsError as error:
            name = path.rpartition(".")[2]
            text = str(error).removeprefix(f"{path}: ")
            if form is not None and name in form.names():
                form.show_message(name, text)
            else:
                self._session.message.emit("warning", str(error))
                self.refresh()

    def _on_data_kind(self, value: str) -> None:
        self._edit("data.name", value)

    def _on_method(self, value: str) -> None:
        if value:
            self._session.choose_method(value)
        else:
            self.refresh()

    def _on_data(self, name: str, value: Any) -> None:
        self._edit(f"data.{name}", value, self._data)

    def _on_noise(self, name: str, value: Any) -> None:
        self._edit(f"noise.{name}", value, self._noise)

    def _on_objective(self, name: str, value: Any) -> None:
        self._edit(f"objective.{name}", value, self._objective)

    def _on_constraints(self, name: str, value: Any) -> None:
        self._edit(f"constraints.{name}", value, self._constraints)

    def _on_training(self, name: str, value: Any) -> None:
        self._edit(f"training.{name}", value, self._training)

    def _on_network(self, path: str, value: Any) -> None:
        self._edit(path, value)

    def _on_optimiser(self, path: str, value: Any) -> None:
        player, _, name = path.partition(".")
        self._edit(f"{player}_optimiser.{name}", value)

    def _on_single(self, value: Any) -> None:
        self._edit(self.sender().objectName(), value)

    def _on_pane(self, name: str) -> None:
        for pane in self._session.panes:
            if pane.name == name:
                self._session.select(pane)


class PendingBar(Panel):
    """Says which edits wait for a restart, and offers it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="card")
        self._session = session
        self._text = label("", "")
        self._text.setWordWrap(True)
        self._restart = QPushButton(self.tr("Restart"))
        self._restart.setProperty("role", "primary")
        self._restart.setToolTip(self.tr("Begin the changed panes again at step 0 with the new settings"))
        self._discard = QPushButton(self.tr("Undo"))
        self._discard.setToolTip(self.tr("Go back to the settings that the runs have"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.addWidget(self._text)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._discard)
        buttons.addWidget(self._restart)
        layout.addLayout(buttons)
        self._restart.clicked.connect(session.apply_pending)
        self._discard.clicked.connect(session.discard_pending)
        self.setVisible(False)

    def refresh(self) -> None:
        """Show or hide according to the session."""
        names = {name for pending in self._session.pending.values() for name in pending}
        self.setVisible(bool(names))
        if names:
            titles = sorted(_title_of(name) for name in names)
            shown = ", ".join(titles[:3]) + (
                self.tr(" and {0} more").format(len(titles) - 3) if len(titles) > 3 else ""
            )
            self._text.setText(self.tr("A restart is needed for: {0}").format(shown))


def _title_of(path: str) -> str:
    """Return a setting's name for people."""
    return path.replace("_optimiser", "").replace("_", " ").replace(".", ": ", 1)
