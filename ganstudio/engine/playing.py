"""What runs on the plane and on pictures share: when they train, how fast, and what the window has still to be told."""

from __future__ import annotations

import time
from typing import Any, Generic, TypeVar

from ganstudio.engine.gate import Gate
from ganstudio.messages import Step
from ganstudio.training import Trainer

__all__ = ["Playing"]

RATE_SECONDS = 0.5
"""How long steps are counted before their rate is told anew."""

Kind = TypeVar("Kind", bound=Trainer)


class Playing(Generic[Kind]):
    """A trainer that trains in slices of time.

    Attributes
    ----------
    name, stamp
        Of the run, as in its `Create`.
    playing, taken, changed : bool
        Whether it trains, whether the window has taken the last snapshot, and whether there is anything new to show.
    rate : float
        Steps a second, 0 while it stands.
    next_snapshot : float
        When the window is to be shown more, on the clock of `time.perf_counter`.
    """

    def __init__(self, name: str, stamp: int, trainer: Kind) -> None:
        self.name, self.stamp, self.trainer = name, stamp, trainer
        self.gate = Gate(name, stamp)
        self.playing = False
        self.taken = self.changed = True
        self.rate = 0.0
        self.next_snapshot = 0.0
        self._due = 0.0
        self._rate_from = (time.perf_counter(), trainer.step)

    def play(self) -> None:
        """Start to train in slices."""
        self.playing = True
        self._due = time.perf_counter()
        self._rate_from = (self._due, self.trainer.step)

    def pause(self) -> None:
        """Stop training."""
        self.playing = False
        self.rate = 0.0
        self.changed = True

    def step(self, part: Step) -> None:
        """Do one iteration or one network's part of it.

        Raises
        ------
        NonFiniteLoss
            If a loss became NaN or infinite.
        """
        trainer = self.trainer
        {"both": trainer.iterate, "critic": trainer.train_critic, "generator": trainer.train_generator}[part.part]()
        self.stepped()

    def train(self, seconds: float, pace: float | None) -> None:
        """Train for about so many seconds, or until the next step is not yet due.

        Raises
        ------
        NonFiniteLoss
            If a loss became NaN or infinite.
        """
        now = time.perf_counter()
        end = now + seconds
        while now < end and now >= self._due and not self.held:
            self.trainer.iterate()
            self.stepped()
            if pace:
                # A run that fell behind does not hurry to catch up.
                self._due = max(self._due + 1 / pace, now)
            began, now = now, time.perf_counter()
            self.gate.seconds += now - began
        if now - self._rate_from[0] >= RATE_SECONDS:
            self.rate = (self.trainer.step - self._rate_from[1]) / (now - self._rate_from[0])
            self._rate_from = (now, self.trainer.step)

    def stepped(self) -> None:
        """Take note that networks have changed."""
        self.changed = True

    def change(self, path: str, value: Any) -> None:
        """Replace a live setting.

        Raises
        ------
        SettingsError
            If it needs a restart, is unknown or not allowed.
        """
        self.trainer.change(path, value)

    @property
    def held(self) -> bool:
        """Whether it stands at its barrier."""
        return self.gate.closed(self.trainer.step, self.trainer.experiment.training.generator_steps)

    @property
    def due(self) -> float:
        """When a playing run next has something to do, on the clock of `time.perf_counter`."""
        return min(self._due, self.next_snapshot) if self.wants_publishing else self._due

    @property
    def wants_publishing(self) -> bool:
        """Whether something changed that the window has not been told."""
        return self.changed and self.taken

    def shows_nothing_yet(self, now: float) -> bool:
        """Whether it is too early for a snapshot, or there is nothing new for one."""
        return not self.wants_publishing or (self.playing and now < self.next_snapshot)
