"""The setup of the training page: data, method, networks, augmentation, optimisers, training."""

from __future__ import annotations

from functools import cache
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ganstudio.convolutional import Convolutional
from ganstudio.experiment import Optimiser
from ganstudio.gui import theme
from ganstudio.gui.images.training.data_chooser import DataChooser
from ganstudio.gui.images.training.session import TrainingSession
from ganstudio.gui.setup.pair_form import PairForm
from ganstudio.gui.setup.parts import MethodParts
from ganstudio.gui.widgets import (
    ChoiceField,
    Disclosure,
    ElidedLabel,
    Equations,
    Line,
    NumberField,
    Panel,
    Refusal,
    SettingsForm,
    heading,
    label,
    losses,
)
from ganstudio.gui.widgets.settings_form import FieldsForm
from ganstudio.gui.wording import method_groups, refusal_text, setting_titles
from ganstudio.image_experiment import ImageExperiment
from ganstudio.imagesets import ImageSet
from ganstudio.imagesets.own import OwnPictures
from ganstudio.methods import METHODS
from ganstudio.settings import SettingsError

__all__ = ["TrainingSetup"]

NETWORKS = {"generator": "Generator", "critic": "Critic"}
OPTIMISERS = {f"{name}_optimiser": title for name, title in NETWORKS.items()}
WIDTH, PAIR_LABELS = 334, 94
"""Pixels at text scale 1: of the column, and of what stands before two fields in a row."""
DCGAN = "ns"
"""The method that people mean by a DCGAN: its loss is the non-saturating one."""


