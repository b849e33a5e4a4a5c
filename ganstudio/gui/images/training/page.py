"""The page on which a model is trained: setup, samples, charts, and its own row of buttons."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.model import Model, read_model
from ganstudio.gui.actions import ACTIONS
from ganstudio.gui.images.training.background import Background
from ganstudio.gui.images.training.run_evaluation import RunEvaluation
from ganstudio.gui.images.training.save_card import SaveCard
from ganstudio.gui.images.training.session import TrainingSession
from ganstudio.gui.images.training.setup import TrainingSetup
from ganstudio.gui.images.training.transport import TrainingTransport
from ganstudio.gui.images.training.view import RunView, run_title
from ganstudio.gui.widgets import MessageBar
from ganstudio.image_experiment import ImageExperiment
from ganstudio.settings import SettingsError

__all__ = ["TrainingPage"]

ASKED = "begin again"
KEYS = {"toggle": "play", "step": "step", "reset": "reset", "new_seed": "new_seed"}
"""Actions of the plane whose keys do the same here -> the button."""


class TrainingPage(QWidget):
    """Everything about training one model.

    Parameters
    ----------
    session
        The run; the page makes one of its own without it.

    Attributes
    ----------
    model_saved : Signal(str)
        A model file has been written at this path.
    closed : Signal()
        A person wants back to the models. Training goes on unless somebody pauses `session`.
    """

    model_saved = Signal(str)
    closed = Signal()

    def __init__(self, session: TrainingSession | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session or TrainingSession(self)
        self._reading: Background | None = None
        self.messages = MessageBar()
        self.setup = TrainingSetup(self.session)
        self.view = RunView(self.session)
        self.evaluation = RunEvaluation(self.session)
        self.save_card = SaveCard()
        self.transport = TrainingTransport()
        self._wanted = ""
        self._saved_step = 0
        self._read_model: tuple[ImageExperiment, Model] | None = None
        self._begin = QAction(self.tr("Begin without saving"), self)
        self._begin.triggered.connect(self._on_begin)
        self._save_first = QAction(self.tr("Save model\N{HORIZONTAL ELLIPSIS}"), self)
        self._save_first.triggered.connect(self._on_save_first)
        self._restart = QAction(self.tr("Restart"), self)
        self._restart.setToolTip(self.tr("Begin again at step 0 in a new engine"))
        self._restart.triggered.connect(self.session.restart)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setAccessibleName(self.tr("Training"))
        self._lay_out()
        self._connect()
        self._follow()

    def _lay_out(self) -> None:
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.messages)
        self._middle = QStackedWidget()
        self._middle.addWidget(self.view)
        self._middle.addWidget(self.evaluation)
        column.addWidget(self._middle, 1)
        column.addWidget(self.save_card)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(8)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.setup)
        self.splitter.addWidget(centre)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([self.setup.minimumWidth(), 1000])
        middle = QHBoxLayout()
        middle.addWidget(self.splitter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(middle, 1)
        layout.addWidget(self.transport)

    def _connect(self) -> None:
        session = self.session
        session.started.connect(self._on_started)
        session.state_changed.connect(self._follow)
        session.snapshot_arrived.connect(self._follow)
        session.message.connect(self._show_message)
        session.refused.connect(self._on_refused)
        session.engine_died.connect(self._on_engine_died)
        session.engine_silent.connect(self._on_engine_silent)
        session.saved.connect(self._on_saved)
        self.transport.pressed.connect(self._on_pressed)
        self.save_card.wanted.connect(self._save)
        self.evaluation.back.clicked.connect(self._show_samples)

    # ---- for whoever shows it ------------------------------------------------------------------------

    def stop(self) -> None:
        """End the engine, downloads and reading: the window closes."""
        if self._reading is not None:
            self._reading.dispose()
            self._reading = None
        self.setup.chooser.stop()
        self.session.stop()

    def resume_file(self, path: str) -> None:
        """Go on from a model file that was saved with its training state, or say why that cannot be."""
        if self._reading is not None:
            self._reading.forget()
        self._reading = Background(partial(_read, path), (CheckpointError, SettingsError), self)
        self._reading.told.connect(self._on_read)
        self._reading.failed.connect(self._on_unreadable)
        self._reading.start()

    # ---- what a person does --------------------------------------------------------------------------

    def _on_pressed(self, name: str) -> None:
        session = self.session
        begins = name in ("reset", "new_seed") or (name in ("play", "step") and not session.exists)
        if begins and not self.setup.data_are_here():
            return
        if name in ("reset", "new_seed") and self._would_lose:
            self._ask_first(name)
        else:
            self._do(name)

    @property
    def _would_lose(self) -> bool:
        """Whether something has been learned that is in no file."""
        return self.session.exists and self.session.step > max(self.session.start_step, self._saved_step)

    def _ask_first(self, name: str) -> None:
        """Ask in the message bar whether what was learned may be thrown away."""
        self._wanted = name
        text = self.tr("What this run has learned in {0:,} steps is lost unless it is saved first.")
        self.messages.show_message(
            "warning", text.format(self.session.step), [self._save_first, self._begin], key=ASKED
        )

    def _on_begin(self) -> None:
        self._do(self._wanted)

    def _on_save_first(self) -> None:
        self._do("save")

    def _do(self, name: str) -> None:
        session = self.session
        if name in ("reset", "new_seed") or (name in ("play", "step") and not session.exists):
            self.save_card.hide()  # it was about the run that ends
        match name:
            case "play":
                session.toggle()
            case "step":
                session.step_on()
            case "reset":
                session.reset()
            case "new_seed":
                session.new_seed()
            case "go on":
                self._go_on()
            case "evaluate":
                self._middle.setCurrentWidget(self.evaluation)
                self.evaluation.find_neighbours()
            case "resume":
                self._ask_resume()
            case "save":
                self.save_card.open_with(run_title(session.experiment))
            case "close":
                self.closed.emit()

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what the plane's keys for time do there; return whether this was one of them, or a plain key at all."""
        text = QKeySequence(event.key()).toString()
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if not plain or event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F5):
            return False
        wanted = next((button for action, button in KEYS.items() if ACTIONS[action].keys == text), None)
        if wanted is not None and (not event.isAutoRepeat() or wanted == "step"):
            self._on_pressed(wanted)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take keys that no field, list or button wanted."""
        if not self.take_key(event):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Take the keyboard."""
        super().showEvent(event)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take folders and files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Learn the pictures in what was dropped, or go on from a model."""
        local = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if local:
            event.acceptProposedAction()
            self.take(local[0])

    def take(self, path: str) -> None:
        """Do what a dropped file is for: pictures are learned, models are gone on with."""
        if Path(path).suffix.lower() == ".safetensors":
            self.resume_file(path)
        else:
            self.setup.chooser.choose_own(path)

    def _show_samples(self) -> None:
        self._middle.setCurrentWidget(self.view)

    def _ask_resume(self) -> None:
        """Open a file dialog that blocks nothing."""
        dialog = QFileDialog(self, self.tr("Go on from a model"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter("*.safetensors")
        dialog.fileSelected.connect(self.resume_file)
        dialog.open()

    def _save(self, path: str, name: str, resume: bool) -> None:
        self.session.save(path, name, resume=resume)

    # ---- what the session says -----------------------------------------------------------------------

    def _follow(self) -> None:
        self.transport.set_playing(self.session.playing)
        self.transport.set_able(self.session.can_save)
        about = self.session.about_engine
        if about is not None:
            self.transport.show_note(self.tr("PyTorch {0}").format(about.torch))

    def _on_started(self) -> None:
        """Show the samples, and take away what was said of the last run."""
        self._show_samples()
        self._saved_step = 0
        for key in ("refused", "engine", ASKED):
            self.messages.dismiss(key)

    def _show_message(self, level: str, text: str) -> None:
        self.messages.show_message(level, text, key=text)  # type: ignore[arg-type]

    def _on_refused(self, text: str) -> None:
        self.messages.show_message("error", text, key="refused")

    def _on_engine_died(self, how: str) -> None:
        text = self.tr("The engine that trains is gone: {0}. The last pictures stay; a restart begins at step 0.")
        self.messages.show_message("error", text.format(how), [self._restart], key="engine")

    def _on_engine_silent(self, silent: bool) -> None:
        if not silent:
            self.messages.dismiss("silent")
            return
        text = self.tr("The engine has not answered for a while: one step may take that long, or it hangs.")
        self.messages.show_message("warning", text, [self._restart], key="silent")

    def _on_saved(self, path: str, step: int) -> None:
        self._saved_step = step
        self.messages.show_message("good", self.tr("Saved {0}, step {1:,}").format(path, step), key="saved")
        self.model_saved.emit(path)

    def _on_read(self, read: tuple[ImageExperiment, Model]) -> None:
        if self.sender() is not self._reading:
            return
        self._read_model = read
        if self._would_lose:
            self._ask_first("go on")
        else:
            self._go_on()

    def _go_on(self) -> None:
        """Go on from the model that was read."""
        assert self._read_model is not None
        (experiment, model), self._read_model = self._read_model, None
        assert model.resume is not None
        try:
            self.session.resume(experiment, model.resume)
        except (KeyError, ValueError) as error:
            self.messages.show_message("error", self.tr("{0} cannot be gone on with: {1}").format(model.name, error))

    def _on_unreadable(self, message: str) -> None:
        if self.sender() is self._reading:
            self.messages.show_message("error", message, key="resume")


def _read(path: str) -> Iterator[tuple[ImageExperiment, Model]]:
    """Yield a model with its training state, and the experiment that it is of.

    Raises
    ------
    CheckpointError
        If it cannot be read, or has nothing to go on from.
    """
    model = read_model(path, with_resume=True)
    if model.resume is None or "step" not in model.resume or model.experiment is None:
        raise CheckpointError(path, "has no training state: it was saved without, and cannot be gone on with")
    try:
        experiment = ImageExperiment.read(dict(model.experiment))
    except SettingsError as error:
        raise CheckpointError(path, error) from None
    yield experiment, model
