"""Outlines of typeset mathematics, by matplotlib's mathtext in the STIX fonts."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import matplotlib
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import TextToPath

from ganstudio.equations import EM, Outline

__all__ = ["draw"]

_LETTERS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}


def draw(tex: str) -> Outline:
    """Typeset a piece of mathematics.

    Raises
    ------
    ValueError
        If it is not TeX that mathtext understands, or no font has one of its signs.
    """
    typesetter, font = _typesetter()
    upright = re.sub(r"(\\mathbb\s*\{\w\})", r"\\mathrm{\1}", tex)  # it would be slanted
    text = f"${upright}$"
    with _own_style(), _missing_glyphs() as missing:
        glyphs, paths, rules = typesetter.get_glyphs_mathtext(font, text)
        width = typesetter.mathtext_parser.parse(text, typesetter.DPI, font).width
    if missing:
        raise ValueError(f"{tex}: {missing[0]}")
    return Outline(
        round(width),
        tuple((_path(*paths[name]), round(x), round(y), round(size * 1000)) for name, x, y, size in glyphs),
        tuple(_box(corners) for corners, _ in rules),
    )


@cache
def _typesetter() -> tuple[TextToPath, FontProperties]:
    typesetter = TextToPath()
    typesetter.FONT_SCALE = float(EM)  # mathtext rounds widths and heights to whole units of this
    return typesetter, FontProperties(size=EM, math_fontfamily="stix")


@contextmanager
def _own_style() -> Iterator[None]:
    """Typeset alike whatever a person has written into their matplotlibrc."""
    names: tuple[Any, ...] = ("mathtext.default", "mathtext.fallback")
    with matplotlib.rc_context({name: matplotlib.rcParamsDefault[name] for name in names}):
        yield


@contextmanager
def _missing_glyphs() -> Iterator[list[str]]:
    """Collect mathtext's warnings; it draws a sign of its own instead of what no font has."""
    found: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record.getMessage())

    collector, log = Collector(logging.WARNING), logging.getLogger("matplotlib.mathtext")
    log.addHandler(collector)
    try:
        yield found
    finally:
        log.removeHandler(collector)


def _path(vertices: Any, codes: Any) -> str:
    """Return a glyph's outline, for example "M0 0L10 0Q10 10 0 10Z"."""
    parts: list[str] = []
    index = 0
    while index < len(codes):
        code = codes[index]
        if code == Path.CLOSEPOLY:
            parts.append("Z")
            index += 1
            continue
        count = {Path.CURVE3: 2, Path.CURVE4: 3}.get(code, 1)
        numbers = (str(round(value)) for point in vertices[index : index + count] for value in point)
        parts.append(_LETTERS[code] + " ".join(numbers))
        index += count
    return "".join(parts)


def _box(corners: Any) -> tuple[int, int, int, int]:
    """Return x, y, width and height of a rule, which is given by its corners."""
    (left, bottom), (right, top) = corners[0], corners[2]
    return round(left), round(bottom), round(right - left), round(top - bottom)
