"""Typesetting by matplotlib, and the file that is made with it."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import matplotlib
import pytest

import ganstudio
from ganstudio.equations import LABELS, formulas, from_plain
from ganstudio.methods import METHODS
from ganstudio.pictures.equations import draw
from ganstudio.resources import asset

SCRIPT = Path(ganstudio.__file__).resolve().parent.parent / "packaging" / "make_equations.py"


def test_the_shipped_file_has_every_equation_of_every_method() -> None:
    there = from_plain(json.loads(asset("equations.json").read_text(encoding="utf-8")))
    missing = set(formulas(METHODS.values(), LABELS)) - there.keys()
    assert not missing, f"run `make equations`: {missing}"


@pytest.mark.skipif(not SCRIPT.is_file(), reason="only in a checkout")
def test_the_shipped_file_is_what_the_script_makes() -> None:
    made = runpy.run_path(str(SCRIPT))["content"]()
    assert asset("equations.json").read_text(encoding="utf-8") == made, "run `make equations`"


def test_a_glyph_stands_where_mathematics_has_it() -> None:
    plain, minus = draw("x"), draw("{} - x")
    assert len(plain.glyphs) == 1
    path, x, y, size = plain.glyphs[0]
    assert path.startswith("M")
    assert path.endswith("Z")
    assert (x, abs(y) <= 1, size) == (0, True, 1000)
    assert minus.glyphs[0][1] == 200  # the space before a binary operator
    assert minus.width > plain.width
    assert draw(r"x_2").glyphs[1][3] == 700
    assert draw(r"\frac{1}{2}").rules


@pytest.mark.parametrize("tex", [r"\nonsense{x}", "x}", r"\frac{1}", "漢"])
def test_what_is_not_mathematics_is_refused(tex: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        draw(tex)


def test_a_persons_style_changes_nothing() -> None:
    before = draw(r"\mathbb{E}[T(1 - x)]")
    with matplotlib.rc_context({"mathtext.default": "rm", "mathtext.fontset": "cm", "font.size": 30}):
        assert draw(r"\mathbb{E}[T(1 - x)]") == before
