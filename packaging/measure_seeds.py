"""Measure what the run axis gives: sixteen seeds at once against the same sixteen one after another.

``make measure-seeds``. Both are trained in turns by one process that is set up as an engine is, so that a busy machine
slows down both. Exits with 1 if the promise is not kept.
"""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import dataclass

from ganstudio.allocation import keep_freed_memory
from ganstudio.experiment import Experiment
from ganstudio.training import Trainer
from ganstudio.training.threads import use_one_thread

SEEDS = 16
PROMISED = 2.5
"""By how much the total rate is higher at once, at least, for the method that is promised."""
TURNS = 15
WARM_UP_TURNS = 3
STEPS = {"ns": 10, "wgan_gp": 3}
"""Method -> generator steps of every seed in a turn."""
PROMISED_METHOD = "ns"


@dataclass(frozen=True)
class Taken:
    """Seconds that a step took: by the clock, and of this process's own time on a core."""

    clock: float
    core: float

    @staticmethod
    def by(trainers: list[Trainer], steps: int) -> Taken:
        """Let every trainer do so many steps, one after the other; return what a step of all of them took."""
        clock, core = time.perf_counter(), time.process_time()
        for trainer in trainers:
            for _ in range(steps):
                trainer.iterate()
        return Taken((time.perf_counter() - clock) / steps, (time.process_time() - core) / steps)


def measure(method: str, steps: int) -> tuple[list[Taken], list[Taken]]:
    """Return what a step of all seeds took in every turn, one after another and at once."""
    alone = [Trainer(Experiment.of(method, seed=seed)) for seed in range(SEEDS)]
    together = [Trainer(Experiment.of(method, runs=SEEDS))]
    size = together[0].experiment
    print(
        f"{size.title}: {size.critic.layers} layers of {size.critic.width} units, batch {size.training.batch}, "
        f"critic steps: {size.training.critic_steps}",
        flush=True,
    )
    turns = [(Taken.by(alone, steps), Taken.by(together, steps)) for _ in range(WARM_UP_TURNS + TURNS)][WARM_UP_TURNS:]
    return [turn[0] for turn in turns], [turn[1] for turn in turns]


def report(method: str, alone: list[Taken], together: list[Taken]) -> bool:
    """Print the medians of a method's turns; return whether what is promised of it is kept."""
    for name, turns, seeds in (("one after another", alone, 1), (f"{SEEDS} at once", together, SEEDS)):
        clock = statistics.median(turn.clock for turn in turns)
        core = statistics.median(turn.core for turn in turns)
        one = SEEDS // seeds
        print(
            f"  {name:17} {1000 * clock / one:7.2f} ms a step ({1000 * core / one:.2f} of processor time), "
            f"{SEEDS / clock:6.0f} steps/s in total"
        )
    pairs = list(zip(alone, together, strict=True))
    ratio = statistics.median(a.clock / b.clock for a, b in pairs)
    core_ratio = statistics.median(a.core / b.core for a, b in pairs)
    promised = method == PROMISED_METHOD
    kept = not promised or ratio >= PROMISED
    verdict = f"{'kept  ' if kept else 'BROKEN'} at least {PROMISED}: " if promised else ""
    print(f"  {verdict}{ratio:.2f} times the rate ({core_ratio:.2f} by processor time), medians of {TURNS} turns")
    return kept


def main() -> int:
    """Measure, print, and return the exit code."""
    use_one_thread()
    keep_freed_memory()
    kept = True
    for method, steps in STEPS.items():
        kept &= report(method, *measure(method, steps))
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
