"""The engine: a loop that trains playing runs in turn and answers the window."""

from __future__ import annotations

import contextlib
import math
import signal
import time
from collections.abc import Callable
from functools import partial, singledispatchmethod
from multiprocessing.connection import Connection

import torch

from ganstudio.allocation import keep_freed_memory
from ganstudio.checkpoints.generator import Generator
from ganstudio.checkpoints.model import Model
from ganstudio.checkpoints.sampling import Sampler
from ganstudio.dissection_messages import Asked, Cancel, FromEngine, ToEngine
from ganstudio.engine.dissection import Dissection
from ganstudio.engine.image_run import ImageRun
from ganstudio.engine.models import Models
from ganstudio.engine.questions import Questions
from ganstudio.engine.run import Run
from ganstudio.files import FileError
from ganstudio.image_messages import (
    CloseModel,
    CreateImages,
    FindNeighbours,
    Forgo,
    ImageView,
    Inspect,
    OpenModel,
    Render,
    Represent,
    SaveModel,
    WriteSheet,
)
from ganstudio.messages import (
    Barrier,
    Change,
    Create,
    CreateRefused,
    Draw,
    EngineReady,
    Export,
    Limit,
    Pace,
    Pause,
    Play,
    References,
    Remove,
    RunNoted,
    RunPaused,
    RunRefused,
    Shutdown,
    Step,
    Taken,
    View,
    Walk,
)
from ganstudio.settings import SettingsError
from ganstudio.training import NonFiniteLoss
from ganstudio.training.device import available_devices
from ganstudio.training.threads import use_one_thread

__all__ = ["Engine", "serve"]

SLICE_SECONDS = 0.005
"""How long a run trains before pictures that are due are published and the next run has its turn."""


def serve(connection: Connection) -> None:
    """Run an engine until the window says so or goes away."""
    # Ctrl+C in a terminal reaches the whole group; the window decides when engines end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    use_one_thread()
    keep_freed_memory()
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):  # the window is gone
        Engine(connection).serve()


def _first_line(error: Exception) -> str:
    """Return what went wrong in one line."""
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__


