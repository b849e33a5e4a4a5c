"""Experiments in a reader's words: what a pane's header says."""

from __future__ import annotations

from collections import Counter
from functools import reduce
from typing import Any

from ganstudio.additions import Addition, Additions
from ganstudio.diagnosis import Verdict, verdict
from ganstudio.experiment import Experiment, flat
from ganstudio.gui.numbers import short
from ganstudio.methods import METHODS
from ganstudio.settings import Settings, hint

__all__ = [
    "Verdict",
    "distinction_text",
    "idle_settings",
    "method_changes",
    "method_groups",
    "refusal_text",
    "setting_name",
    "setting_titles",
    "setting_value",
    "verdict",
]

_PLAYERS = {
    "generator": "generator",
    "critic": "critic",
    "generator_optimiser": "generator",
    "critic_optimiser": "critic",
}
OPTIMISERS = ("generator_optimiser", "critic_optimiser")
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
            parts[_summary(experiment, section)] = None
        elif any(other in told and values[other] == values[name] for other in others):
            parts[_phrase(experiment, name, values[name], both=True)] = None
        elif name != "constraints.spectral_gain" or "constraints.spectral_norm" not in told:
            parts[_phrase(experiment, name, values[name])] = None
    return " \N{MIDDLE DOT} ".join(parts)


def method_changes(key: str) -> str:
    """Return what a method changes in the default experiment, "5 critic steps \N{MIDDLE DOT} RMSprop 5e-4", or ""."""
    row = METHODS[key]
    experiment = Experiment.of(key)
    names = flat(row.settings)
    parts = []
    order = {"training": 0, "generator_optimiser": 1, "critic_optimiser": 1}
    for section in sorted(dict.fromkeys(name.rpartition(".")[0] for name in names), key=lambda s: order.get(s, 2)):
        own = {name.rpartition(".")[2]: value for name, value in names.items() if name.rpartition(".")[0] == section}
        if section in OPTIMISERS:
            parts.append(_optimiser_phrase(experiment, section, own, row.settings))
        elif "." in section:
            parts.append(_summary(experiment, section))
        else:
            parts += [_phrase(experiment, f"{section}.{name}".lstrip("."), value) for name, value in own.items()]
    said = " \N{MIDDLE DOT} ".join(part for part in parts if part)
    return said.replace(" = ", "\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}")


def method_groups() -> dict[str, dict[str, str]]:
    """Return family -> method -> title, with the full name behind titles that could be taken for another's."""
    alike = Counter(_plain(row.title) for row in METHODS.values())
    groups: dict[str, dict[str, str]] = {}
    for key, row in METHODS.items():
        title = row.title if alike[_plain(row.title)] == 1 else f"{row.title} \N{EN DASH} {row.full_name}"
        groups.setdefault(row.family, {})[key] = title
    return groups


def _plain(title: str) -> str:
    """Return a title's letters and figures: those of LSGAN and LS-GAN are the same."""
    return "".join(letter for letter in title.casefold() if letter.isalnum())


def _optimiser_phrase(experiment: Experiment, section: str, own: dict[str, Any], settings: dict[str, Any]) -> str:
    """Return an optimiser in words, once for both players where they are alike."""
    alike = settings.get(OPTIMISERS[0]) == settings.get(OPTIMISERS[1])
    if alike and section == OPTIMISERS[1]:
        return ""
    kind = experiment.generator_optimiser if section == OPTIMISERS[0] else experiment.critic_optimiser
    words = [_value(kind, "name", own["name"])] if "name" in own else []
    words += [short(own["learning_rate"])] if "learning_rate" in own and words else []
    rest = [name for name in own if name != "name" and not (words and name == "learning_rate")]
    words = [" ".join(words)] if words else []
    words += [_setting_phrase(experiment, section, name, own[name]) for name in rest]
    return ("" if alike else f"{_PLAYERS[section]} ") + ", ".join(words)


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
        if hint(type(_owner(experiment, section)).model_fields[key], "embedded"):
            titles.append(section)
            continue
        titles.append(f"{_PLAYERS.get(section, '')} {_title(experiment, section, key)}".strip())
    return list(dict.fromkeys(titles))


