"""What the table of differences says, without a widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ganstudio.experiment import Experiment, differences, flat
from ganstudio.gui.wording import idle_settings, setting_name, setting_value
from ganstudio.methods import METHODS

__all__ = ["MISSING", "Row", "as_text", "difference_rows"]

MISSING = "\N{EN DASH}"
"""Stands where an experiment has no such setting."""
OWN = "own combination"
_SECTIONS = {
    "data": "Data",
    "noise": "Noise",
    "method": "Method",
    "objective": "Method",
    "constraints": "Method",
    "additions": "Method",
    "generator": "Networks",
    "critic": "Networks",
    "generator_optimiser": "Optimisers",
    "critic_optimiser": "Optimisers",
    "training": "Training",
}
RUN = "Run"
"""Section of everything that belongs to no other."""


@dataclass(frozen=True)
class Row:
    """One setting in which experiments differ.

    Attributes
    ----------
    section, title
        Heading of the setup under which it stands, and what it is called there.
    path
        Dotted name; "method" for the named method.
    values
        One of each experiment, in words.
    used
        Whether the value means anything in its experiment, as a penalty's weight without a penalty does not.
    """

    section: str
    title: str
    path: str
    values: tuple[str, ...]
    used: tuple[bool, ...]


def difference_rows(experiments: Sequence[Experiment]) -> list[Row]:
    """Return every setting in which experiments differ, in the order of the setup."""
    rows = [_row(path, experiments) for path in differences(list(experiments))]
    named = tuple(METHODS[one.method].title if one.method else OWN for one in experiments)
    if len(set(named)) > 1:
        rows.append(Row(_SECTIONS["method"], "Method", "method", named, (True,) * len(named)))
    order = [*dict.fromkeys(_SECTIONS.values()), RUN]
    return sorted(rows, key=lambda row: (order.index(row.section), row.path != "method"))


def _row(path: str, experiments: Sequence[Experiment]) -> Row:
    owners = [one for one in experiments if path in flat(one.plain())]
    values = tuple(setting_value(one, path) if one in owners else MISSING for one in experiments)
    used = tuple(one in owners and path not in idle_settings(one) for one in experiments)
    section = _SECTIONS.get(path.partition(".")[0], RUN)
    return Row(section, setting_name(owners[0], path), path, values, used)


def as_text(heads: Sequence[str], rows: Sequence[Row]) -> str:
    """Return rows as lines of columns between tabs, ready for a spreadsheet or a mail."""
    lines = [["Section", "Setting", *heads], *([row.section, row.title, *row.values] for row in rows)]
    return "\n".join("\t".join(line) for line in lines) + "\n"
