"""How a run is doing, in words, each with the numbers that it rests on.

Nothing is said without a number: what is not measured is not guessed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ganstudio.data import Distribution
from ganstudio.experiment import Experiment

__all__ = ["EARLY", "Told", "Verdict", "diagnose", "verdict"]

EARLY = 100
"""Generator steps before which a run has had no time to fail."""

CERTAIN = 0.98
"""Accuracy from which a critic tells real from generated samples nearly always."""
VANISHED = 1e-2
"""Share of its largest norm so far below which a generator's gradient has vanished."""
TINY = 1e-3
"""Norm above which a generator's gradient is not called vanished, whatever it was before."""
CIRCLING = 3.0
"""How many times farther than they got samples have to have travelled to go round in circles."""
FAR = 2.0
"""How far they have to have travelled, as a share of the window's half side."""
LOST = 0.2
"""Share of samples outside the window from which a run is diverging."""
NEAR = 2.0
"""Half sides of the window: nearer to its middle, a cluster that is outside is collapsed in the first place."""


@dataclass(frozen=True)
class Verdict:
    """How a run is doing: words, how good that is, the numbers behind it, and its trouble in a word or ""."""

    text: str
    state: Literal["good", "warning", "bad"]
    evidence: str
    kind: str = ""


@dataclass(frozen=True)
class Told:
    """One seed's metrics and signals at a step, see `ganstudio.messages.Reading`."""

    step: int
    values: Mapping[str, float]
    signals: Mapping[str, float] = field(default_factory=dict)


def diagnose(told: Sequence[Told], experiment: Experiment) -> list[Verdict]:
    """Return everything that there is to say of a run, the worst first.

    Parameters
    ----------
    told
        All that was measured so far, in order.
    """
    if not told or told[-1].step < EARLY:
        return []
    found = [
        _lost(told),
        _saturated(told, experiment),
        _oscillating(told[-1], experiment.data),
        verdict(told[-1].values, experiment.data, told[-1].step),
    ]
    left, right, _, _ = experiment.data.window()
    near = told[-1].signals.get("distance", 0.0) < NEAR * (right - left) / 2
    order = {"bad": 0, "warning": 1, "good": 2}

    def rank(one: Verdict) -> tuple[int, bool]:
        return order[one.state], near and one.kind in ("lost", "diverging")

    return sorted((one for one in found if one), key=rank)


def _lost(told: Sequence[Told]) -> Verdict | None:
    """Say how many samples are outside the window, and whether they are still going away."""
    signals = told[-1].signals
    outside = signals.get("outside", 0.0)
    if outside < LOST:
        return None
    before, now = told[max(0, len(told) - 4)].signals["distance"], signals["distance"]
    evidence = (
        f"{outside:.0%} of the samples are outside the data's window, on average {now:.3g} units from its middle; "
        f"at step {told[max(0, len(told) - 4)].step:,} it was {before:.3g}."
    )
    word = "diverging" if now > before else "lost"
    return Verdict(f"{word}: {outside:.0%} outside", "bad", evidence, word)


def _saturated(told: Sequence[Told], experiment: Experiment) -> Verdict | None:
    """Say that the discriminator is certain and the generator learns nothing from it."""
    signals = told[-1].signals
    accuracy, gradient = signals.get("accuracy", 0.0), signals.get("generator gradient", math.inf)
    if experiment.objective.field_meaning.kind != "probability" or accuracy < CERTAIN:
        return None
    largest = max(one.signals.get("generator gradient", 0.0) for one in told)
    if not (gradient < TINY and gradient < VANISHED * largest):
        return None
    evidence = (
        f"The discriminator has {accuracy:.1%} of real and generated samples on the right side; the norm of the "
        f"generator's gradient is {gradient:.2e}, {gradient / largest:.1e} of the largest so far ({largest:.2e})."
    )
    return Verdict(f"discriminator saturated: gradient {gradient:.0e}", "bad", evidence, "saturated")


def _oscillating(last: Told, data: Distribution) -> Verdict | None:
    """Say that samples travel far and get nowhere."""
    signals = last.signals
    travelled, displaced = signals.get("travelled", 0.0), signals.get("displaced", math.inf)
    left, right, _, _ = data.window()
    if travelled < FAR * (right - left) / 2 or travelled < CIRCLING * displaced:
        return None
    evidence = (
        f"In the last {signals['over']:,.0f} steps the same samples travelled {travelled:.3g} units on average, from "
        f"measurement to measurement, and ended {displaced:.3g} from where they had been."
    )
    return Verdict("oscillating", "warning", evidence, "oscillating")


def verdict(reading: Mapping[str, float], distribution: Distribution, step: int = EARLY) -> Verdict | None:
    """Return what to say of a mixture's samples at a step, or None where there is nothing to say yet.

    "Collapsed" means that the samples' shares of the modes are those of at most a quarter of them: m exp(-KL)
    modes, with the reverse KL of the histogram over the m modes.
    """
    modes = distribution.modes()
    recovered = reading.get("modes", math.nan)
    if modes is None or math.isnan(recovered) or step < EARLY:
        return None
    total, found, divergence = int((modes.weights > 0).sum()), round(recovered), reading.get("reverse_kl", 0.0)
    occupied = total * math.exp(-divergence)
    evidence = (
        f"{found} of {total} modes have enough samples within 3 standard deviations. Reverse KL {divergence:.3f} "
        f"nats: the samples' shares are those of about {occupied:.1f} modes."
    )
    counted = f"{found} of {total} modes"
    if occupied <= total / 4 and found < total:
        return Verdict(f"collapsed: {counted}", "bad", evidence, "collapsed")
    quality = reading.get("high_quality", 1.0)
    evidence += f" {quality:.1%} of the samples are of high quality."
    state: Literal["good", "warning", "bad"] = "warning" if found else "bad"
    if found == total and quality >= 0.5:
        state = "good"
    return Verdict(counted, state, evidence)
