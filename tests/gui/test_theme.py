"""Look, fonts, icons."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from ganstudio.gui import fonts, icons, theme
from ganstudio.gui.stylesheet import blend, style_sheet
from ganstudio.palette import DARK, LIGHT

# What Qt's offscreen platform says of every window that has a least size.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_the_window_never_imports_torch():
    code = "import sys, ganstudio.gui.plane, ganstudio.gui.widgets; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_inter_is_loaded(qapp):
    assert fonts.load_fonts() == ()
    assert QFontInfo(fonts.application_font()).family() == "Inter"


def test_modes_and_signal(qtbot, qapp):
    holder = theme.current()
    assert theme.current() is holder
    holder.set_mode("dark")
    with qtbot.waitSignal(holder.changed) as caught:
        holder.set_mode("light")
    assert caught.args == [LIGHT]
    assert qapp.palette().window().color().name() == LIGHT.window
    with qtbot.assertNotEmitted(holder.changed):
        holder.set_mode("light")
    holder.toggle()
    assert holder.palette is DARK
    holder.set_mode("system")
    assert holder.mode == "system"


def test_scale_is_bounded(qapp):
    holder = theme.current()
    holder.set_scale(100.0)
    assert holder.scale == 3.0
    assert qapp.font().pointSizeF() == pytest.approx(fonts.BASE_SIZE * 3.0)
    holder.set_scale(1.0)


def test_a_new_look_polishes_each_widget_once_and_not_once_for_each_ancestor(qtbot, qapp):
    class Counted(QLabel):
        count = 0

        def changeEvent(self, event):
            super().changeEvent(event)
            self.count += event.type() == QEvent.Type.StyleChange

    outer = inner = QWidget()
    qtbot.addWidget(outer)
    for _ in range(10):
        parent, inner = inner, QWidget()
        QVBoxLayout(parent).addWidget(inner)
    deepest = Counted("text", inner)
    outer.show()
    qtbot.waitExposed(outer)
    deepest.count = 0
    theme.current().set_scale(1.4)
    assert 1 <= deepest.count <= 3
    theme.current().set_scale(1.0)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
def test_style_sheet_has_no_name_left(palette):
    sheet = style_sheet(palette, 1.3, theme._drawn_icons(palette))
    assert "@" not in sheet


def test_blend():
    assert blend("#000000", "#ffffff", 0.0) == "#000000"
    assert blend("#000000", "#ffffff", 1.0) == "#ffffff"


def test_every_icon_draws_something(qapp):
    assert len(icons.names()) >= 25
    for name in icons.names():
        image = icons.pixmap(name, "#ff0000", 24, 2.0).toImage()
        assert image.width() == 48
        colours = {image.pixelColor(x, y).alpha() for x in range(0, 48, 2) for y in range(0, 48, 2)}
        assert max(colours) > 100, name


def test_icons_are_cached_and_named(qapp):
    assert icons.icon("play", DARK) is icons.icon("play", DARK)
    with pytest.raises(KeyError, match="there is no icon 'nothing'"):
        icons.svg("nothing", "#000000")


def test_application_icon_has_sizes(qapp):
    assert {size.width() for size in icons.application_icon().availableSizes()} >= {16, 32, 256, 512}
    assert isinstance(qapp, QApplication)
