"""What is said of many seeds of one experiment: of each in its cell, and of all together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ganstudio.experiment import Experiment
from ganstudio.gui.wording import Verdict, verdict
from ganstudio.metrics import METRICS

__all__ = ["SeedNote", "seed_notes", "verdict_over_seeds"]

Values = Mapping[str, NDArray[np.float64]]
"""Metric -> (R,), of one reading."""

MOST_NAMED = 6
"""Collapsed seeds that the evidence names one by one."""


@dataclass(frozen=True)
class SeedNote:
    """What is said of one seed.

    Attributes
    ----------
    captions
        In fewer and fewer words, for a cell of any width.
    name
        For screen readers: "seed 3, 7 of 8 modes".
    state
        How good that is.
    evidence
        The numbers behind it, or "".
    collapsed
        Whether all its samples are in a few modes.
    """

    captions: tuple[str, ...]
    name: str
    state: Literal["neutral", "good", "warning", "bad"] = "neutral"
    evidence: str = ""
    collapsed: bool = False


def seed_notes(values: Values, experiment: Experiment, step: int) -> list[SeedNote]:
    """Return what is to be said of every seed.

    Parameters
    ----------
    values
        The last reading, empty before the first.
    step
        Generator step at which it was taken.
    """
    return [_note(experiment, seed, _of_seed(values, seed), step) for seed in range(experiment.runs)]


def verdict_over_seeds(values: Values, experiment: Experiment, step: int) -> Verdict | None:
    """Return how the seeds are doing together, None where there is nothing to say yet or no modes to count."""
    said = [verdict(_of_seed(values, seed), experiment.data, step) for seed in range(experiment.runs)]
    verdicts = [one for one in said if one is not None]
    if not verdicts:
        return None
    seeds, gone = len(said), [seed for seed, one in enumerate(said) if one is not None and one.collapsed]
    evidence = _evidence(values, experiment, gone)
    if gone:
        count = f"all {seeds}" if len(gone) == seeds else f"{len(gone)} of {seeds}"
        return Verdict(f"{count} seeds collapsed", "bad" if 2 * len(gone) >= seeds else "warning", evidence)
    states = {one.state for one in verdicts}
    state: Literal["good", "warning", "bad"] = states.pop() if len(states) == 1 else "warning"
    return Verdict(f"no seed of {seeds} collapsed", state, evidence)


def _of_seed(values: Values, seed: int) -> dict[str, float]:
    return {name: float(value[seed]) for name, value in values.items() if seed < len(value)}


def _note(experiment: Experiment, seed: int, reading: dict[str, float], step: int) -> SeedNote:
    number = experiment.seed + seed
    title, dot = f"seed {number}", " \N{MIDDLE DOT} "
    said = verdict(reading, experiment.data, step)
    if said is None:
        distance = reading.get("sliced_w2", math.nan)
        if experiment.data.modes() is not None or math.isnan(distance):
            return SeedNote((title, str(number)), title)
        text = f"{METRICS['sliced_w2'].title} {METRICS['sliced_w2'].format(distance, experiment.data)}"
        return SeedNote((title + dot + text, title, str(number)), f"{title}, {text}")
    short = METRICS["modes"].format(reading["modes"], experiment.data).replace(" ", "")
    captions = [f"{title}{dot}{short}", f"{number}{dot}{short}", str(number)]
    words = said.text.removeprefix("collapsed: ")
    if said.collapsed:
        captions.insert(0, f"{title}{dot}{short} collapsed")
        words += ", collapsed"
    return SeedNote(tuple(captions), f"{title}, {words}", said.state, said.evidence, said.collapsed)


def _evidence(values: Values, experiment: Experiment, gone: Sequence[int]) -> str:
    """Return the numbers behind a verdict over seeds in one or two sentences."""
    named = [
        f"seed {experiment.seed + seed} ({METRICS['modes'].format(values['modes'][seed], experiment.data)} modes, "
        f"reverse KL {values['reverse_kl'][seed]:.2f} nats)"
        for seed in gone[:MOST_NAMED]
    ]
    if len(gone) > MOST_NAMED:
        named.append(f"and {len(gone) - MOST_NAMED} more")
    found = values["modes"]
    low, high = (METRICS["modes"].format(float(end), experiment.data).partition(" / ")[0] for end in _ends(found))
    middle = METRICS["modes"].format(float(np.median(found)), experiment.data).replace(" / ", " of ")
    spread = f"Modes recovered: median {middle}, {low} to {high} over {len(found)} seeds."
    return f"Collapsed: {', '.join(named)}. {spread}" if named else spread


def _ends(found: NDArray[np.float64]) -> tuple[float, float]:
    return float(found.min()), float(found.max())
