"""Experiments in a reader's words: what a pane's header says."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from ganstudio.data import Distribution
from ganstudio.experiment import Experiment, flat
from ganstudio.gui.numbers import short
from ganstudio.settings import Settings, hint

__all__ = ["Verdict", "distinction_text", "setting_titles", "verdict"]

_PLAYERS = {
    "generator": "generator",
    "critic": "critic",
    "generator_optimiser": "generator",
    "critic_optimiser": "critic",
}


def distinction_text(experiment: Experiment, names: list[str]) -> str:
    """Return what sets an experiment apart, for example "critic learning rate 2e-4, 1 critic step".

    Parameters
    ----------
    names
        Dotted names of the settings that differ between the panes. The objective and the kind of constraint
        are left out where the method's own name says them already.
    """
    values = flat(experiment.plain())
    said_by_name = _said_by_name(experiment)
    parts = [_phrase(experiment, name, values[name]) for name in names if name in values and name not in said_by_name]
    return " \N{MIDDLE DOT} ".join(parts)


def setting_titles(experiment: Experiment, names: list[str]) -> list[str]:
    """Return what settings are called in the setup; another kind of data or objective counts as one.

    Parameters
    ----------
    names
        Dotted names, of which some may be settings of another kind.
    """
    titles = []
    whole = {name.removesuffix(".name") for name in ("data.name", "objective.name") if name in names}
    if "data" in whole:
        titles.append("data")
    if "objective" in whole:
        titles.append("method")
        whole.add("constraints")
    for name in names:
        section, _, key = name.rpartition(".")
        if section not in whole:
            titles.append(f"{_PLAYERS.get(section, '')} {_title(experiment, section, key)}".strip())
    return titles


def _title(experiment: Experiment, section: str, key: str) -> str:
    """Return a setting's title in lower case."""
    owner: Settings = getattr(experiment, section) if section else experiment
    title = str(type(owner).model_fields[key].title or key.replace("_", " "))
    return title[:1].lower() + title[1:]


def _said_by_name(experiment: Experiment) -> set[str]:
    """Return settings that the title says, or that mean nothing here."""
    said = {"label"}
    constraints = experiment.constraints
    if not experiment.label:
        said.add("objective.name")
    if experiment.method and not experiment.label:
        said |= {f"constraints.{name}" for name in ("gradient_penalty", "one_sided", "spectral_norm")}
        said |= {f"additions.{name}.on" for name in experiment.additions.model_fields_set}
    said |= {f"constraints.{name}" for name in constraints.idle}
    if constraints.weight_clip == 0:
        said.add("constraints.weight_clip")
    # An objective's own settings tell nothing while they are the usual ones.
    usual = type(experiment.objective)()  # type: ignore[call-arg]
    said |= {f"objective.{name}" for name, value in experiment.objective if value == getattr(usual, name)}
    return said


def _phrase(experiment: Experiment, name: str, value: Any) -> str:
    """Return one setting in words."""
    if name == "training.critic_steps":
        return f"{value} critic step{'s' if value != 1 else ''}"
    if name in ("objective.name", "data.name"):
        return f"{name.removesuffix('.name')} {str(value).replace('_', ' ')}"
    section, _, key = name.rpartition(".")
    field = type(getattr(experiment, section) if section else experiment).model_fields[key]
    choices = hint(field, "choices") or {}
    if isinstance(value, list):
        shown = ", ".join(short(number) for number in value) or "equal"
    elif isinstance(value, bool):
        shown = "on" if value else "off"
    elif isinstance(value, int | float):
        shown = short(value)
    else:
        shown = choices.get(value, str(value))
    player = _PLAYERS.get(section, "")
    return f"{player} {_title(experiment, section, key)} {shown}".strip()


EARLY = 100
"""Generator steps before which a run has had no time to fail."""


@dataclass(frozen=True)
class Verdict:
    """How a run is doing: words, how good that is, and the numbers behind it."""

    text: str
    state: Literal["good", "warning", "bad"]
    evidence: str


def verdict(reading: dict[str, float], distribution: Distribution, step: int = EARLY) -> Verdict | None:
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
        return Verdict(f"collapsed: {counted}", "bad", evidence)
    quality = reading.get("high_quality", 1.0)
    evidence += f" {quality:.1%} of the samples are of high quality."
    state: Literal["good", "warning", "bad"] = "warning" if found else "bad"
    if found == total and quality >= 0.5:
        state = "good"
    return Verdict(counted, state, evidence)
