"""What was measured of every seed of a run, and what is to be said of each and of all together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ganstudio.diagnosis import Told, Verdict, diagnose
from ganstudio.experiment import Experiment
from ganstudio.gui.readings import Readings
from ganstudio.messages import Reading
from ganstudio.metrics import METRICS

__all__ = ["SeedNote", "SeedRecord"]

MOST_TOLD = 500
"""Measurements that a diagnosis looks back at."""
MOST_NAMED = 6
"""Seeds that evidence names one by one."""
State = Literal["neutral", "good", "warning", "bad"]


@dataclass(frozen=True)
class SeedNote:
    """What is said of one seed.

    Attributes
    ----------
    captions
        Four, in fewer and fewer words, for cells of any width.
    name
        For screen readers: "seed 3, 7 of 8 modes".
    state
        How good that is.
    evidence
        The numbers behind it, or "".
    """

    captions: tuple[str, str, str, str]
    name: str
    state: State = "neutral"
    evidence: str = ""


class SeedRecord:
    """The measurements of all seeds of a run.

    Parameters
    ----------
    experiment
        What the run computes.
    """

    def __init__(self, experiment: Experiment) -> None:
        self._experiment = experiment
        self._told = [Readings() for _ in range(experiment.runs)]
        self._said: tuple[int | None, list[list[Verdict]]] | None = None

    def add(self, reading: Reading) -> None:
        """Take note of a reading."""
        self._said = None
        for seed, told in enumerate(self._told):
            values, signals = (
                {name: float(value[seed]) for name, value in group.items() if seed < len(value)}
                for group in (reading.values, reading.signals)
            )
            told.add(Told(reading.step, values, signals))

    def nearest(self, step: int) -> int | None:
        """Return the step of the measurement that is nearest to a step, None if there is none."""
        told = self._told[0].nearest(step)
        return told.step if told else None

    def values(self, step: int) -> dict[str, NDArray[np.float64]]:
        """Return the metrics (R,) that were measured nearest to a step; none if nothing was measured."""
        near = [told.nearest(step) for told in self._told]
        names = near[0].values if near[0] else ()
        return {name: np.array([one.values.get(name, math.nan) if one else math.nan for one in near]) for name in names}

    def diagnosis(self, seed: int, until: int | None = None) -> list[Verdict]:
        """Return everything that there is to say of one seed, by its place, the worst first.

        Parameters
        ----------
        until
            Step after which nothing is known; None is the present.
        """
        return self._diagnoses(until)[seed]

    def notes(self, until: int | None = None) -> list[SeedNote]:
        """Return what to say of every seed in its cell."""
        diagnoses = self._diagnoses(until)
        return [self._note(seed, said, self._last(seed, until)) for seed, said in enumerate(diagnoses)]

    def over_seeds(self, until: int | None = None) -> list[Verdict]:
        """Return what there is to say of all seeds together, the worst first."""
        diagnoses = self._diagnoses(until)
        struck: dict[str, dict[int, Verdict]] = {}
        for seed, said in enumerate(diagnoses):
            for verdict in said:
                if verdict.kind:
                    struck.setdefault(verdict.kind, {})[seed] = verdict
        found = [self._of_kind(kind, verdicts, until) for kind, verdicts in struck.items()]
        counted = [verdict for said in diagnoses for verdict in said if not verdict.kind]
        if counted and "collapsed" not in struck:
            found.append(self._complete([verdict.state for verdict in counted], until))
        order = {"bad": 0, "warning": 1, "good": 2}
        return sorted(found, key=lambda verdict: order[verdict.state])

    # ---- inside --------------------------------------------------------------------------------------

    def _diagnoses(self, until: int | None) -> list[list[Verdict]]:
        if self._said is None or self._said[0] != until:
            known = [told.until(until)[-MOST_TOLD:] for told in self._told]
            self._said = until, [diagnose(told, self._experiment) for told in known]
        return self._said[1]

    def _last(self, seed: int, until: int | None) -> Told | None:
        known = self._told[seed].until(until)
        return known[-1] if known else None

    def _note(self, seed: int, said: Sequence[Verdict], last: Told | None) -> SeedNote:
        number = self._experiment.seed + seed
        title, dot = f"seed {number}", " \N{MIDDLE DOT} "
        measured = self._measured(last) if said else ""
        worst = said[0] if said else None
        middle, short = (text + (f"{dot}{measured}" if measured else "") for text in (title, str(number)))
        kind = worst.kind if worst is not None else ""
        words = [verdict.text.removeprefix("collapsed: ") for verdict in said]
        words += ["collapsed"] if kind == "collapsed" else []
        if measured and self._experiment.data.modes() is None:
            words.insert(0, measured)
        evidence = "\n".join(verdict.evidence for verdict in said)
        state: State = worst.state if worst is not None else "neutral"
        captions = (f"{middle} {kind}".rstrip(), middle, short, str(number))
        return SeedNote(captions, ", ".join([title, *words]), state, evidence)

    def _measured(self, last: Told | None) -> str:
        """Return the number that says most: "7/8" modes, or a distance of data that have none."""
        data = self._experiment.data
        name = "sliced_w2" if data.modes() is None else "modes"
        value = math.nan if last is None else last.values.get(name, math.nan)
        if math.isnan(value):
            return ""
        text = METRICS[name].format(value, data)
        return text.replace(" ", "") if name == "modes" else f"{METRICS[name].title} {text}"

    def _complete(self, states: Sequence[State], until: int | None) -> Verdict:
        """Return how many seeds have found all modes, where none has collapsed."""
        found, modes = self._found(until), self._experiment.data.modes()
        assert modes is not None
        total = int((modes.weights > 0).sum())
        complete, seeds = int((found >= total).sum()), len(self._told)
        count = f"all {seeds}" if complete == seeds else f"{complete} of {seeds}"
        state: Literal["good", "warning", "bad"] = "warning"
        if set(states) <= {"good"}:
            state = "good"
        elif set(states) <= {"bad"}:
            state = "bad"
        text = f"{count} seeds have all {total} modes"
        return Verdict(text, state, f"No seed of {seeds} collapsed. {self._spread(until)}")

    def _of_kind(self, kind: str, verdicts: dict[int, Verdict], until: int | None) -> Verdict:
        """Return how many seeds something is the matter with, and which."""
        seeds, struck = len(self._told), len(verdicts)
        count = f"all {seeds}" if struck == seeds else f"{struck} of {seeds}"
        state: Literal["warning", "bad"] = "bad"
        if 2 * struck < seeds or all(verdict.state == "warning" for verdict in verdicts.values()):
            state = "warning"
        if kind == "collapsed":
            evidence = f"Collapsed: {self._named(list(verdicts), until)}. {self._spread(until)}"
        else:
            first = min(verdicts)
            numbers = ", ".join(str(self._experiment.seed + seed) for seed in verdicts)
            evidence = f"Seeds {numbers}. Of seed {self._experiment.seed + first}: {verdicts[first].evidence}"
        return Verdict(f"{count} seeds {kind}", state, evidence, kind)

    def _named(self, seeds: list[int], until: int | None) -> str:
        """Return collapsed seeds with their numbers."""
        named = []
        for seed in seeds[:MOST_NAMED]:
            last = self._last(seed, until)
            assert last is not None
            modes = METRICS["modes"].format(last.values["modes"], self._experiment.data).replace(" / ", " of ")
            divergence = last.values.get("reverse_kl", math.nan)
            named.append(f"seed {self._experiment.seed + seed} ({modes} modes, reverse KL {divergence:.2f} nats)")
        if len(seeds) > MOST_NAMED:
            named.append(f"and {len(seeds) - MOST_NAMED} more")
        return ", ".join(named)

    def _found(self, until: int | None) -> NDArray[np.float64]:
        """Return how many modes each measured seed recovers."""
        last = [self._last(seed, until) for seed in range(len(self._told))]
        return np.array([one.values["modes"] for one in last if one is not None and "modes" in one.values])

    def _spread(self, until: int | None) -> str:
        """Return how many modes the seeds recover, in words."""
        data, found = self._experiment.data, self._found(until)
        low, middle, high = (
            METRICS["modes"].format(float(value), data) for value in (found.min(), np.median(found), found.max())
        )
        low, middle, high = low.partition(" / ")[0], middle.replace(" / ", " of "), high.partition(" / ")[0]
        return f"Modes recovered: median {middle}, {low} to {high} over {len(found)} seeds."
