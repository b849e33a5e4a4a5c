"""The setup of the training page: data, method, networks, augmentation, optimisers, training."""

from __future__ import annotations

from functools import cache
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ganstudio.convolutional import Convolutional
from ganstudio.gui import theme
from ganstudio.gui.images.training.data_chooser import DataChooser
from ganstudio.gui.images.training.session import TrainingSession
from ganstudio.gui.setup.base import PendingCard, SetupBase
from ganstudio.gui.widgets import (
    Disclosure,
    ElidedLabel,
    NumberField,
    SettingsForm,
)
from ganstudio.gui.wording import method_groups, refusal_text, setting_titles
from ganstudio.image_experiment import ImageExperiment
from ganstudio.imagesets import ImageSet
from ganstudio.imagesets.own import OwnPictures
from ganstudio.settings import SettingsError

__all__ = ["TrainingSetup"]

WIDTH, PAIR_LABELS = 334, 94
"""Pixels at text scale 1: of the column, and of what stands before two fields in a row."""
DCGAN = "ns"
"""The method that people mean by a DCGAN: its loss is the non-saturating one."""


class TrainingSetup(SetupBase):
    """Shows a session's draft, and edits it."""

    def __init__(
        self, session: TrainingSession, chooser: DataChooser | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(session, Convolutional, picture_methods(), PAIR_LABELS, parent)
        self.method.setToolTip(
            self.tr("Objective, constraints and additions, with settings that suit these pictures. Letters search.")
        )
        self._session = session
        self.chooser = chooser or DataChooser()
        self._make_fields()
        self._lay_out()
        session.edited.connect(self.refresh)
        session.refused.connect(self.chooser_refusal)
        theme.current().changed.connect(self._restyle)
        self._restyle()

    def _make_fields(self) -> None:
        self._data = SettingsForm("data", without=("path",))
        self._augmentation = SettingsForm("augmentation")
        self.steps = NumberField(whole=True, low=1, high=10_000_000, logarithmic=True, unit=self.tr("steps"))
        tooltip = self.tr("Generator updates after which training pauses by itself. The time left is counted to it.")
        for widget in (self.steps, self.steps.line):
            widget.setToolTip(tooltip)
        self.steps.line.setAccessibleName(self.tr("Steps to train"))
        self.chooser.chosen.connect(self._on_data)
        self.steps.edited.connect(self._on_steps)
        for form in (self._data, self._augmentation):
            form.edited.connect(self._on_edited)

    def _lay_out(self) -> None:
        self._scroll, column = self._column(6)
        self._add_section(column, self.tr("Data"), self.chooser, self._data)
        self._add_section(column, self.tr("Method"), self.method, self._method_refused, self._equations, self._parts)
        self._add_section(column, self.tr("Networks"), self._networks, Disclosure(self.tr("Latent"), self._noise))
        self._add_section(column, self.tr("Augmentation"), self._augmentation)
        self._add_section(column, self.tr("Optimisers"), self._optimisers)
        self._add_section(column, self.tr("Training"), self._steps_row(), self._training)
        self._add_section(column, self.tr("Run"), self._run)
        column.addStretch(1)
        self.pending = PendingEdits(self._session)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self.pending)

    def _steps_row(self) -> QWidget:
        box = QWidget()
        self._steps_grid = QGridLayout(box)
        self._steps_grid.setContentsMargins(0, 0, 0, 0)
        self._steps_grid.setHorizontalSpacing(8)
        self._steps_grid.setColumnStretch(0, 2)
        self._steps_grid.setColumnStretch(1, 3)
        self._steps_label = ElidedLabel(self.tr("Steps to train"), "muted")
        self._steps_label.setBuddy(self.steps)
        self._steps_label.set_hint(self.steps.toolTip())
        self._steps_grid.addWidget(self._steps_label, 0, 0, Qt.AlignmentFlag.AlignTop)
        self._steps_grid.addWidget(self.steps, 0, 1)
        return box

    # ---- showing -------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the session's draft."""
        draft = self._session.draft
        self.chooser.show_data(draft.data)
        self._data.show_settings(draft.data)
        self._show_draft(draft)
        self._augmentation.show_settings(draft.augmentation)
        self.steps.set_value(self._session.steps)
        self.pending.refresh()

    def data_are_here(self) -> bool:
        """Whether the chosen pictures are on this machine; if not, say at the data what to do."""
        data = self._session.draft.data
        if data.is_here():
            return True
        if not isinstance(data, OwnPictures):
            self.chooser.refuse(self.tr("Its files are not on this machine: download them first."))
        elif not data.path:
            self.chooser.refuse(self.tr("Choose a folder or a zip archive of pictures first."))
        self._scroll.verticalScrollBar().setValue(0)
        return False

    def chooser_refusal(self, message: str) -> None:
        """Say at the data that the run cannot start with them, if it is about them."""
        data = self._session.draft.data
        places = [str(path) for path in data.files()]
        if isinstance(data, OwnPictures):
            places += [data.path or "path"]
        said = message.partition(": ")[2]
        if said.startswith((f"{data.name}:", *places)):
            self.chooser.refuse(said)
            self._scroll.verticalScrollBar().setValue(0)

    def _restyle(self) -> None:
        self.setMinimumWidth(round(WIDTH * theme.current().scale))
        self._steps_grid.setColumnMinimumWidth(0, round(112 * theme.current().scale))
        self._steps_label.setMinimumHeight(self.steps.line.sizeHint().height())
        self.refresh()

    # ---- editing -------------------------------------------------------------------------------------

    def _on_data(self, data: ImageSet) -> None:
        try:
            self._session.choose_data(data)
        except SettingsError as error:
            self.refresh()
            self.chooser.refuse(refusal_text("data.name", str(error)))

    def _on_steps(self, steps: int) -> None:
        self._session.set_steps(steps)


@cache
def picture_methods() -> dict[str, dict[str, str]]:
    """Return family -> method -> title of the methods that go with pictures, DCGAN's first."""
    groups: dict[str, dict[str, str]] = {"": {DCGAN: "DCGAN"}}
    for family, titles in method_groups().items():
        fitting = {key: title for key, title in titles.items() if key != DCGAN and _fits(key)}
        if fitting:
            groups[family] = fitting
    return groups


def _fits(method: str) -> bool:
    try:
        ImageExperiment.of(method)
    except SettingsError:
        return False
    return True


class PendingEdits(PendingCard):
    """What waits for the run to begin again."""

    def __init__(self, session: TrainingSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.restart.setToolTip(self.tr("Begin again at step 0 with the new settings; what was learned is lost"))
        self.discard.setToolTip(self.tr("Go back to the settings that the run has"))
        self._session = session
        self.restart.clicked.connect(session.apply_pending)
        self.discard.clicked.connect(session.discard_pending)

    def refresh(self) -> None:
        """Show or hide according to the session."""
        draft = self._session.draft
        self.show_titles(setting_titles(draft, [name for name in self._session.pending if _there(draft, name)]))


def _there(experiment: ImageExperiment, name: str) -> bool:
    """Whether a setting is one of this experiment, and not of the kind of data or objective that it had before."""
    value: Any = experiment
    for part in name.split("."):
        if not hasattr(value, part):
            return False
        value = getattr(value, part)
    return True