class Engine:
    """Holds runs, gives each playing one a slice of time, and publishes what they look like."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._runs: dict[str, Run | ImageRun] = {}
        self._models = Models()
        self._dissection = Dissection(self._models)
        self._questions = Questions(self._model)
        self._pace: float | None = None
        self._alive = True

    def serve(self) -> None:
        """Train and answer until `Shutdown`; block without using the CPU when there is nothing to do."""
        self._send(EngineReady(torch.__version__, available_devices()))
        while self._alive:
            while self._alive and self._connection.poll(self._patience()):
                self._obey(self._connection.recv())
            for answer in self._models.answers(self._connection.poll):
                self._send(answer)
            for said in self._dissection.answers(self._connection.poll):
                self._send(said)
            if told := self._questions.turn(any(run.playing for run in self._runs.values())):
                self._send(told)
            self._train()
            self._publish()

    def _patience(self) -> float | None:
        """Return how long to wait for a message: not at all with work to do, None for ever without."""
        if self._models.waiting or self._dissection.waiting or self._questions.waiting:
            return 0.0
        playing = [run for run in self._runs.values() if run.playing]
        if any(run.wants_publishing or run.measures or run.lines for run in self._runs.values() if not run.playing):
            return 0.0
        if any(run.gate.unanswered for run in self._runs.values()):
            return 0.0
        due = min((run.due for run in playing), default=math.inf)
        return None if due == math.inf else max(0.0, due - time.perf_counter())

    def _train(self) -> None:
        """Train the playing run that has waited longest, for a slice."""
        run = next((run for run in self._runs.values() if run.playing), None)
        if run is not None:
            self._runs[run.name] = self._runs.pop(run.name)  # to the end of the queue
            self._guarded(run, partial(run.train, SLICE_SECONDS, self._pace))

    def _publish(self) -> None:
        sharers = max(1, sum(run.playing for run in self._runs.values()))
        for run in self._runs.values():
            self._guarded(run, partial(self._publish_run, run, sharers))

    def _publish_run(self, run: Run | ImageRun, sharers: int) -> None:
        if progress := run.progress():
            self._send(progress)
        run.measure(sharers)
        if snapshot := run.snapshot(sharers):
            self._send(snapshot)
        elif run.lines:
            # Taken away first: lines that raise must not be asked again and again.
            lines, run.lines = run.lines, None
            values = next(lines)
            if values is None:
                run.lines = lines
            else:
                self._send(References(run.name, run.stamp, values))

    def _guarded(self, run: Run | ImageRun, work: Callable[[], None]) -> None:
        """Do some work of a run; whatever goes wrong in it pauses that run and nothing else."""
        try:
            work()
        except NonFiniteLoss as error:
            run.pause()
            run.forget_after(run.trainer.step)
            unrolled = run.trainer.experiment.additions.unrolling.on
            advice = "a smaller learning rate" + (", or a smaller step size of the unrolling" if unrolled else "")
            self._send(RunPaused(run.name, run.stamp, f"Paused: {error}. Try {advice}."))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise  # the window is gone
        except Exception as error:
            # A full memory, a fault of the device or our own: it costs this run, never the others.
            run.pause()
            run.changed = False
            self._send(RunPaused(run.name, run.stamp, f"Paused: {_first_line(error)}"))

    def _send(self, message: FromEngine) -> None:
        self._connection.send(message)

    # ---- what the window says ------------------------------------------------------------------------

    @singledispatchmethod
    def _obey(self, message: ToEngine) -> None:
        raise TypeError(f"an engine does not know {type(message).__name__}")

    @_obey.register
    def _create(self, message: Create) -> None:
        try:
            run = Run(message)
        except Exception as error:
            self._runs.pop(message.run, None)
            self._send(CreateRefused(message.run, message.stamp, f"This run cannot start: {_first_line(error)}"))
            return
        self._runs[message.run] = run
        if run.anew:
            networks, verb = " and ".join(run.anew), "begins" if len(run.anew) == 1 else "begin"
            text = f"The {networks} {verb} anew, untrained: the settings give other shapes than the state had."
            self._send(RunNoted(run.name, run.stamp, text))

    @_obey.register
    def _create_images(self, message: CreateImages) -> None:
        try:
            self._runs[message.run] = ImageRun(message)
        except Exception as error:
            self._runs.pop(message.run, None)
            self._send(CreateRefused(message.run, message.stamp, f"This run cannot start: {_first_line(error)}"))

    @_obey.register
    def _play(self, message: Play) -> None:
        if run := self._runs.get(message.run):
            run.play()

    @_obey.register
    def _pause(self, message: Pause) -> None:
        if run := self._runs.get(message.run):
            run.pause()

    @_obey.register
    def _step(self, message: Step) -> None:
        if run := self._runs.get(message.run):
            self._guarded(run, lambda: run.step(message))

    @_obey.register
    def _walk(self, message: Walk) -> None:
        if isinstance(run := self._runs.get(message.run), Run):
            self._guarded(run, lambda: self._send(run.walk()))

    @_obey.register
    def _export(self, message: Export) -> None:
        if isinstance(run := self._runs.get(message.run), Run):
            self._send(run.export(message.request, message.at))

    @_obey.register
    def _draw(self, message: Draw) -> None:
        if isinstance(run := self._runs.get(message.run), Run):
            self._guarded(run, lambda: self._send(run.draw(message)))

    @_obey.register
    def _remember(self, message: Limit) -> None:
        if isinstance(run := self._runs.get(message.run), Run):
            run.limit(message.memory)

    @_obey.register
    def _change(self, message: Change) -> None:
        if run := self._runs.get(message.run):
            try:
                run.change(message.path, message.value)
            except SettingsError as error:
                self._send(RunRefused(run.name, run.stamp, str(error)))

    @_obey.register
    def _view(self, message: View) -> None:
        if isinstance(run := self._runs.get(message.run), Run):
            run.look(message)

    @_obey.register
    def _limit(self, message: Pace) -> None:
        self._pace = message.steps_per_second
        for run in self._runs.values():
            if run.playing:
                run.play()

    @_obey.register
    def _bar(self, message: Barrier) -> None:
        if isinstance(run := self._runs.get(message.run), Run):
            run.gate.set(message)

    @_obey.register
    def _taken(self, message: Taken) -> None:
        if run := self._runs.get(message.run):
            run.taken = True

    @_obey.register
    def _remove(self, message: Remove) -> None:
        self._runs.pop(message.run, None)

    @_obey.register
    def _view_images(self, message: ImageView) -> None:
        if isinstance(run := self._runs.get(message.run), ImageRun):
            run.look(message)

    @_obey.register
    def _save_model(self, message: SaveModel) -> None:
        if isinstance(run := self._runs.get(message.run), ImageRun):
            try:
                self._send(run.save(message))
            except FileError as error:
                self._send(RunRefused(run.name, run.stamp, str(error)))

    @_obey.register
    def _open_model(self, message: OpenModel) -> None:
        self._dissection.close(message.model)
        self._send(self._models.open(message))

    @_obey.register
    def _render(self, message: Render) -> None:
        self._models.ask(message)

    @_obey.register
    def _write_sheet(self, message: WriteSheet) -> None:
        self._send(self._models.write(message))

    @_obey.register
    def _inspect(self, message: Inspect) -> None:
        if told := self._models.inspect(message):
            self._send(told)

    @_obey.register
    def _close_model(self, message: CloseModel) -> None:
        self._dissection.close(message.model)
        self._models.close(message.model)
        self._questions.forgo(message.model)

    @_obey.register
    def _ask(self, message: FindNeighbours | Represent) -> None:
        self._questions.ask(message)

    @_obey.register
    def _forgo(self, message: Forgo) -> None:
        self._questions.forgo(message.source, message.request)

    def _model(self, source: str) -> tuple[Model, Sampler]:
        """Return an opened model, or what a run on pictures has become by now."""
        generator: Sampler | None = self._models.sampler(source)
        if generator is None and isinstance(run := self._runs.get(source), ImageRun):
            generator = Generator(run.trainer.model(source))
        if generator is None:
            raise LookupError(f"{source}: there is no such model or run")
        return generator.model, generator

    @_obey.register
    def _dissect(self, message: Asked) -> None:
        self._dissection.ask(message)

    @_obey.register
    def _cancel(self, message: Cancel) -> None:
        if cancelled := self._dissection.cancel(message):
            self._send(cancelled)

    @_obey.register
    def _shutdown(self, message: Shutdown) -> None:
        self._alive = False