def setting_name(experiment: Experiment, path: str) -> str:
    """Return what a setting of this experiment is called where its section is not said: "Critic learning rate"."""
    section, _, key = path.rpartition(".")
    if path in ("data.name", "objective.name"):
        return section.capitalize()
    title = f"{_PLAYERS.get(section, '')} {_title(experiment, section, key)}".strip()
    return title[:1].upper() + title[1:]


def setting_value(experiment: Experiment, path: str) -> str:
    """Return the value of a setting of this experiment as a person writes it."""
    section, _, key = path.rpartition(".")
    owner = _owner(experiment, section)
    if path in ("data.name", "objective.name"):
        return str(owner.title)  # type: ignore[attr-defined]
    return _value(owner, key, getattr(owner, key))


def idle_settings(experiment: Experiment) -> set[str]:
    """Return the dotted names of settings that mean nothing in this experiment while others are as they are."""
    idle = {f"constraints.{name}" for name in experiment.constraints.idle}
    if experiment.objective.critic == "none":
        idle |= {name for name in flat(experiment.plain()) if name.startswith(_OF_CRITICS)}
    for name, addition in experiment.additions:
        if not addition.on:
            idle |= {f"additions.{name}.{key}" for key in type(addition).model_fields if key != "on"}
    return idle


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
    reason = _with_titles(reason)
    if where == path:
        return reason[:1].upper() + reason[1:]
    section, _, rest = where.partition(".")
    name = rest.partition(".")[0]
    if section == "additions" and name in Additions.model_fields:
        return f"{getattr(Additions(), name).title}: {reason}"
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


def _summary(experiment: Experiment, section: str) -> str:
    """Return the addition that a section is about in a few words."""
    addition = _owner(experiment, section)
    assert isinstance(addition, Addition)
    return addition.summary


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
    # Nothing is told of a critic that there is not, nor of what an addition would do that is off.
    said |= idle_settings(experiment)
    if constraints.weight_clip == 0:
        said.add("constraints.weight_clip")
    if not constraints.spectral_norm:
        said.add("constraints.spectral_norm")
    said |= {f"additions.{name}.on" for name, addition in experiment.additions if not addition.on}
    # An objective's own settings tell nothing while they are the usual ones.
    usual = type(experiment.objective)()  # type: ignore[call-arg]
    said |= {f"objective.{name}" for name, value in experiment.objective if value == getattr(usual, name)}
    return said


def _phrase(experiment: Experiment, name: str, value: Any, *, both: bool = False) -> str:
    """Return one setting in words; `both` if it is the same for generator and critic."""
    if name == "runs":
        return f"{value} seed{'s' if value != 1 else ''}"
    if name == "training.critic_steps":
        return f"{value} critic step{'s' if value != 1 else ''}"
    if name == "constraints.spectral_norm":
        return f"spectral norm, gain {short(experiment.constraints.spectral_gain)}"
    if name == "data.name" and experiment.data.summary:
        return experiment.data.summary
    if name in ("objective.name", "data.name"):
        return f"{name.removesuffix('.name')} {str(value).replace('_', ' ')}"
    section, _, key = name.rpartition(".")
    if hint(type(_owner(experiment, section)).model_fields[key], "embedded"):
        return experiment.data.summary  # one phrase for all that is embedded
    if both:
        said = _setting_phrase(experiment, section, key, value)
        title = _title(experiment, section, key)
        return said.replace(title, f"{title}s", 1) if key in ("name", "learning_rate") else f"both {said}"
    return f"{_PLAYERS.get(section, '')} {_setting_phrase(experiment, section, key, value)}".strip()


def _setting_phrase(experiment: Experiment, section: str, key: str, value: Any) -> str:
    """Return title and value, with a sign between where the title ends in one: "weight clip c = 0.1"."""
    title = "spectral gain" if key == "spectral_gain" else _title(experiment, section, key)
    equals = "= " if len(title.split()[-1]) == 1 else ""
    return f"{title} {equals}{_value(_owner(experiment, section), key, value)}"


def _value(owner: Settings, key: str, value: Any) -> str:
    """Return a setting's value as a person writes it."""
    choices = hint(type(owner).model_fields[key], "choices") or {}
    if isinstance(value, list | tuple):
        return ", ".join(short(number) for number in value) or "equal"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int | float):
        return short(value)
    return str(choices.get(value, value))
