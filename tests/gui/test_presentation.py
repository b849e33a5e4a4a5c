"""Presentation mode: what a room sees, the way through the presets, and everything as it was afterwards."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QPushButton

from ganstudio import presets
from ganstudio.experiment import Comparison, Experiment
from ganstudio.gui import theme
from ganstudio.gui.preset_walk import PresetWalk
from ganstudio.gui.widgets import ClampedLabel, FittingLabel
from ganstudio.palette import DARK, DARK_PROJECTOR, LIGHT, LIGHT_PROJECTOR

Key = Qt.Key


@pytest.fixture(autouse=True)
def dark():
    theme.current().set_mode("dark")
    yield
    theme.current().set_mode("system")
    theme.current().set_scale(1.0)


@pytest.fixture
def window(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def layout(window):
    """Return everything that leaving has to bring back."""
    look = theme.current()
    return {
        "state": window.windowState(),
        "geometry": window.geometry(),
        "splitter": window.splitter.sizes(),
        "setup": (window.setup.isVisible(), window.actions_table["setup"].isChecked()),
        "parts": (window.menuBar().isVisible(), window.rail.isVisible()),
        "look": (look.mode, look.scale, look.palette),
        "caption": window.presentation.caption.isVisible(),
    }


def test_f5_shows_the_panes_alone_and_leaving_brings_everything_back(window, qtbot):
    window.splitter.setSizes([420, 700])
    theme.current().set_scale(1.1)
    before = layout(window)
    qtbot.keyClick(window, Key.Key_F5)
    assert window.isFullScreen()
    assert window.actions_table["present"].isChecked()
    hidden = (window.menuBar(), window.rail, window.setup)
    assert not any(part.isVisible() for part in hidden)
    assert window.bench.isVisible()
    assert window.transport.isVisible()
    assert theme.current().palette is DARK_PROJECTOR
    assert theme.current().scale == pytest.approx(1.1 * 1.4)
    caption = window.presentation.caption
    startup = presets.load(presets.STARTUP)
    assert (caption.title.text(), caption.description.text()) == (startup.title, startup.description)
    assert caption.number.text() == f"1 of {len(presets.names())}"
    qtbot.keyClick(window, Key.Key_B, Qt.KeyboardModifier.ControlModifier)  # shortcuts live on without a menu bar
    assert window.setup.isVisible()
    theme.current().toggle()
    assert theme.current().palette is LIGHT_PROJECTOR
    qtbot.keyClick(window, Key.Key_Escape)
    assert layout(window) == before
    assert theme.current().palette is DARK
    assert not window.actions_table["present"].isChecked()


def test_a_hidden_setup_and_a_maximised_window_stay_as_they_were(window, qtbot):
    window.actions_table["setup"].trigger()
    window.showMaximized()
    qtbot.waitUntil(window.isMaximized)
    QApplication.processEvents()
    before = layout(window)
    qtbot.keyClick(window, Key.Key_F5)
    assert window.isFullScreen()
    qtbot.keyClick(window, Key.Key_F5)
    QApplication.processEvents()
    assert layout(window) == before


def test_arrows_and_page_keys_go_through_the_presets_and_play_them(window, qtbot):
    names = presets.names()
    played = []
    window.session.playing_changed.connect(played.append)
    qtbot.keyClick(window, Key.Key_F5)
    qtbot.keyClick(window, Key.Key_Right)
    assert window.session.comparison() == presets.load(names[1])
    assert window.session.playing
    assert window.presentation.caption.number.text() == f"2 of {len(names)}"
    window.session.edit("generator.width", 32)  # still the same preset
    assert window.presentation.caption.number.text() == f"2 of {len(names)}"
    qtbot.keyClick(window, Key.Key_PageDown)
    assert window.session.title == presets.load(names[2]).title
    qtbot.keyClick(window, Key.Key_Left)
    qtbot.keyClick(window, Key.Key_PageUp)
    assert window.session.title == presets.load(names[0]).title
    qtbot.keyClick(window, Key.Key_Left)
    assert window.session.title == presets.load(names[0]).title
    assert window.messages.messages()[0].text == "This is the first preset."
    assert theme.current().palette is DARK_PROJECTOR
    qtbot.keyClick(window, Key.Key_Escape)
    window.session.pause()
    qtbot.keyClick(window, Key.Key_Right)  # means nothing here
    assert window.session.title == presets.load(names[0]).title
    qtbot.keyClick(window, Key.Key_PageDown)
    assert window.session.title == presets.load(names[1]).title
    assert not window.session.playing


def test_four_panes_are_all_seen(window, feed, qtbot):
    session = window.session
    session.add()
    session.add()
    for pane in session.panes:
        feed(session, pane, 300, modes=2.0)
    qtbot.keyClick(window, Key.Key_F5)
    window.setGeometry(0, 0, 1280, 800)
    seen = window.bench.viewport().rect()
    qtbot.waitUntil(lambda: window.bench.verticalScrollBar().maximum() == 0)
    for view in window.bench.views():
        assert seen.contains(QRect(view.mapTo(window.bench.viewport(), view.rect().topLeft()), view.size()))
        assert view.plane.plot_rect().width() > 150
        assert view._title.isVisible()
        assert view._state.isVisible()
        assert view._header.indexOf(view._words) >= 0
        assert view.metrics.shown() == ["modes", "high_quality"]
    qtbot.keyClick(window, Key.Key_F5)
    qtbot.waitUntil(window.bench.views()[0].layers.isVisible)
    assert all(view._header.indexOf(view._words) < 0 for view in window.bench.views())


def test_slow_motion_has_the_room_of_the_timeline(window, qtbot):
    qtbot.keyClick(window, Key.Key_F5)
    assert window.timeline.isVisible()
    assert window.presentation.caption.description.isVisible()
    qtbot.keyClick(window, Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert not window.timeline.isVisible()
    assert not window.presentation.caption.description.isVisible()
    qtbot.keyClick(window, Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.timeline.isVisible()
    qtbot.keyClick(window, Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window, Key.Key_F5)
    assert window.timeline.isVisible()


def test_arrows_that_a_plane_wants_stay_with_it(make_window, qtbot):
    window = make_window(Comparison(title="Mine", experiments=(Experiment.of("vae"),)))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.actions_table["present"].trigger()
    plane = window.bench.views()[0].plane
    plane.setFocus()
    qtbot.keyClick(plane, Key.Key_Right)  # moves the cross-hair
    assert window.session.title == "Mine"
    assert window.presentation.caption.number.text() == ""
    assert not window.presentation.caption.description.isVisible()
    qtbot.keyClick(plane, Key.Key_PageDown)
    assert window.session.title == presets.load(presets.names()[0]).title
    qtbot.keyClick(window, Key.Key_F5)


def test_what_a_page_key_replaced_comes_back(window, qtbot):
    window.session.edit("label", "My own WGAN")
    window.session.edit("generator.width", 24)
    mine = window.session.comparison()
    qtbot.keyClick(window, Key.Key_PageDown)
    offers = [message for message in window.messages.messages() if mine.title in message.text]
    assert len(offers) == 1
    qtbot.keyClick(window, Key.Key_PageDown)  # nothing is lost with a preset as it came
    assert window.messages.messages() == offers
    qtbot.mouseClick(offers[0].findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert window.session.comparison() == mine
    assert window.bench.views()[-1]._title.text() == "My own WGAN"
    assert window.messages.messages() == []
    assert not window.actions_table["bring_back"].isEnabled()


def test_what_is_in_a_file_needs_no_way_back(window, qtbot, tmp_path):
    window.session.edit("generator.width", 24)
    window.save_path(str(tmp_path / "mine.toml"))
    window.messages.clear()
    qtbot.keyClick(window, Key.Key_PageDown)
    assert window.messages.messages() == []


def test_page_keys_do_nothing_in_a_gallery(window, qtbot):
    window.show_page("presets")
    before = window.session.title
    qtbot.keyClick(window.pages.page("presets"), Key.Key_PageDown)
    assert window.session.title == before


def test_closing_while_presenting_remembers_the_usual_layout(window, qtbot):
    geometry = window.geometry()
    qtbot.keyClick(window, Key.Key_F5)
    window.close()
    assert theme.current().palette is DARK
    assert window._memory.text("setup", "") == "shown"
    assert window._memory.text("theme", "") == "dark"
    assert window.geometry() == geometry


def test_everything_drawn_is_larger(window, feed, qtbot):
    for pane in window.session.panes:
        for step in (1, 2, 3):
            feed(window.session, pane, step)
    view = window.bench.views()[0]
    curve = view.losses._curves["critic"]

    def sizes():
        return [
            curve._pen.widthF(),
            view.plane._contour._pen.widthF(),
            view.plane._bar.thickness,
            view.plane._view.plot.axis("left").pen().widthF(),
            view.losses._view.plot.axis("bottom").pen().widthF(),
            view.fontMetrics().height(),
        ]

    before = sizes()
    qtbot.keyClick(window, Key.Key_F5)
    assert all(after >= 1.25 * usual for after, usual in zip(sizes(), before, strict=True))
    qtbot.keyClick(window, Key.Key_F5)
    assert sizes() == before


@pytest.mark.parametrize("size", [(1280, 800), (900, 600)])
def test_nothing_in_the_transport_is_cut(window, qtbot, size):
    theme.current().set_scale(1.4)
    window.resize(*size)
    window.session.add()
    bar = window.transport
    qtbot.waitUntil(lambda: bar.layout().sizeHint().width() <= bar.width())
    for button in (bar._play, *bar._steps, *bar._resets, *bar.together._buttons.values()):
        assert button.width() >= button.sizeHint().width(), button.accessibleName()
        assert button.accessibleName() or button.text()


def test_the_way_through_the_presets():
    walk, names = PresetWalk(), presets.names()
    first, last = (presets.load(name).title for name in (names[0], names[-1]))
    assert walk.neighbour(first, 1) == names[1]
    assert walk.neighbour(first, -1) is None
    assert walk.neighbour(last, 1) is None
    assert (walk.neighbour("of my own", 1), walk.neighbour("of my own", -1)) == (names[0], names[-1])
    assert walk.position("of my own") is None


def test_a_clamped_text_ends_in_an_ellipsis(qtbot):
    clamped = ClampedLabel(2)
    qtbot.addWidget(clamped)
    clamped.resize(200, clamped.sizeHint().height())
    clamped.show()
    clamped.setText("word " * 40)
    assert len(clamped.shown()) == 2
    assert clamped.shown()[1].endswith("\N{HORIZONTAL ELLIPSIS}")
    assert "word word" in clamped.toolTip()
    clamped.setText("short")
    assert (clamped.shown(), clamped.toolTip()) == (["short"], "")


def test_light_is_projected_lightly():
    look = theme.current()
    look.set_mode("light")
    look.project(1.4)
    assert (look.palette, look.scale) == (LIGHT_PROJECTOR, 1.4)
    look.unproject(1.0)
    assert (look.palette, look.scale) == (LIGHT, 1.0)


def test_a_fitting_label_is_as_high_as_its_lines(qtbot):
    fitting = FittingLabel(2)
    qtbot.addWidget(fitting)
    fitting.set_hint("More & more")
    line = fitting.fontMetrics().lineSpacing()
    fitting.setText("short")
    assert fitting.heightForWidth(200) == line + 2
    fitting.setText("word " * 60)
    assert fitting.heightForWidth(200) == 2 * line + 2
    fitting.resize(200, fitting.heightForWidth(200))
    assert fitting.shown()[-1].endswith("\N{HORIZONTAL ELLIPSIS}")
    assert fitting.toolTip().count("word") == 60
    assert fitting.toolTip().endswith("More &amp; more</qt>")
    fitting.set_lines(1)
    assert fitting.heightForWidth(200) == line + 2
    assert len(fitting.shown()) == 1
