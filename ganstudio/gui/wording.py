"""Experiments in a reader's words: what a pane's header says."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal

from ganstudio.additions import Addition, Additions
from ganstudio.data import Distribution
from ganstudio.experiment import Experiment, flat
from ganstudio.gui.numbers import short
from ganstudio.methods import METHODS
from ganstudio.settings import Settings, hint

__all__ = ["Verdict", "distinction_text", "refusal_text", "setting_titles", "verdict"]

_PLAYERS = {
    "generator": "generator",
    "critic": "critic",
    "generator_optimiser": "generator",
    "critic_optimiser": "critic",
}
_OF_CRITICS = ("critic.", "critic_optimiser.", "constraints.", "training.critic_steps")
_OPPOSITE = {"generator_optimiser": ("critic_optimiser",), "critic_optimiser": ("generator_optimiser",)}


def distinction_text(experiment: Experiment, names: list[str]) -> str:
    """Return what sets an experiment apart, for example "critic learning rate 2e-4, 1 critic step".

    Parameters
    ----------
    names
        Dotted names of the settings that differ between the panes. The objective, the kind of constraint and
        additions are left out where the method's own name says them already.
    """
    values = flat(experiment.plain())
    said_by_name = _said_by_name(experiment)
    told = [name for name in names if name in values and name not in said_by_name]
    parts: dict[str, None] = {}
    for name in told:
        section, _, key = name.rpartition(".")
        others = [f"{other}.{key}" for other in _OPPOSITE.get(section, ())]
        if section.startswith("additions."):
            parts[_addition_phrase(section.removeprefix("additions."), _owner(experiment, section))] = None
        elif any(other in told and values[other] == values[name] for other in others):
            parts[_phrase(experiment, name, values[name], both=True)] = None
        elif name != "constraints.spectral_gain" or "constraints.spectral_norm" not in told:
            parts[_phrase(experiment, name, values[name])] = None
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
        whole |= {"constraints", "additions"}
    for name in names:
        section, _, key = name.rpartition(".")
        if section.partition(".")[0] in whole:
            continue
        titles.append(f"{_PLAYERS.get(section, '')} {_title(experiment, section, key)}".strip())
    return list(dict.fromkeys(titles))


def refusal_text(path: str, message: str) -> str:
    """Return why an edit was refused, for the place where it was made.

    Parameters
    ----------
    path
        Dotted name of the setting that was edited.
    message
        A `SettingsError`'s, which may name another setting: the one that does not go with it.
    """
    where, _, reason = message.partition(": ")
    if where == path:
        return reason[:1].upper() + reason[1:]
    section, _, rest = where.partition(".")
    name = rest.partition(".")[0]
    if section == "additions" and name in Additions.model_fields:
        return f"{getattr(Additions(), name).title}: {_with_titles(reason)}"
    return message


def _with_titles(reason: str) -> str:
    """Return a reason that ends in "turn off" and names of additions with what they are called in the setup."""
    before, order, names = reason.partition("turn off ")
    known = [name.strip() for name in names.split(",")]
    if not order or any(name not in Additions.model_fields for name in known):
        return reason
    return before + order + ", ".join(getattr(Additions(), name).title for name in known)


def _owner(experiment: Experiment, section: str) -> Settings:
    """Return the settings under a dotted name, "" being the experiment itself."""
    return reduce(getattr, section.split("."), experiment) if section else experiment


def _title(experiment: Experiment, section: str, key: str) -> str:
    """Return a setting's title in lower case; an addition's comes before those of its settings."""
    owner = _owner(experiment, section)
    title = str(type(owner).model_fields[key].title or key.replace("_", " "))
    title = title[:1].lower() + title[1:]
    if isinstance(owner, Addition):
        return owner.title.lower() if key == "on" else f"{owner.title.lower()}: {title}"
    return title


def _said_by_name(experiment: Experiment) -> set[str]:
    """Return settings that the title says, or that mean nothing here."""
    said = {"label"}
    constraints = experiment.constraints
    if not experiment.label:
        said.add("objective.name")
    if experiment.method and not experiment.label:
        said |= {f"constraints.{name}" for name in ("gradient_penalty", "one_sided", "spectral_norm")}
        said |= {f"additions.{name}.on" for name in Additions.model_fields}
        row = METHODS[experiment.method].settings
        said |= set(flat({name: row[name] for name in ("objective", "additions") if name in row}))
    said |= {f"constraints.{name}" for name in constraints.idle}
    if constraints.weight_clip == 0:
        said.add("constraints.weight_clip")
    if not constraints.spectral_norm:
        said.add("constraints.spectral_norm")
    # Nothing is told of a critic that there is not, nor of what an addition would do that is off.
    if experiment.objective.critic == "none":
        said |= {name for name in flat(experiment.plain()) if name.startswith(_OF_CRITICS)}
    off = [name for name, addition in experiment.additions if not addition.on]
    said |= {f"additions.{name}.{key}" for name in off for key in type(getattr(Additions(), name)).model_fields}
    # An objective's own settings tell nothing while they are the usual ones.
    usual = type(experiment.objective)()  # type: ignore[call-arg]
    said |= {f"objective.{name}" for name, value in experiment.objective if value == getattr(usual, name)}
    return said


def _phrase(experiment: Experiment, name: str, value: Any, *, both: bool = False) -> str:
    """Return one setting in words; `both` if it is the same for generator and critic."""
    if name == "training.critic_steps":
        return f"{value} critic step{'s' if value != 1 else ''}"
    if name == "constraints.spectral_norm":
        return f"spectral norm, gain {short(experiment.constraints.spectral_gain)}"
    if name in ("objective.name", "data.name"):
        return f"{name.removesuffix('.name')} {str(value).replace('_', ' ')}"
    section, _, key = name.rpartition(".")
    field = type(_owner(experiment, section)).model_fields[key]
    choices = hint(field, "choices") or {}
    if isinstance(value, list):
        shown = ", ".join(short(number) for number in value) or "equal"
    elif isinstance(value, bool):
        shown = "on" if value else "off"
    elif isinstance(value, int | float):
        shown = short(value)
    else:
        shown = choices.get(value, str(value))
    title = _title(experiment, section, key)
    if both:
        return f"{title}s {shown}" if key in ("name", "learning_rate") else f"both {title} {shown}"
    title = "spectral gain" if key == "spectral_gain" else title
    return f"{_PLAYERS.get(section, '')} {title} {shown}".strip()


def _addition_phrase(name: str, addition: Any) -> str:
    """Return an addition that is on in a few words with its most telling settings."""
    match name:
        case "conditional":
            return "told the class"
        case "classifier":
            return f"auxiliary classifier, weight {short(addition.weight)}"
        case "information":
            return f"codes: {_codes(addition)}, weight {short(addition.weight)}"
        case "semi_supervised":
            matched = ", feature matching" if addition.feature_matching else ""
            only = "" if addition.unlabelled else " only"
            return f"{addition.labels_per_class} labels a class{only}{matched}"
        case "encoder":
            how = "encoder" if addition.adversarial else "reconstructor"
            return how + (f", weight {short(addition.reconstruction)}" if addition.reconstruction else "")
        case "packing":
            return f"packs of {addition.samples}"
        case "unrolling":
            return f"{addition.steps} critic steps ahead, size {short(addition.rate)}"
        case "minibatch":
            return f"minibatch discrimination, {addition.kernels} kernels of {addition.dimensions}"
        case "instance_noise":
            end = f" until step {addition.steps:,}" if addition.steps else ""
            return f"instance noise {short(addition.deviation)}{end}"
        case "quadrature":
            nodes = addition.data_nodes, addition.latent_nodes
            return f"quadrature, {nodes[0]} x {nodes[0]} data, {nodes[1]} x {nodes[1]} latents"
        case _:
            return str(addition.title).lower()


def _codes(addition: Any) -> str:
    """Return what codes there are, for example "8 categories, 1 continuous"."""
    parts = [f"{addition.categories} categories"] if addition.categories else []
    return ", ".join(parts + ([f"{addition.continuous} continuous"] if addition.continuous else []))


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
