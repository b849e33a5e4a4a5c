"""Where equations break, and how they read."""

from __future__ import annotations

import pytest

from ganstudio import equations
from ganstudio.equations import Atom, Outline, atoms, from_plain, lines, plain_text, to_plain
from ganstudio.methods import METHODS


@pytest.mark.parametrize(
    ("tex", "parts"),
    [
        ("a", [("a", 0)]),
        ("-a - b", [("-a", 0), ("{} - b", 0)]),
        ("f(1 - x) + 2", [("f(1", 0), ("{} - x)", 1), ("{} + 2", 0)]),
        (r"\frac{a + b}{2} + c^{k+1}", [(r"\frac{a + b}{2}", 0), ("{} + c^{k+1}", 0)]),
        (r"\left(a + b\right) - c", [(r"\left(a + b\right)", 0), ("{} - c", 0)]),
        ("(x)_+ + (-y)", [("(x)_+", 0), ("{} + (-y)", 0)]),
        (r"a,\quad b \in [-c, c]", [(r"a,\quad", 0), ("b", 0), (r"{} \in [-c,", 1), ("c]", 1)]),
        (r"\lambda - \log x", [(r"\lambda", 0), (r"{} - \log x", 0)]),
    ],
)
def test_equations_are_cut_before_operators(tex: str, parts: list[tuple[str, int]]) -> None:
    assert atoms(tex) == tuple(Atom(*part) for part in parts)


def test_lines_break_in_as_few_brackets_as_possible() -> None:
    parts = atoms("aa(b - c) + d(e - f) - g")
    widths = [3.0, 2.0, 2.0, 2.0, 1.0]
    assert lines(parts, widths, 10) == [range(5)]
    assert lines(parts, widths, 7) == [range(2), range(2, 5)]
    assert lines(parts, widths, 4) == [range(1), range(1, 2), range(2, 4), range(4, 5)]
    assert lines(parts, widths, 1) == [range(i, i + 1) for i in range(5)]
    assert lines((), [], 5) == []


def test_every_atom_is_on_one_line_whatever_the_room() -> None:
    for row in METHODS.values():
        parts = atoms(row.critic_loss)
        widths = [float(len(part.tex)) for part in parts]
        for room in range(1, 200, 7):
            assert [i for line in lines(parts, widths, room) for i in line] == list(range(len(parts)))


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"-\mathbb{E}[\log \sigma(T(\tilde{x}))]", "−E[log σ(T(x̃))]"),
        (r"\frac{1}{2}\mathbb{E}[(T(x) - b)^2]", "½E[(T(x) − b)²]"),
        (r"\lambda\,\mathbb{E}[(\|\nabla T(\hat{x})\| - 1)^{2}]", "λE[(‖∇T(x̂)‖ − 1)²]"),
        (r"\mathrm{KL}(\mathcal{A}_1 \,\|\, D(x)) + \ldots", "KL(A_1 ‖ D(x)) + …"),
        (r"\frac{\alpha}{2}\left(x\right) \leq \Delta", "(α)/(2)(x) ≤ Δ"),
        (r"\theta_D \in [-c, c]", "θ_D ∈ [−c, c]"),
    ],
)
def test_equations_read_as_plain_text(tex: str, text: str) -> None:
    assert plain_text(tex) == text


def test_outlines_are_the_same_after_json() -> None:
    outlines = {"x": Outline(500, (("M0 0Z", 1, 2, 700), ("M1 1Z", 3, 4, 1000)), ((0, 1, 2, 3),)), "y": Outline(1, ())}
    assert from_plain(to_plain(outlines)) == outlines
    with pytest.raises(ValueError, match="units"):
        from_plain({**to_plain(outlines), "em": 7})


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"em": 1000, "glyphs": [], "atoms": {"x": [1, [[5, 0, 0, 1]], []]}}']
)
def test_a_broken_file_of_outlines_is_as_none(content, tmp_path, monkeypatch) -> None:
    path = tmp_path / "equations.json"
    path.write_text(content)
    monkeypatch.setattr(equations, "asset", lambda name: path)
    assert equations.shipped.__wrapped__() == {}
