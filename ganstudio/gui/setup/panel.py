"""The setup panel: data, method, networks, optimisers, training."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.data import DISTRIBUTIONS
from ganstudio.experiment import GeneratorNetwork, Network
from ganstudio.gui import theme
from ganstudio.gui.session import Session
from ganstudio.gui.setup.base import PendingCard, SetupBase
from ganstudio.gui.setup.mode_weights import ModeWeights
from ganstudio.gui.setup.own_data_row import OwnDataRow
from ganstudio.gui.widgets import (
    ChoiceField,
    ElidedLabel,
    Refusal,
    SegmentedControl,
    SettingsForm,
)
from ganstudio.gui.widgets.text_line import TextLine
from ganstudio.gui.wording import method_groups, refusal_text, setting_titles
from ganstudio.settings import SettingsError

__all__ = ["SetupPanel"]

WIDTH = 316
"""Pixels at text scale 1."""
LONGEST_TITLE = 15
"""Characters of a pane's title where two stand side by side."""


class SetupPanel(SetupBase):
    """Shows the draft of the session's selected pane, and edits it.

    Parameters
    ----------
    own_data
        What makes data of one's own: a button for each stands beside the kinds of data.

    Attributes
    ----------
    branch_wanted : Signal()
        The edits are to go into a new pane that begins where the selected one is.
    """

    branch_wanted = Signal()

    def __init__(self, session: Session, own_data: Sequence[QAction] = (), parent: QWidget | None = None) -> None:
        super().__init__(session, {"generator": GeneratorNetwork, "critic": Network}, method_groups(), parent=parent)
        self.method.setToolTip(self.tr("Objective and constraints, with the settings that its authors used."))
        self._session = session
        self._own_data = OwnDataRow(own_data)
        self._mode_weights = ModeWeights()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._pending = PendingBar(session)
        self._pending.branch_wanted.connect(self.branch_wanted)
        self._scopes: dict[QLabel, tuple[str, ...]] = {}
        self._shown_panes: dict[str, str] = {}
        self._make_fields()
        self._lay_out()
        session.active_changed.connect(self._on_active)
        session.experiments_changed.connect(self.refresh)
        session.panes_changed.connect(self.refresh)
        theme.current().changed.connect(self._restyle)
        self._restyle()

    # ---- making --------------------------------------------------------------------------------------

    def _make_fields(self) -> None:
        self._which: SegmentedControl | None = None
        self._which_row = QHBoxLayout()
        self._data_kind = ChoiceField({name: kind.title for name, kind in DISTRIBUTIONS.items()})
        self._data_kind.setObjectName("data.name")
        self._data_kind.setToolTip(self.tr("What is learned. Another kind starts with its own usual settings."))
        self._data_kind.setAccessibleName(self.tr("Data"))
        self._data_refused = Refusal()
        self._data = SettingsForm("data")
        self._data_kind.edited.connect(self._on_data_kind)
        for form in (self._data, self._mode_weights):
            form.edited.connect(self._on_edited)

    def _lay_out(self) -> None:
        scroll, column = self._column(4)
        data = (self._data_kind, self._data_refused, self._own_data, self._mode_weights, self._data)
        self._section(column, self.tr("Data"), ("data",), *data)
        self._section(column, self.tr("Noise"), ("noise",), self._noise)
        self._section(column, self.tr("Method"), (), self.method, self._method_refused, self._equations, self._parts)
        self._section(column, self.tr("Networks"), (), self._networks)
        self._section(column, self.tr("Optimisers"), (), self._optimisers)
        self._section(column, self.tr("Training"), (), self._training)
        self._section(column, self.tr("Run"), ("seed", "device"), self._run)
        column.addStretch(1)
        self._which_box = QWidget()
        self._which_box.setLayout(self._which_row)
        self._which_row.setContentsMargins(12, 12, 12, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._which_box)
        layout.addWidget(scroll, 1)
        layout.addWidget(self._pending)

    def _section(self, column: QVBoxLayout, title: str, shared: tuple[str, ...], *widgets: QWidget) -> None:
        """Add a headed section; `shared` are its parts of the settings tree that panes can share."""
        row = self._add_section(column, title, *widgets)
        note = ElidedLabel("", "small")
        note.set_hint(
            self.tr("Where an edit goes: to the panes that agree on this with the selected one")
            if shared
            else self.tr("Where an edit goes: to the selected pane")
        )
        self._scopes[note] = shared
        row.addWidget(note)

    # ---- showing -------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the selected pane's draft."""
        pane = self._session.active
        if pane is None:
            return
        draft = pane.draft
        self._show_panes()
        for note, shared in self._scopes.items():
            note.setText(self._scope(shared) if len(self._session.panes) > 1 else "")
        self._data_kind.set_value(draft.data.name)
        self._data_refused.say("")
        self._own_data.show_data(draft.data)
        self._mode_weights.show_data(draft.data)
        self._data.show_settings(draft.data)
        self._show_draft(draft)
        self._pending.refresh()

    def _scope(self, shared: tuple[str, ...]) -> str:
        """Return which of several panes an edit of a section goes to."""
        panes, active = self._session.panes, self._session.active
        if not shared and active is not None:
            return active.draft.title
        parts = {}
        for path in shared:
            sharers = self._session.sharers(path)
            numbers = ", ".join(str(number) for number, pane in enumerate(panes, start=1) if pane in sharers)
            if len(sharers) == len(panes):
                parts[path] = self.tr("all panes")
            else:
                parts[path] = (self.tr("pane {0}") if len(sharers) == 1 else self.tr("panes {0}")).format(numbers)
        if len(set(parts.values())) == 1:
            return parts[shared[0]]
        return "; ".join(f"{path}: {text}" for path, text in parts.items())

    def _restyle(self) -> None:
        self.setMinimumWidth(round(WIDTH * theme.current().scale))
        self.refresh()

    def _show_panes(self) -> None:
        """Show which pane is edited, as a choice where there is one."""
        panes = self._session.panes
        titles = {pane.name: f"{number}  {_short(pane.draft.title)}" for number, pane in enumerate(panes, start=1)}
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

    def _on_data_kind(self, value: str) -> None:
        try:
            self._session.edit("data.name", value)
        except SettingsError as error:
            self.refresh()
            self._data_refused.say(refusal_text("data.name", str(error)))

    def _on_active(self) -> None:
        """Show another pane; what was typed or refused belonged to the last one."""
        for line in self.findChildren(TextLine):
            line.revert()
        self.refresh()

    def _on_pane(self, name: str) -> None:
        for pane in self._session.panes:
            if pane.name == name:
                self._session.select(pane)


def _short(title: str) -> str:
    """Return a title that fits beside another one."""
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"


class PendingBar(PendingCard):
    """Offers a new pane, too, that begins with the edits where the selected one is."""

    branch_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.restart.setToolTip(self.tr("Begin the changed panes again with the new settings"))
        self.discard.setToolTip(self.tr("Go back to the settings that the runs have"))
        self._session = session
        self._branch = QPushButton(self.tr("Branch from here"))
        self._branch.setToolTip(self.tr("Add a pane with the new settings that begins at the step that is shown"))
        self.buttons.insertWidget(self.buttons.indexOf(self.restart), self._branch)
        self._branch.clicked.connect(self.branch_wanted)
        self.restart.clicked.connect(session.apply_pending)
        self.discard.clicked.connect(session.discard_pending)

    def refresh(self) -> None:
        """Show or hide according to the session."""
        waiting = [pane for pane in self._session.panes if pane.pending]
        self._branch.setEnabled(self._session.active in waiting)
        self.show_titles(sorted({title for pane in waiting for title in setting_titles(pane.draft, pane.pending)}))
