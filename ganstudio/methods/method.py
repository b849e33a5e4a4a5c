"""What a row of the table of methods says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Method"]


@dataclass(frozen=True)
class Method:
    """A named method: one card of the gallery.

    Attributes
    ----------
    title, full_name
        As it is known, and spelled out; full names tell apart what shares a short one.
    family
        The heading under which it is found.
    objective
        A name in `OBJECTIVES`.
    critic_loss, generator_loss
        What is minimised, as TeX for mathtext. T is the critic's raw output, x real, x-tilde generated.
    paper, year, arxiv
        Source; arXiv identifiers are "" where there is none.
    watch
        One sentence: what to look for on the plane.
    also_called
        Other names of the same.
    settings
        What the method changes in the default experiment: section -> setting -> value; sections may be nested.
    """

    title: str
    full_name: str
    family: str
    objective: str
    critic_loss: str
    generator_loss: str
    paper: str
    year: int
    arxiv: str
    watch: str
    also_called: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