class TrainingSetup(Panel):
    """Shows a session's draft, and edits it."""

    def __init__(
        self, session: TrainingSession, chooser: DataChooser | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
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
        self.method = ChoiceField()
        self.method.set_groups(
            {**picture_methods(), self.tr("Without a name"): {"": self.tr("Own combination")}},
            {key: "\n".join((row.full_name, *row.also_called)) for key, row in METHODS.items()},
        )
        self.method.setObjectName("method")
        self.method.setToolTip(
            self.tr("Objective, constraints and additions, with settings that suit these pictures. Letters search.")
        )
        self.method.setAccessibleName(self.tr("Method"))
        self._method_refused = Refusal()
        self._equations = Equations()
        self._parts = MethodParts()
        self._networks = PairForm(Convolutional, NETWORKS, label_width=PAIR_LABELS)
        self._noise = SettingsForm("noise")
        self._augmentation = SettingsForm("augmentation")
        self._optimisers = PairForm(Optimiser, OPTIMISERS, label_width=PAIR_LABELS)
        self.steps = NumberField(whole=True, low=1, high=10_000_000, logarithmic=True, unit=self.tr("steps"))
        tooltip = self.tr("Generator updates after which training pauses by itself. The time left is counted to it.")
        for widget in (self.steps, self.steps.line):
            widget.setToolTip(tooltip)
        self.steps.line.setAccessibleName(self.tr("Steps to train"))
        self._training = SettingsForm("training")
        self._run = SettingsForm(only=("seed", "device"))
        self.chooser.chosen.connect(self._on_data)
        self.method.edited.connect(self._on_method)
        self.steps.edited.connect(self._on_steps)
        for form in (
            self._data,
            self._parts,
            self._networks,
            self._noise,
            self._augmentation,
            self._optimisers,
            self._training,
            self._run,
        ):
            form.edited.connect(self._on_edited)

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(12, 6, 12, 12)
        column.setSpacing(8)
        self._section(column, self.tr("Data"), self.chooser, self._data)
        self._section(column, self.tr("Method"), self.method, self._method_refused, self._equations, self._parts)
        self._section(column, self.tr("Networks"), self._networks, Disclosure(self.tr("Latent"), self._noise))
        self._section(column, self.tr("Augmentation"), self._augmentation)
        self._section(column, self.tr("Optimisers"), self._optimisers)
        self._section(column, self.tr("Training"), self._steps_row(), self._training)
        self._section(column, self.tr("Run"), self._run)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.pending = PendingEdits(self._session)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self.pending)

    def _section(self, column: QVBoxLayout, title: str, *widgets: QWidget) -> None:
        if column.count():
            column.addWidget(Line())
        caption = heading(title)
        caption.setContentsMargins(0, 6, 0, 0)
        column.addWidget(caption)
        for widget in widgets:
            column.addWidget(widget)

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
        self._show_method(draft)
        self._networks.show_settings(draft)
        self._noise.show_settings(draft.noise)
        self._augmentation.show_settings(draft.augmentation)
        self._optimisers.show_settings(draft)
        critic = draft.objective.critic != "none"
        self._networks.set_column_enabled("critic", critic)
        self._optimisers.set_column_enabled("critic_optimiser", critic)
        self.steps.set_value(self._session.steps)
        self._training.show_settings(draft.training)
        self._run.show_settings(draft)
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

    def _show_method(self, draft: ImageExperiment) -> None:
        method = draft.method
        self.method.set_value(method or "")
        self._method_refused.say("")
        self._equations.setVisible(method is not None)
        if method:
            row = METHODS[method]
            source = f"{row.paper}, {row.year}" + (f", arXiv:{row.arxiv}" if row.arxiv else "")
            self._equations.set_rows(losses(row), f"{row.full_name}\n{source}")
        self._parts.show_settings(draft)

    def _restyle(self) -> None:
        self.setMinimumWidth(round(WIDTH * theme.current().scale))
        self._steps_grid.setColumnMinimumWidth(0, round(112 * theme.current().scale))
        self._steps_label.setMinimumHeight(self.steps.line.sizeHint().height())
        self.refresh()

    # ---- editing -------------------------------------------------------------------------------------

    def _on_edited(self, path: str, value: Any) -> None:
        """Tell the session; where it refuses, say so under the field."""
        form = self.sender()
        try:
            self._session.edit(path, value)
        except SettingsError as error:
            text = refusal_text(path, str(error))
            if not (isinstance(form, FieldsForm | MethodParts) and form.reject(path, text)):
                self._session.message.emit("warning", str(error))
                self.refresh()

    def _on_data(self, data: ImageSet) -> None:
        try:
            self._session.choose_data(data)
        except SettingsError as error:
            self.refresh()
            self.chooser.refuse(refusal_text("data.name", str(error)))

    def _on_method(self, value: str) -> None:
        if not value:
            self.refresh()
            return
        try:
            self._session.choose_method(value)
        except SettingsError as error:
            self.refresh()
            self._method_refused.say(refusal_text("method", str(error)))

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


class PendingEdits(Panel):
    """Says which edits wait for a restart, and offers it."""

    def __init__(self, session: TrainingSession, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="card")
        self._session = session
        self._text = label("", "")
        self._text.setWordWrap(True)
        self.restart = QPushButton(self.tr("Restart"))
        self.restart.setProperty("role", "primary")
        self.restart.setToolTip(self.tr("Begin again at step 0 with the new settings; what was learned is lost"))
        self.discard = QPushButton(self.tr("Undo"))
        self.discard.setToolTip(self.tr("Go back to the settings that the run has"))
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.discard)
        buttons.addWidget(self.restart)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.addWidget(self._text)
        layout.addLayout(buttons)
        self.restart.clicked.connect(session.apply_pending)
        self.discard.clicked.connect(session.discard_pending)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def refresh(self) -> None:
        """Show or hide according to the session."""
        names = self._session.pending
        self.setVisible(bool(names))
        if names:
            titles = setting_titles(self._session.draft, [name for name in names if _there(self._session.draft, name)])
            more = self.tr(" and {0} more").format(len(titles) - 3) if len(titles) > 3 else ""
            self._text.setText(self.tr("A restart is needed for: {0}").format(", ".join(titles[:3]) + more))


def _there(experiment: ImageExperiment, name: str) -> bool:
    """Whether a setting is one of this experiment, and not of the kind of data or objective that it had before."""
    value: Any = experiment
    for part in name.split("."):
        if not hasattr(value, part):
            return False
        value = getattr(value, part)
    return True
