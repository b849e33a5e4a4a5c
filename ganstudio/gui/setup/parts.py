"""What a method is made of, each part to be exchanged: objective, constraints, additions."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ganstudio.consistency import notes
from ganstudio.experiment import Experiment
from ganstudio.gui import theme
from ganstudio.gui.setup.additions import AdditionsSection
from ganstudio.gui.setup.notes import Notes
from ganstudio.gui.widgets import ChoiceField, ElidedLabel, Refusal, SettingsForm, label
from ganstudio.objectives import OBJECTIVES

__all__ = ["MethodParts"]

LABEL_WIDTH = 112
"""That of the forms' labels, at text scale 1."""


class MethodParts(QWidget):
    """Objective, constraints and additions of a draft, and what to know about their combination.

    Attributes
    ----------
    edited : Signal(str, object)
        Dotted path of a setting and the new value that a person gave it, as of a form.
    """

    edited = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.objective_kind = ChoiceField({name: kind.title for name, kind in OBJECTIVES.items()})
        self.objective_kind.setObjectName("objective.name")
        tooltip = self.tr(
            "What both networks minimise. Another one starts with its own usual settings; the rest stays."
        )
        self.objective_kind.setToolTip(tooltip)
        self.objective_kind.setAccessibleName(self.tr("Objective"))
        self.objective_refused = Refusal()
        self._kind = ""
        self._active: list[str] = []
        self.objective = SettingsForm("objective")
        self.constraints = SettingsForm("constraints")
        self.additions = AdditionsSection()
        self.notes = Notes()
        self._unused = label(
            self.tr("There is no critic: constraints, additions and the critic's settings below are not used."), "small"
        )
        self._unused.setWordWrap(True)
        self._unused.setVisible(False)
        self._lay_out(tooltip)
        self.objective_kind.edited.connect(self._on_objective)
        for form in (self.objective, self.constraints, self.additions.form):
            form.edited.connect(self.edited)
        theme.current().changed.connect(self._restyle)
        self._restyle()

    def _lay_out(self, tooltip: str) -> None:
        caption = ElidedLabel(self.tr("Objective"), "muted")
        caption.setBuddy(self.objective_kind)
        caption.set_hint(tooltip)
        self._row = QGridLayout()
        self._row.setHorizontalSpacing(8)
        self._row.setVerticalSpacing(2)
        self._row.setColumnStretch(0, 2)
        self._row.setColumnStretch(1, 3)
        self._row.addWidget(caption, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self.objective_kind, 0, 1)
        self._row.addWidget(self.objective_refused, 1, 0, 1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._row)
        for widget in (self.objective, self.constraints, self.additions, self._unused, self.notes):
            column.addWidget(widget)

    def show_settings(self, draft: Experiment) -> None:
        """Show a draft without signals."""
        self._kind = draft.objective.name
        self._active = [addition.title for _, addition in draft.additions.active()]
        self.objective_kind.set_value(self._kind)
        self.objective_refused.say("")
        self.objective.show_settings(draft.objective)
        _set_visible(self.objective, bool(self.objective.names()))
        self.constraints.show_settings(draft.constraints)
        self.constraints.hide_settings(draft.constraints.idle)
        self.additions.show_settings(draft.additions)
        critic = draft.objective.critic != "none"
        _set_visible(self.constraints, critic)
        _set_visible(self.additions, critic)
        _set_visible(self._unused, not critic)
        self.notes.show_notes(notes(draft))

    def reject(self, path: str, text: str) -> bool:
        """Say where an edit was made why it was refused; the field goes back to what holds."""
        if path == "objective.name":
            if OBJECTIVES[self.objective_kind.value()].critic == "none":
                # The message names the first; none of them goes without a critic.
                text = f"{', '.join(self._active)}: {text.partition(': ')[2]}"
            self.objective_kind.set_value(self._kind)
            self.objective_refused.say(text)
            return True
        forms = {"objective": self.objective, "constraints": self.constraints, "additions": self.additions.form}
        form = forms.get(path.partition(".")[0])
        return form is not None and form.reject(path, text)

    def _on_objective(self, value: str) -> None:
        self.edited.emit("objective.name", value)

    def _restyle(self) -> None:
        self._row.setColumnMinimumWidth(0, round(LABEL_WIDTH * theme.current().scale))


def _set_visible(widget: QWidget, visible: bool) -> None:
    """Show or hide; showing what is shown would lay it out, also before the window is seen."""
    if widget.isHidden() == visible:
        widget.setVisible(visible)
