"""Named methods: a method is a sentence of an objective, constraints, additions, and the settings that go with it.

`METHODS` is the table, one row a method; whatever is in a row can be recombined freely in an experiment. Nothing
here needs torch, so the window can show the gallery at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ganstudio.constraints import Constraints
from ganstudio.methods.method import Method
from ganstudio.methods.table import METHODS

if TYPE_CHECKING:
    from ganstudio.experiment import Experiment

__all__ = ["METHODS", "Method", "named"]


@lru_cache(maxsize=64)  # a window asks twenty times for each of its panes' experiments at every edit
def named(experiment: Experiment) -> str | None:
    """Return the key of the method that an experiment is, or None for a combination without a name.

    Objective, kinds of constraint and additions decide. Where several methods have the same, it is the one all of
    whose settings the experiment has, the one that sets most of them first; without such a one, the first.
    """
    candidates = [key for key, row in METHODS.items() if _is_made_of(experiment, row)]
    exact = [key for key in candidates if _has(experiment, METHODS[key].settings)]
    if exact:
        return max(exact, key=lambda key: _count(METHODS[key].settings))
    return candidates[0] if candidates else None


def _is_made_of(experiment: Experiment, row: Method) -> bool:
    """Whether objective, kinds of constraint and additions are a method's; their weights do not matter."""
    if experiment.objective.name != row.objective:
        return False
    if experiment.constraints.kinds != Constraints(**row.settings.get("constraints", {})).kinds:
        return False
    additions: Mapping[str, Any] = row.settings.get("additions", {})
    if {name for name, _ in experiment.additions.active()} != set(additions):
        return False
    return _has(experiment, {name: row.settings.get(name, {}) for name in ("objective", "additions")})


def _has(branch: Any, settings: Mapping[str, Any]) -> bool:
    """Whether a branch of an experiment has all these settings."""
    for name, value in settings.items():
        have = getattr(branch, name)
        if not (_has(have, value) if isinstance(value, Mapping) else have == value):
            return False
    return True


def _count(settings: Mapping[str, Any]) -> int:
    return sum(_count(value) if isinstance(value, Mapping) else 1 for value in settings.values())
