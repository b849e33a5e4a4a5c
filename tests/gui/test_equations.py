"""Equations as widgets."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QGuiApplication

from ganstudio.gui import theme
from ganstudio.gui.widgets import Equations, losses
from ganstudio.gui.widgets.equations import lay_out
from ganstudio.methods import METHODS

LONG_CRITIC = (
    r"-\mathbb{E}_{x}[\log \sigma(T(x) - \mathbb{E}[T(\tilde{x})])] - \mathbb{E}[\log(1 - \sigma(T(\tilde{x})))]"
    r" + \frac{\lambda}{2}\mathbb{E}[(\|\nabla T(\hat{x})\|_2 - 1)^2]"
)
LONG = [
    ("L_D =", LONG_CRITIC),
    ("L_G =", r"\mathbb{E}_{x}\,[\mathrm{KL}(\mathcal{A}_1 \,\|\, D(x))] + \ldots"),
]


@pytest.fixture(params=[*METHODS, "long"])
def rows(request):
    return LONG if request.param == "long" else losses(METHODS[request.param])


@pytest.fixture
def show(qtbot):
    def shown(rows, width):
        widget = Equations(rows)
        qtbot.addWidget(widget)
        widget.resize(width, widget.heightForWidth(width))
        widget.show()
        return widget

    return shown


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("width", [130, 180, 240, 320, 500, 900])
def test_no_equation_is_cut_and_no_lines_touch(qtbot, show, rows, width, scale):
    theme.current().set_scale(scale)
    try:
        widget = show(rows, width)
        ink = widget._path(width).boundingRect()
        assert QRectF(widget.rect()).adjusted(1, 1, -1, -1).contains(ink), (ink, widget.size())
        em, room = widget._em(), width - 2 * widget._margins()[0]
        found = lay_out(rows, em, room)
        bottoms = [line.bottom for line in found]
        assert bottoms == sorted(bottoms)
        assert all(line.em <= em for line in found)
    finally:
        theme.current().set_scale(1.0)


def test_a_narrow_one_has_more_lines_and_a_wide_one_has_its_natural_size(show):
    widget = show(LONG, 300)
    natural = widget.sizeHint()
    assert widget.heightForWidth(natural.width()) == natural.height()
    assert widget.heightForWidth(natural.width() + 500) == natural.height()
    assert widget.heightForWidth(300) > natural.height()
    assert len(lay_out(LONG, widget._em(), natural.width())) == 2


def test_it_is_drawn_in_the_themes_text_colour(show):
    before = theme.current().palette.name
    try:
        for mode in ("dark", "light"):
            theme.current().set_mode(mode)
            widget = show(losses(METHODS["lsgan"]), 400)
            picture = widget.grab().toImage()
            colours = {picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}
            assert QColor(theme.current().palette.text).rgb() in colours
    finally:
        theme.current().set_mode(before)


def test_it_can_be_heard_and_copied(show):
    widget = show(losses(METHODS["ns"]), 400)
    assert widget.accessibleName() == "L_D = −E[log σ(T(x))] − E[log(1 − σ(T(x̃)))]; L_G = −E[log σ(T(x̃))]"
    assert "−E[log σ(T(x̃))]" in widget.toolTip()
    widget.actions()[0].trigger()
    assert QGuiApplication.clipboard().text() == widget.tex()
    assert METHODS["ns"].critic_loss in widget.tex()


def test_shipped_methods_need_no_matplotlib(show, monkeypatch):
    monkeypatch.setitem(sys.modules, "ganstudio.pictures.equations", None)
    for row in METHODS.values():
        assert not show(losses(row), 300)._path(300).isEmpty()


def test_a_method_from_outside_is_drawn_all_the_same(show):
    assert not show([("", r"\Xi + \frac{q}{7}")], 300)._path(300).isEmpty()


def test_what_is_not_tex_is_shown_as_text(show):
    widget = show([("", r"\nonsense{x")], 300)
    assert not widget._path(300).isEmpty()
    assert "nonsense" in widget.text()
