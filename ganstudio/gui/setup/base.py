"""What the setups of runs on the plane and on pictures have in common: method, networks, optimisers, training, run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ganstudio.experiment import Experiment, Optimiser
from ganstudio.gui.setup.pair_form import LABEL_WIDTH, PairForm
from ganstudio.gui.setup.parts import MethodParts
from ganstudio.gui.widgets import ChoiceField, Equations, Line, Panel, Refusal, SettingsForm, heading, label, losses
from ganstudio.gui.wording import refusal_text
from ganstudio.methods import METHODS
from ganstudio.settings import Settings, SettingsError

__all__ = ["PendingCard", "SetupBase"]

NETWORKS = {"generator": "Generator", "critic": "Critic"}
OPTIMISERS = {f"{name}_optimiser": title for name, title in NETWORKS.items()}
LISTED = 3
"""Settings that are named of those that wait for a restart."""


class Edited(Protocol):
    """What takes edits: a session."""

    @property
    def message(self) -> SignalInstance:
        """Signal(str, str): (level, text)."""
        ...

    def edit(self, path: str, value: Any) -> None:
        """Change a setting, or raise `SettingsError`."""
        ...

    def choose_method(self, method: str) -> None:
        """Take a named method, or raise `SettingsError`."""
        ...


@runtime_checkable
class Rejects(Protocol):
    """A form that can say under a field why its value was refused."""

    def reject(self, path: str, text: str) -> bool:
        """Say it; return whether there is such a field."""
        ...


class SetupBase(Panel):
    """The fields that all runs have, and what becomes of an edit.

    Parameters
    ----------
    session
        Takes the edits.
    network
        The settings of a network, or those of each by its name in `NETWORKS`.
    methods
        Family -> method -> title.
    label_width
        Pixels at text scale 1 of what stands before the two networks' fields.
    """

    def __init__(
        self,
        session: Edited,
        network: type[Settings] | Mapping[str, type[Settings]],
        methods: Mapping[str, Mapping[str, str]],
        label_width: int = LABEL_WIDTH,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._edited = session
        self.method = ChoiceField()
        self.method.set_groups(
            {**methods, self.tr("Without a name"): {"": self.tr("Own combination")}},
            {key: "\n".join((row.full_name, *row.also_called)) for key, row in METHODS.items()},
        )
        self.method.setObjectName("method")
        self.method.setAccessibleName(self.tr("Method"))
        self._method_refused = Refusal()
        self._equations = Equations()
        self._parts = MethodParts()
        self._networks = PairForm(network, NETWORKS, label_width=label_width)
        self._noise = SettingsForm("noise")
        self._optimisers = PairForm(Optimiser, OPTIMISERS, label_width=label_width)
        self._training = SettingsForm("training")
        self._run = SettingsForm(only=("seed", "device"))
        self.method.edited.connect(self._on_method)
        for form in (self._parts, self._networks, self._noise, self._optimisers, self._training, self._run):
            form.edited.connect(self._on_edited)

    def refresh(self) -> None:
        """Show what is set now."""
        raise NotImplementedError

    def _show_draft(self, draft: Experiment) -> None:
        """Show an experiment in the fields that all runs have."""
        method = draft.method
        self.method.set_value(method or "")
        self._method_refused.say("")
        self._equations.setVisible(method is not None)
        if method:
            row = METHODS[method]
            source = f"{row.paper}, {row.year}" + (f", arXiv:{row.arxiv}" if row.arxiv else "")
            self._equations.set_rows(losses(row), f"{row.full_name}\n{source}")
        self._parts.show_settings(draft)
        self._networks.show_settings(draft)
        self._noise.show_settings(draft.noise)
        self._optimisers.show_settings(draft)
        critic = draft.objective.critic != "none"
        self._networks.set_column_enabled("critic", critic)
        self._optimisers.set_column_enabled("critic_optimiser", critic)
        self._training.show_settings(draft.training)
        self._run.show_settings(draft)

    # ---- laying out ----------------------------------------------------------------------------------

    def _column(self, top: int) -> tuple[QScrollArea, QVBoxLayout]:
        """Return an area that scrolls, and the column in it, with so many pixels above it."""
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(12, top, 12, 12)
        column.setSpacing(8)
        area = QScrollArea()
        area.setWidget(content)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area, column

    def _add_section(self, column: QVBoxLayout, title: str, *widgets: QWidget) -> QHBoxLayout:
        """Add a headed section to a column; return the row with its heading, for what stands at its right."""
        if column.count():
            column.addWidget(Line())
        row = QHBoxLayout()
        row.setContentsMargins(0, 6, 0, 0)
        row.addWidget(heading(title))
        row.addStretch(1)
        column.addLayout(row)
        for widget in widgets:
            column.addWidget(widget)
        return row

    # ---- editing -------------------------------------------------------------------------------------

    def _on_edited(self, path: str, value: Any) -> None:
        """Tell the session; where it refuses, say so under the field."""
        form: object = self.sender()
        try:
            self._edited.edit(path, value)
        except SettingsError as error:
            text = refusal_text(path, str(error))
            if not (isinstance(form, Rejects) and form.reject(path, text)):
                self._edited.message.emit("warning", str(error))
                self.refresh()

    def _on_method(self, value: str) -> None:
        if not value:
            self.refresh()
            return
        try:
            self._edited.choose_method(value)
        except SettingsError as error:
            self.refresh()
            self._method_refused.say(refusal_text("method", str(error)))


class PendingCard(Panel):
    """Says which edits wait for a restart, and offers it; hidden while none does.

    Attributes
    ----------
    restart, discard
        The buttons.
    buttons
        Their row, for more between them.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="card")
        self._text = label("", "")
        self._text.setWordWrap(True)
        self.restart = QPushButton(self.tr("Restart"))
        self.restart.setProperty("role", "primary")
        self.discard = QPushButton(self.tr("Undo"))
        self.buttons = QHBoxLayout()
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.discard)
        self.buttons.addWidget(self.restart)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.addWidget(self._text)
        layout.addLayout(self.buttons)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def show_titles(self, titles: list[str]) -> None:
        """Name the settings that wait."""
        self.setVisible(bool(titles))
        if titles:
            more = self.tr(" and {0} more").format(len(titles) - LISTED) if len(titles) > LISTED else ""
            self._text.setText(self.tr("A restart is needed for: {0}").format(", ".join(titles[:LISTED]) + more))
