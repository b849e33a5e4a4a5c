r"""Equations: how TeX is cut where a line may end, its outlines, and how it reads as plain text.

An equation is cut into atoms, each of which begins with the operator that a line may break before; the atoms of
`-\mathbb{E}[f(x)] - g(1 + y)` are `-\mathbb{E}[f(x)]`, `{} - g(1` and `{} + y)`. Their outlines come from
`assets/equations.json`, which `packaging/make_equations.py` makes with matplotlib; what is not in there, such as the
equation of a method that was registered from outside, is drawn by matplotlib when it is first asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from ganstudio.resources import asset

__all__ = [
    "EM",
    "FILE",
    "LABELS",
    "Atom",
    "Outline",
    "atoms",
    "formulas",
    "from_plain",
    "lines",
    "outline",
    "plain_text",
    "shipped",
    "to_plain",
]

EM = 1000
"""Units of an outline in the font's size."""
FILE = "equations.json"
LABELS = (r"\mathcal{L}_D =", r"\mathcal{L}_G =")
"""What stands before a critic's and a generator's loss."""


@dataclass(frozen=True)
class Atom:
    """A piece of an equation that stays on one line.

    Attributes
    ----------
    tex
        Ready for mathtext, without dollar signs.
    depth
        In how many brackets the break before it lies.
    """

    tex: str
    depth: int


@dataclass(frozen=True)
class Outline:
    """Where the ink of an atom is, in units of 1/1000 of the font's size, from the start of its baseline, y upwards.

    Attributes
    ----------
    width
        How far the next atom is.
    glyphs
        (path, x, y, size) each: a path of `M x y`, `L x y`, `Q x y x y`, `C x y x y x y` and `Z`, to be drawn in
        size/1000 at x and y.
    rules
        (x, y, width, height) of the lines of fractions and roots.
    """

    width: int
    glyphs: tuple[tuple[str, int, int, int], ...]
    rules: tuple[tuple[int, int, int, int], ...] = ()


# ---- where lines may end -----------------------------------------------------------------------------

_TOKEN = re.compile(r"\\[A-Za-z]+\s*|\\.|.", re.DOTALL)
_OPENERS = {"(", "[", r"\{", r"\langle"}
_CLOSERS = {")", "]", r"\}", r"\rangle"}
_OPERATORS = {"+", "-", "\N{MINUS SIGN}", r"\pm", r"\mp"}
_RELATIONS = {"=", ":", "<", ">", r"\in", r"\leq", r"\geq", r"\le", r"\ge", r"\sim", r"\approx", r"\equiv", r"\to"}
_SPACES = {" ", r"\,", r"\;", r"\:", r"\ ", r"\!", r"\quad", r"\qquad"}


@cache
def atoms(tex: str) -> tuple[Atom, ...]:
    """Cut an equation before each binary operator and after each comma, but never inside braces or left and right."""
    found: list[Atom] = []
    start, depth, braces, here = 0, 0, 0, 0
    before: str | None = None
    lead, behind_comma = "", False
    for match in _TOKEN.finditer(tex):
        token = match[0] if match[0].isspace() else match[0].strip()
        if token in _SPACES:
            continue
        binary = (
            token in _OPERATORS | _RELATIONS
            and before not in {None, ",", "_", "^"} | _OPENERS | _OPERATORS | _RELATIONS
        )
        if braces == 0 and (binary or behind_comma) and match.start() > start:
            found.append(Atom(lead + tex[start : match.start()].strip(), here))
            # An empty group in front makes an operator binary, with space on both sides.
            # Better no break between the sides of an equality, if there is another.
            start, here, lead = match.start(), depth + (token in _RELATIONS), "{} " if binary else ""
        behind_comma = token == "," and braces == 0
        braces += (token in ("{", r"\left")) - (token in ("}", r"\right"))
        if braces == 0:
            depth = max(0, depth + (token in _OPENERS) - (token in _CLOSERS))
        # A raised or lowered operator is no operator any more.
        before = "" if before in ("_", "^") and token in _OPERATORS else token
    if rest := tex[start:].strip():
        found.append(Atom(lead + rest, here))
    return tuple(found)


def lines(parts: tuple[Atom, ...], widths: list[float], room: float) -> list[range]:
    """Share atoms out among lines of a width; break in as few brackets as possible.

    Only an atom that is wider than the room alone makes a line that is.
    """
    result: list[range] = []
    begin, used = 0, 0.0
    for chunk in _chunks(parts, widths, room, range(len(parts)), 0):
        width = sum(widths[chunk.start : chunk.stop])
        if used and used + width > room:
            result.append(range(begin, chunk.start))
            begin, used = chunk.start, 0.0
        used += width
    if parts:
        result.append(range(begin, len(parts)))
    return result


def _chunks(parts: tuple[Atom, ...], widths: list[float], room: float, whole: range, depth: int) -> Iterator[range]:
    """Yield runs of atoms that are to stay together: those between breaks of a depth, if they fit into a line."""
    cuts = [i for i in whole if i > whole.start and parts[i].depth <= depth]
    for begin, end in zip([whole.start, *cuts], [*cuts, whole.stop], strict=True):
        if end - begin > 1 and sum(widths[begin:end]) > room:
            yield from _chunks(parts, widths, room, range(begin, end), depth + 1)
        else:
            yield range(begin, end)


