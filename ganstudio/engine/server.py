"""The engine: a loop that trains playing runs in turn and answers the window."""

from __future__ import annotations

import contextlib
import signal
import time
from functools import singledispatchmethod
from multiprocessing.connection import Connection

import torch

from ganstudio import metrics
from ganstudio.engine.run import Run
from ganstudio.messages import (
    Change,
    Create,
    EngineReady,
    FromEngine,
    Pace,
    Pause,
    Play,
    References,
    Remove,
    RunPaused,
    RunRefused,
    Shutdown,
    Step,
    Taken,
    ToEngine,
    View,
)
from ganstudio.settings import SettingsError
from ganstudio.training import NonFiniteLoss
from ganstudio.training.device import available_devices

__all__ = ["Engine", "serve"]

SLICE_SECONDS = 0.010
"""How long a run trains before the next has its turn; also how long a message may wait."""


def serve(connection: Connection) -> None:
    """Run an engine until the window says so or goes away."""
    # Ctrl+C in a terminal reaches the whole group; the window decides when engines end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):  # the window is gone
        Engine(connection).serve()


class Engine:
    """Holds runs, gives each playing one a slice of time, and publishes what they look like."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._runs: dict[str, Run] = {}
        self._unreferenced: list[Run] = []
        self._pace: float | None = None
        self._alive = True

    def serve(self) -> None:
        """Train and answer until `Shutdown`; block without using the CPU when there is nothing to do."""
        self._send(EngineReady(torch.__version__, available_devices()))
        while self._alive:
            while self._alive and self._connection.poll(self._patience()):
                self._obey(self._connection.recv())
            self._train()
            self._publish()

    def _patience(self) -> float | None:
        """Return how long to wait for a message: not at all with work to do, None for ever without."""
        playing = [run for run in self._runs.values() if run.playing]
        if any(run.wants_publishing for run in self._runs.values() if not run.playing) or self._unreferenced:
            return 0.0
        if not playing:
            return None
        return max(0.0, min(run.due for run in playing) - time.perf_counter())

    def _train(self) -> None:
        for run in self._runs.values():
            if run.playing:
                self._guarded(run, lambda run=run: run.train(SLICE_SECONDS, self._pace))

    def _publish(self) -> None:
        sharers = max(1, sum(run.playing for run in self._runs.values()))
        for run in self._runs.values():
            self._guarded(run, lambda run=run: self._publish_run(run, sharers))
        if self._unreferenced:
            run = self._unreferenced.pop(0)
            values = metrics.perfect_sampler(run.trainer.experiment.data)
            self._send(References(run.name, run.stamp, values))

    def _publish_run(self, run: Run, sharers: int) -> None:
        snapshot = run.snapshot(sharers)
        if snapshot:
            self._send(snapshot)

    def _guarded(self, run: Run, work: object) -> None:
        """Do some work of a run; whatever goes wrong in it pauses that run and nothing else."""
        assert callable(work)
        try:
            work()
        except NonFiniteLoss as error:
            run.pause()
            self._send(RunPaused(run.name, run.stamp, f"Paused: {error}. Try a smaller learning rate."))
        except (RuntimeError, MemoryError) as error:
            # PyTorch reports a full memory and every fault of a device as RuntimeError.
            run.pause()
            run.changed = False
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            self._send(RunPaused(run.name, run.stamp, f"Paused: {reason}"))

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
        except (SettingsError, RuntimeError, MemoryError) as error:
            self._runs.pop(message.run, None)
            self._send(RunRefused(message.run, message.stamp, f"This run cannot start: {error}"))
            return
        self._runs[message.run] = run
        self._unreferenced.append(run)

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
    def _change(self, message: Change) -> None:
        if run := self._runs.get(message.run):
            try:
                run.trainer.change(message.path, message.value)
            except SettingsError as error:
                self._send(RunRefused(run.name, run.stamp, str(error)))

    @_obey.register
    def _view(self, message: View) -> None:
        if run := self._runs.get(message.run):
            run.look(message)

    @_obey.register
    def _limit(self, message: Pace) -> None:
        self._pace = message.steps_per_second
        for run in self._runs.values():
            if run.playing:
                run.play()

    @_obey.register
    def _taken(self, message: Taken) -> None:
        if run := self._runs.get(message.run):
            run.taken = True

    @_obey.register
    def _remove(self, message: Remove) -> None:
        self._runs.pop(message.run, None)

    @_obey.register
    def _shutdown(self, message: Shutdown) -> None:
        self._alive = False
