"""What all samples of the sheet are asked for: a class, a category, codes."""

from __future__ import annotations

from PySide6.QtGui import QIcon

from ganstudio.experiment import Experiment
from ganstudio.gui.plane.knobs import KnobPanel
from ganstudio.messages import Knobs

__all__ = ["PictureKnobs"]


class PictureKnobs(KnobPanel):
    """The plane's knobs, with the names of classes, and without the dots as which the plane draws them."""

    def show_experiment(self, experiment: Experiment, knobs: Knobs) -> None:
        """Show the knobs that a run has, set as they were where it has the same."""
        super().show_experiment(experiment, knobs)
        names = getattr(experiment.data, "class_names", ())
        if self.label_choice is not None:
            for index, name in enumerate(names):
                self.label_choice.setItemText(index + 1, name)
            self.label_choice.setToolTip(self.tr("Class that all samples are asked for"))
        if self.category_choice is not None:
            self.category_choice.setToolTip(self.tr("Category that all samples are asked for"))
        self._leave_dots_out()

    def _restyle(self) -> None:
        super()._restyle()
        self._leave_dots_out()

    def _leave_dots_out(self) -> None:
        for choice in (self.label_choice, self.category_choice):
            for index in range(choice.count() if choice is not None else 0):
                choice.setItemIcon(index, QIcon())
