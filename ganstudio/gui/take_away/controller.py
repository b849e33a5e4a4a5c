"""Takes away what the window shows: asks where to, lets it be made, and says what came of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QMainWindow, QWidget

from ganstudio import carrying
from ganstudio.experiment import Comparison
from ganstudio.files import FileError
from ganstudio.films.encoders import ENCODERS, FilmError, ffmpeg
from ganstudio.gui.actions import Actions
from ganstudio.gui.memory import Memory
from ganstudio.gui.past import Past
from ganstudio.gui.plane.bench import PlaneBench
from ganstudio.gui.session import Pane, Session
from ganstudio.gui.take_away import camera, makers, vector
from ganstudio.gui.take_away.formats import FORMATS, Choices, file_name, formats
from ganstudio.gui.take_away.keeper import CurveKeeper
from ganstudio.gui.take_away.panel import TakeAwayBox
from ganstudio.gui.take_away.still import Still
from ganstudio.gui.take_away.studio import FilmStudio
from ganstudio.gui.take_away.work import Work
from ganstudio.gui.widgets import MessageBar
from ganstudio.messages import Arrays, Drawn

__all__ = ["TakeAway"]

PATIENCE_MILLISECONDS = 15_000
"""How long an engine may owe samples."""


class TakeAway(QObject):
    """What the actions of the menu "Export" do.

    Parameters
    ----------
    window
        What is pictured, and what dialogs belong to.
    actions
        "take_away", "record", and one named "take_" and its key for each format.
    messages
        Where progress and outcome are told.
    memory
        Where the last folder is remembered.

    Attributes
    ----------
    restored : Signal(object, object)
        A `Comparison` that a picture carried, and a list of a state or None for each of its runs.
    """

    restored = Signal(object, object)

    def __init__(
        self,
        window: QMainWindow,
        session: Session,
        past: Past,
        bench: PlaneBench,
        actions: Actions,
        messages: MessageBar,
        memory: Memory,
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._bench = window, session, bench
        self._messages, self._memory = messages, memory
        self.choices = Choices()
        self._form = next(iter(FORMATS))
        self._keeper = CurveKeeper(session, self)
        self._works: list[Work] = []
        self._requests = itertools.count(1)
        self._owed: dict[str, str] = {}
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MILLISECONDS)
        self._patience.timeout.connect(self._on_no_samples)
        self.films = FilmStudio(past, bench, actions["record"], messages, self)
        self.films.wanted.connect(self._ask_record)
        self._there = {f"take_{form}": form in formats() for form in FORMATS}
        for name, there in self._there.items():
            actions[name].setVisible(there)
            actions[name].setEnabled(there)
        session.drawn.connect(self._on_drawn)

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each of the actions does."""
        return {
            "take_away": self.open_panel,
            "record": self.films.toggle,
            **dict.fromkeys(self._there, self._on_action),
        }

    def stop(self) -> None:
        """Give up everything that is not finished: the window closes."""
        self.films.stop()
        for work in self._works:
            work.wait()

    # ---- asking --------------------------------------------------------------------------------------

    def open_panel(self) -> None:
        """Show the panel beside the window."""
        box = self._window.findChild(TakeAwayBox)
        if box is None:
            box = TakeAwayBox(self.choices, self._form, self._window)
            box.wanted.connect(self._on_wanted)
        box.show()
        box.raise_()
        box.activateWindow()

    def _on_wanted(self, form: str) -> None:
        box = self.sender()
        assert isinstance(box, TakeAwayBox)
        self.choices, self._form = box.choices, form
        self.ask(form)

    def _on_action(self) -> None:
        self.ask(self.sender().objectName().removeprefix("take_"))

    def ask(self, form: str) -> None:
        """Ask where to put a file of a format, and make it there."""
        row = formats()[form]
        panes = self._pictured(form)
        if panes and not (form in ENCODERS and self._cannot_film(form)):
            title = self.tr("Take away as {0}").format(row.title)
            self._ask(form, title, [row.suffix], file_name(panes, row.suffix))

    def _ask_record(self) -> None:
        if panes := self._pictured("gif"):
            suffixes = [suffix for suffix in ("mp4", "gif") if suffix != "mp4" or _has_ffmpeg()]
            name = file_name(panes, suffixes[0])
            self._ask("record", self.tr("Record into"), suffixes, name.replace("-step-", "-from-"))

    def _ask(self, name: str, title: str, suffixes: list[str], proposal: str) -> None:
        """Open a file dialog that blocks nothing."""
        dialog = QFileDialog(self._window, title)
        dialog.setObjectName(name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([f"{suffix.upper()} (*.{suffix})" for suffix in suffixes])
        dialog.setDefaultSuffix(suffixes[0])
        folder = self._memory.text("folder", "")
        if folder and Path(folder).is_dir():
            dialog.setDirectory(folder)
        dialog.selectFile(proposal)
        dialog.fileSelected.connect(self._on_file)
        dialog.open()

    def _on_file(self, path: str) -> None:
        name = self.sender().objectName()
        self._memory.remember({"folder": str(Path(path).parent)})
        if name == "record":
            self.record(path)
        else:
            self.save(name, path)

    # ---- making --------------------------------------------------------------------------------------

    def save(self, form: str, path: str) -> None:
        """Make a file of a format, and say what came of it."""
        if not self._suits(path, [formats()[form].suffix]):
            return
        panes = self._pictured(form)
        if not panes:
            return
        makers_of: dict[str, Callable[[str, list[Pane]], None]] = {
            "png": self._save_png,
            "svg": self._save_svg,
            "gif": self._save_film,
            "mp4": self._save_film,
            "csv": self._save_csv,
            "npy": self._save_npy,
            "script": self._save_script,
        }
        makers_of[form](path, panes)

    def record(self, path: str) -> None:
        """Record what is on the screen into a GIF or MP4 until "Record" is pressed again, or for a minute."""
        if self._suits(path, list(ENCODERS)) and not self._cannot_film(_suffix(path)):
            self.films.record(path, self._subject())

    def restore(self, path: str) -> None:
        """Open what a picture carries, or say that it carries nothing."""
        try:
            carried = carrying.read(path)
        except FileError as error:
            self._tell("error", str(error))
            return
        if carried is None:
            problem = self.tr(
                "carries no experiment: only PNG pictures saved here do, and messengers and photo sites take it out"
            )
            self._tell("error", str(FileError(path, problem)))
            return
        self._take_over(path, carried)

    def restore_ganlab(self, path: str) -> None:
        """Open a model that GAN Lab saved, given its JSON or its weights, or say why that cannot be."""
        from ganstudio.ganlab import experiment as ganlab  # not before somebody has one
        from ganstudio.ganlab.kind import json_of

        try:
            carried = ganlab.read(json_of(path) or path)
        except FileError as error:
            self._tell("error", str(error))
        else:
            self._take_over(path, carried)

    def _take_over(self, path: str, carried: carrying.Carried) -> None:
        """Show experiments and states, and say where they are from and what of them is otherwise."""
        self.restored.emit(carried.comparison, list(carried.states))
        for text in carried.problems:
            self._tell("warning", text)
        runs = [
            self.tr("{0} at step {1:,}").format(experiment.title, int(state["step"]))
            for experiment, state in zip(carried.comparison.experiments, carried.states, strict=True)
            if state is not None
        ]
        name = Path(path).name
        if runs:
            self._tell("good", self.tr("From {0}: {1}").format(name, ", ".join(runs)))
        elif not carried.problems:
            self._tell("info", self.tr("From {0}: the experiment; the picture carries no run").format(name))

    def _save_png(self, path: str, panes: list[Pane]) -> None:
        if not self.choices.carries:
            image = self._look()
            self._work(path, lambda: makers.write_png(path, image, None, ()))
            return
        still = Still(path, self._session, panes, self._look, self)
        still.taken.connect(self._on_still)
        still.start()

    def _on_still(self, image: QImage, comparison: Comparison, states: list[Arrays | None]) -> None:
        still = self.sender()
        assert isinstance(still, Still)
        path = still.path
        for title in still.silent:
            self._tell(
                "warning", self.tr("{0}: the engine did not answer; its run is not in the picture").format(title)
            )
        self._work(path, lambda: makers.write_png(path, image, comparison, states))

    def _save_svg(self, path: str, panes: list[Pane]) -> None:
        title = " | ".join(pane.experiment.title for pane in panes)
        drawing = vector.drawing(self._subject(), title)
        self._work(path, lambda: makers.write_svg(path, drawing))

    def _save_film(self, path: str, panes: list[Pane]) -> None:
        if not self._cannot_film(_suffix(path)):
            self.films.make(path, self._subject(), panes, self.choices)

    def _save_csv(self, path: str, panes: list[Pane]) -> None:
        kept = self._keeper.curves(panes[0]).taken()
        seed = panes[0].experiment.seed
        if not (kept.blocks or kept.readings):
            self._tell("warning", self.tr("There are no curves yet: train first."))
            return
        if kept.every > 1:
            text = self.tr("The run is too long to keep all of it: losses are those of every {0}th step.")
            self._tell("info", text.format(kept.every))
        self._work(path, lambda: makers.write_csv(path, kept, seed))

    def _save_npy(self, path: str, panes: list[Pane]) -> None:
        pane = panes[0]
        if not pane.ready or pane.problem:
            self._tell(
                "warning", self.tr("{0}: there are no samples, the engine is not ready").format(pane.draft.title)
            )
            return
        request = f"samples {next(self._requests)}"
        self._owed[request] = path
        self._patience.start()
        self._session.draw(pane, request, self.choices.count)

    def _on_drawn(self, message: Drawn) -> None:
        path = self._owed.pop(message.request, None)
        if not self._owed:
            self._patience.stop()
        if path is not None:
            samples = message.samples
            self._work(path, lambda: makers.write_npy(path, samples))

    def _on_no_samples(self) -> None:
        for path in self._owed.values():
            self._tell("error", str(FileError(path, self.tr("the engine did not answer; nothing was saved"))))
        self._owed.clear()

    def _save_script(self, path: str, panes: list[Pane]) -> None:
        experiment, steps = panes[0].experiment, panes[0].step or self._session.steps
        self._work(path, lambda: makers.write_script(path, experiment, steps))

    # ---- inside --------------------------------------------------------------------------------------

    def _pictured(self, form: str) -> list[Pane]:
        """Return the panes that a file of a format is about."""
        active = self._session.active
        if FORMATS[form].of_pane or self.choices.subject == "pane":
            return [active] if active is not None else []
        return list(self._session.panes)

    def _subject(self) -> QWidget:
        """Return what is pictured."""
        if self.choices.subject == "window":
            return self._window
        if self.choices.subject == "pane" and self._session.active is not None:
            return self._bench.view(self._session.active)
        panes = self._bench.widget()
        assert panes is not None
        return panes

    def _look(self) -> QImage:
        return camera.picture(self._subject(), self.choices.scale)

    def _suits(self, path: str, suffixes: list[str]) -> bool:
        """Return whether a name ends as it must; say so if it does not."""
        if _suffix(path) in suffixes:
            return True
        ends = self.tr(" or ").join(f".{suffix}" for suffix in suffixes)
        self._tell("error", str(FileError(path, self.tr("the name has to end in {0}").format(ends))))
        return False

    def _cannot_film(self, form: str) -> bool:
        """Return whether no film of a format can be made now; say why."""
        if self.films.busy:
            self._tell("warning", self.tr("A film is being made; wait for it, or cancel it."))
            return True
        if form == "mp4":
            try:
                ffmpeg()
            except FilmError as error:
                self._tell("error", str(error))
                return True
        return False

    def _work(self, path: str, make: Callable[[], None]) -> None:
        work = Work(path, make, self)
        work.done.connect(self._on_saved)
        work.failed.connect(self._on_failed)
        work.finished.connect(self._on_work_finished)
        self._works.append(work)
        work.start()

    def _on_saved(self, path: str) -> None:
        self._messages.say("good", self.tr("Saved {0}").format(path), about=path)

    def _on_failed(self, text: str) -> None:
        work = self.sender()
        assert isinstance(work, Work)
        self._messages.say("error", text, about=work.path)

    def _on_work_finished(self) -> None:
        work = self.sender()
        assert isinstance(work, Work)
        self._works.remove(work)
        work.deleteLater()

    def _tell(self, level: str, text: str) -> None:
        self._messages.say(level, text)  # type: ignore[arg-type]


def _suffix(path: str) -> str:
    return Path(path).suffix.removeprefix(".").lower()


def _has_ffmpeg() -> bool:
    try:
        ffmpeg()
    except FilmError:
        return False
    return True
