"""The architecture that the Inspector holds parameters against, chosen by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from ganstudio.architecture import Architecture
from ganstudio.checkpoints.chosen import MOST_LATENT, SIZES, dcgan
from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.model import describe
from ganstudio.checkpoints.opening import is_ours
from ganstudio.gui import theme
from ganstudio.gui.dropping import MODEL_SUFFIXES
from ganstudio.gui.images.inside.asking import Asking, numbers
from ganstudio.gui.images.session import ImageSession
from ganstudio.gui.widgets import ChoiceField, ElidedLabel, FlowLayout, NumberField, Refusal, label
from ganstudio.image_messages import Inspect, Inspected
from ganstudio.settings import SettingsError

__all__ = ["OWN", "Against"]

OWN: Final = "own"
"""The choice of a model's own layers."""
FILE: Final = "file"
DCGAN: Final = "dcgan-"
MODEL: Final = "model "
FROM_FILE: Final = "from "
CHOICE_WIDTH, NUMBER_WIDTH = 190, 96
ASKER: Final = "against"
"""The name under which an engine is asked for a file's layers."""


class Against(QWidget):
    """A choice of DCGANs by size, models that are open, and files, with a DCGAN's numbers behind it.

    Attributes
    ----------
    changed : Signal()
        There is another architecture.
    """

    changed = Signal()

    def __init__(self, session: ImageSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._current = ""
        self._chosen = OWN
        self._like: Architecture | None = None
        self._files: dict[str, Architecture] = {}
        self._path = ""
        self.asking = Asking(session, self)
        self.asking.answered.connect(self._on_answer)
        self.choice = ChoiceField()
        self.choice.setAccessibleName(self.tr("Compare with"))
        self.choice.setToolTip(
            self.tr("Layers that the parameters are held against: what is missing, what is left over")
        )
        self.width_field = NumberField(whole=True, low=1, high=512, unit=self.tr("maps"))
        self.width_field.setToolTip(self.tr("Feature maps of the layer next to the picture"))
        self.latent_field = NumberField(whole=True, low=1, high=MOST_LATENT, unit=self.tr("latent"))
        self.latent_field.setToolTip(self.tr("Numbers of the latent"))
        self.colour = ChoiceField({"1": self.tr("grey"), "3": self.tr("colour")})
        for field, name in (
            (self.width_field, self.tr("Width")),
            (self.latent_field, self.tr("Latent")),
            (self.colour, self.tr("Channels")),
        ):
            field.setAccessibleName(name)
        self.result = ElidedLabel("", "muted")
        self.refusal = Refusal()
        self._title = label(self.tr("Compare with"), "muted")
        row = QWidget()
        flow = FlowLayout(row, 8)
        for widget in (
            self._title,
            self.choice,
            self.width_field,
            self.latent_field,
            self.colour,
        ):
            flow.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(row)
        layout.addWidget(self.refusal)
        layout.addWidget(self.result)
        self.choice.edited.connect(self._on_choice)
        self.width_field.edited.connect(self._on_number)
        self.latent_field.edited.connect(self._on_number)
        self.colour.edited.connect(self._on_number)
        session.shelf_changed.connect(self._list)
        theme.current().changed.connect(self._restyle)
        self._restyle()
        self._list()
        self._follow()

    @property
    def architecture(self) -> Architecture | None:
        """What is chosen; None for a model's own layers."""
        if self._chosen.startswith(DCGAN):
            size = int(self._chosen.removeprefix(DCGAN))
            return dcgan(
                size,
                width=self.width_field.value(),
                latent=self.latent_field.value(),
                channels=int(self.colour.value()),
            )
        if self._chosen.startswith(MODEL):
            model = self._session.model(self._chosen.removeprefix(MODEL))
            return model.opened.architecture if model is not None and model.opened is not None else None
        return self._files.get(self._chosen)

    def choose(self, value: str) -> None:
        """Choose as a person does, for example "dcgan-64" or "own"."""
        self._chosen = value
        self.choice.set_value(value)
        if value.startswith(DCGAN):
            usual = SIZES[int(value.removeprefix(DCGAN))]
            self.width_field.set_value(usual.width)
            self.latent_field.set_value(self._like.latent if self._like is not None else usual.latent)
            grey = (self._like.output[0] if self._like is not None else usual.channels) == 1
            self.colour.set_value("1" if grey else "3")
        self._follow()
        self.changed.emit()

    def suit(self, current: str, architecture: Architecture | None) -> None:
        """Leave out the model that is looked at itself; a DCGAN that is chosen begins with its latent and channels.

        Parameters
        ----------
        current
            The key of the model; "" for a file that is none.
        architecture
            Of what is looked at, if it is known.
        """
        self._current = current
        self._like = architecture if architecture is not None and architecture.latent else None
        self.setEnabled(architecture is None or not architecture.opaque)
        self._list()

    def _list(self) -> None:
        """Offer what there is by now."""
        sizes = {f"{DCGAN}{size}": self.tr("DCGAN, {0} \N{MULTIPLICATION SIGN} {0}").format(size) for size in SIZES}
        models = {
            f"{MODEL}{model.key}": model.title
            for model in self._session.shelf
            if model.opened is not None and not model.opened.architecture.opaque and model.key != self._current
        }
        files = {value: Path(value.removeprefix(FROM_FILE)).name for value in self._files}
        self.choice.set_groups(
            {
                "": {OWN: self.tr("its own layers")},
                self.tr("By size"): sizes,
                **({self.tr("Models"): models} if models else {}),
                self.tr("Files"): {**files, FILE: self.tr("Another file\N{HORIZONTAL ELLIPSIS}")},
            }
        )
        if self.choice.findData(self._chosen) < 0:
            self.choose(OWN)
        self.choice.set_value(self._chosen)

    def _follow(self) -> None:
        by_size = self._chosen.startswith(DCGAN)
        for field in (self.width_field, self.latent_field, self.colour):
            field.setVisible(by_size)

    def _on_choice(self, value: object) -> None:
        self.refusal.say("")
        if value == FILE:
            self.choice.set_value(self._chosen)
            self._ask_path()
        else:
            self.choose(str(value))

    def _on_number(self, _value: object) -> None:
        self.refusal.say("")
        try:
            _ = self.architecture
        except SettingsError as error:
            self.refusal.say(str(error))
            return
        self.changed.emit()

    # ---- another file ----------------------------------------------------------------------------------

    def _ask_path(self) -> None:
        dialog = QFileDialog(self, self.tr("Compare with a file"))
        dialog.setObjectName("compare with")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        patterns = " ".join(f"*{suffix}" for suffix in MODEL_SUFFIXES)
        dialog.setNameFilters([self.tr("Models ({0})").format(patterns), self.tr("All files (*)")])
        dialog.fileSelected.connect(self.take_file)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def take_file(self, path: str) -> None:
        """Compare with the generator in a file."""
        self._path = path
        try:
            if is_ours(path):
                self._take(describe(path).architecture)
                return
        except CheckpointError as error:
            self.refusal.say(str(error))
            return
        self.result.setText(self.tr("{0} is being read\N{HORIZONTAL ELLIPSIS}").format(Path(path).name))
        self.asking.ask(Inspect(ASKER, next(numbers), path))

    def _on_answer(self, message: object) -> None:
        if isinstance(message, Inspected) and message.architecture is not None:
            self._take(Architecture.model_validate(message.architecture, strict=False))
        elif isinstance(message, Inspected):
            self.changed.emit()
            self.refusal.say(f"{self._path}: {message.problem}")

    def _take(self, architecture: Architecture) -> None:
        value = f"{FROM_FILE}{self._path}"
        self._files[value] = architecture
        self._list()
        self.choose(value)

    def _restyle(self) -> None:
        scale = theme.current().scale
        self.choice.setFixedWidth(round(CHOICE_WIDTH * scale))
        self._title.setFixedHeight(self.choice.sizeHint().height())
        for field in (self.width_field, self.latent_field, self.colour):
            field.setFixedWidth(round(NUMBER_WIDTH * scale))
