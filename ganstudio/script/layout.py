"""How lines of a script are laid out: as ruff formats them, within its width."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

__all__ = ["WIDTH", "Block", "bracketed", "comment", "docstring", "heading", "indented", "listed", "uses"]

Block = list[str]
"""Lines that belong together: a definition, a table, a comment."""

WIDTH = 120
"""Columns of a script, as of our own files."""


def bracketed(before: str, items: Sequence[str], after: str, indent: int = 0) -> list[str]:
    """Return lines with items between brackets: in one line, in one line of their own, or in one line each.

    Parameters
    ----------
    before, after
        What is around the items, the brackets included.
    items
        Without commas.
    indent
        Spaces that will stand before the lines; they are not put there.
    """
    whole = f"{before}{', '.join(items)}{after}"
    if indent + len(whole) <= WIDTH:
        return [whole]
    inner = f"    {', '.join(items)}"
    if before.endswith("(") and indent + len(inner) <= WIDTH:  # arguments, but not the items of a list
        return [before, inner, after]
    return [before, *(f"    {item}," for item in items), after]


def listed(before: str, items: Sequence[str], after: str, indent: int = 0) -> list[str]:
    """Return lines of a call whose argument is a list: in one line, in one line of its own, or in as many as it takes.

    ruff would have an item a line then, and is told not to.
    """
    lines = bracketed(before, [f"[{', '.join(items)}]"], after, indent)
    if len(lines) == 1 or indent + len(lines[1]) <= WIDTH:
        return lines
    rows = textwrap.wrap(", ".join(item.replace(" ", "\0") for item in items), WIDTH - indent - 4)
    return [f"{before}[", *(f"    {row}".replace("\0", " ") for row in rows), f"]{after}  # fmt: skip"]


def comment(text: str, indent: int = 0) -> list[str]:
    """Return a text as lines of comment; what is between empty lines stays apart."""
    lines: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        wrapped = textwrap.wrap(" ".join(paragraph.split()), WIDTH - indent - 2, break_on_hyphens=False)
        lines += ["#"] * bool(lines) + [f"# {line}" for line in wrapped]
    return lines


def docstring(text: str, indent: int = 4) -> list[str]:
    """Return a docstring; a text that is too long for a line has its first sentence above the rest."""
    text = " ".join(text.split())
    if indent + len(text) + 6 <= WIDTH:
        return [f'"""{text}"""']
    first, _, rest = text.partition(". ")
    if indent + len(first) + 4 > WIDTH or not rest:
        lines = textwrap.wrap(text, WIDTH - indent - 12, break_on_hyphens=False)
        return [f'"""{lines[0]}', *lines[1:], '"""']
    return [f'"""{first}.', "", *textwrap.wrap(rest, WIDTH - indent, break_on_hyphens=False), '"""']


def heading(text: str) -> str:
    """Return the line above a section."""
    return f"# ---- {text} ".ljust(100, "-")


def indented(lines: Sequence[str], levels: int = 1) -> list[str]:
    """Return lines further to the right; empty ones stay empty."""
    return [f"{'    ' * levels}{line}" if line else "" for line in lines]


def uses(lines: Sequence[str], name: str) -> bool:
    """Whether a name occurs in lines of code."""
    end = "" if name.endswith("(") else r"(?!\w)"
    return any(re.search(rf"(?<![\w.\"]){re.escape(name)}{end}", line) for line in lines)