# ---- outlines ----------------------------------------------------------------------------------------


def outline(tex: str) -> Outline:
    """Return an atom's outline, shipped or drawn now.

    Raises
    ------
    ValueError
        If it is not TeX that mathtext understands.
    """
    return shipped().get(tex) or _drawn(tex)


@cache
def shipped() -> dict[str, Outline]:
    """Return the outlines that come with the program; none if the file is missing or not of this format."""
    try:
        return from_plain(json.loads(asset(FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return {}


@cache
def _drawn(tex: str) -> Outline:
    from ganstudio.pictures.equations import draw  # loads matplotlib

    return draw(tex)


def to_plain(outlines: dict[str, Outline]) -> dict[str, Any]:
    """Return outlines as plain values for JSON; each glyph's path is there once."""
    paths = sorted({glyph[0] for one in outlines.values() for glyph in one.glyphs})
    number = {path: index for index, path in enumerate(paths)}
    return {
        "em": EM,
        "glyphs": paths,
        "atoms": {
            tex: [
                one.width,
                [[number[path], *place] for path, *place in one.glyphs],
                [list(rule) for rule in one.rules],
            ]
            for tex, one in sorted(outlines.items())
        },
    }


def from_plain(tree: dict[str, Any]) -> dict[str, Outline]:
    """Return the outlines of `to_plain`."""
    if tree["em"] != EM:
        raise ValueError(f"outlines of {tree['em']} units, not {EM}")
    paths = tree["glyphs"]
    return {
        tex: Outline(width, tuple((paths[index], x, y, size) for index, x, y, size in glyphs), tuple(map(tuple, rules)))
        for tex, (width, glyphs, rules) in tree["atoms"].items()
    }


# ---- as plain text -----------------------------------------------------------------------------------

_SIGNS = {
    "-": "−", r"\|": "‖", r"\mid": " | ", r"\in": " ∈ ", r"\leq": " ≤ ", r"\le": " ≤ ", r"\geq": " ≥ ", r"\ge": " ≥ ",
    r"\neq": " ≠ ", r"\approx": " ≈ ", r"\equiv": " ≡ ", r"\sim": " ~ ", r"\to": " → ", r"\pm": " ± ", r"\times": " × ",
    r"\cdot": "·", r"\nabla": "∇", r"\partial": "∂", r"\infty": "∞", r"\sum": "∑", r"\prod": "∏", r"\int": "∫",
    r"\sqrt": "√", r"\ldots": "…", r"\dots": "…", r"\ell": "ℓ", r"\star": "*", r"\ast": "*", r"\prime": "′",
    r"\langle": "⟨", r"\rangle": "⟩", r"\{": "(", r"\}": ")",
}  # fmt: skip
_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi "
)
_LETTERS = dict(zip((_NAMES + "chi psi omega").split(), "αβγδεζηθικλμνξοπρστυφχψω", strict=True))
_ACCENTS = {"tilde": "\u0303", "widetilde": "\u0303", "hat": "\u0302", "widehat": "\u0302", "bar": "\u0304"}
_ACCENTS |= {"overline": "\u0304", "dot": "\u0307", "vec": "\u20d7"}
_STYLES = r"\\(?:mathbb|mathcal|mathrm|mathbf|mathit|mathsf|mathfrak|mathscr|operatorname|text|textrm)\s*"
_RAISED = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")


@cache
def plain_text(tex: str) -> str:
    """Return an equation as a line of plain text, for those who hear it and for tooltips."""
    text = re.sub(_STYLES, "", tex)
    text = re.sub(r"\\left|\\right", "", text)
    for name, mark in _ACCENTS.items():
        text = re.sub(rf"\\{name}\s*(?:{{(\w)}}|(\w)(?!\w))", rf"\g<1>\g<2>{mark}", text)
    text = re.sub(r"\\[dt]?frac\s*\{1\}\{2\}", "½", text)
    for _ in range(3):  # fractions in fractions
        text = re.sub(r"\\[dt]?frac\s*{([^{}]*)}\s*{([^{}]*)}", r"(\1)/(\2)", text)
    text = re.sub(r"\^(?:{([\d+-]+)}|(\d))", lambda match: (match[1] or match[2]).translate(_RAISED), text)
    text = re.sub(r"\\[,;: ]|\\q?quad|~", " ", text).replace(r"\!", "")
    text = "".join(_spoken(match[0]) for match in _TOKEN.finditer(text))
    return re.sub(r"\s+", " ", re.sub(r"[{}]", "", text)).strip()


def _spoken(token: str) -> str:
    sign = token.strip()
    name = sign.removeprefix("\\").removeprefix("var")
    if sign in _SIGNS:
        return _SIGNS[sign]
    if sign.startswith("\\") and name.lower() in _LETTERS:
        letter = _LETTERS[name.lower()]
        return letter.upper() if name[0].isupper() else letter
    return token.removeprefix("\\")


def formulas(methods: Iterable[Any], labels: Iterable[str] = ()) -> list[str]:
    """Return the TeX of all atoms of all methods' equations, and of labels."""
    texts = [text for row in methods for text in (row.critic_loss, row.generator_loss)]
    return sorted({atom.tex for text in [*labels, *texts] for atom in atoms(text)})
