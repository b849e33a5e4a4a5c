"""Which keys fields and buttons keep for themselves, and which reach the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from ganstudio.experiment import Network, Training
from ganstudio.gui.plane import PlaneView
from ganstudio.gui.widgets import ChoiceField, Disclosure, NumberField, Pill, SegmentedControl, SwitchField
from ganstudio.gui.widgets.settings_form import field_for

# What Qt's offscreen platform says of every window that has a least size.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

WINDOW_KEYS = {
    "space": Qt.Key.Key_Space,
    "s": Qt.Key.Key_S,
    "d": Qt.Key.Key_D,
    "g": Qt.Key.Key_G,
    "r": Qt.Key.Key_R,
    "n": Qt.Key.Key_N,
    "minus": Qt.Key.Key_Minus,
    "plus": Qt.Key.Key_Plus,
    "home": Qt.Key.Key_Home,
}
MAKERS = {
    "choice": (lambda: field_for(Network.model_fields["activation"]), "space s d g r n home"),
    "pill": (lambda: Pill("Real", "real"), "space"),
    "segments": (lambda: SegmentedControl({"one": "One", "two": "Two"}), "space"),
    "switch": (SwitchField, "space"),
    "disclosure": (lambda: Disclosure("More", QLabel("inside")), "space"),
    "number": (lambda: NumberField.of(Training.model_fields["batch"]), " ".join(WINDOW_KEYS)),
    "plane": (PlaneView, "minus plus home"),
}


class Window(QWidget):
    """Notes which keys reach it."""

    def __init__(self):
        super().__init__()
        self.keys = []
        self.column = QVBoxLayout(self)

    def keyPressEvent(self, event):
        self.keys.append(Qt.Key(event.key()))


@pytest.fixture
def window(qtbot):
    result = Window()
    qtbot.addWidget(result)
    return result


def placed(window, widget):
    """Put a widget into the window; return the part of it that takes the keyboard."""
    window.column.addWidget(widget)
    window.show()
    if isinstance(widget, SegmentedControl):
        return widget.findChild(QWidget, "one")
    return {NumberField: lambda: widget.line, Disclosure: lambda: widget._button}.get(type(widget), lambda: widget)()


@pytest.mark.parametrize("name", MAKERS)
def test_a_widget_keeps_the_keys_it_uses_and_no_others(qtbot, window, name):
    make, kept = MAKERS[name]
    target = placed(window, make())
    for key_name, key in WINDOW_KEYS.items():
        window.keys.clear()
        qtbot.keyClick(target, key)
        assert window.keys == ([] if key_name in kept.split() else [key]), key_name
        if (popup := QApplication.activePopupWidget()) is not None:
            popup.close()


@pytest.mark.parametrize("name", MAKERS)
def test_a_disabled_widget_keeps_none(qtbot, window, name):
    target = placed(window, MAKERS[name][0]())
    target.setEnabled(False)
    for key in WINDOW_KEYS.values():
        qtbot.keyClick(target, key)
    assert window.keys == list(WINDOW_KEYS.values())


def test_a_field_that_can_only_be_read_keeps_no_letters_and_does_not_step(qtbot, window):
    field = NumberField.of(Training.model_fields["batch"])
    field.set_value(128)
    target = placed(window, field)
    target.setReadOnly(True)
    keys = [key for key in WINDOW_KEYS.values() if key != Qt.Key.Key_Home]  # which moves the cursor
    for key in (*keys, Qt.Key.Key_Up):
        qtbot.keyClick(target, key)
    assert window.keys == [*keys, Qt.Key.Key_Up]
    assert field.value() == 128


def test_letters_choose_and_space_opens_the_list(qtbot, window):
    field = ChoiceField({"tanh": "tanh", "relu": "ReLU"})
    placed(window, field)
    with qtbot.waitSignal(field.edited) as caught:
        qtbot.keyClick(field, Qt.Key.Key_R)
    assert caught.args == ["relu"]
    qtbot.keyClick(field, Qt.Key.Key_Space)
    assert field.view().isVisible()
    field.hidePopup()
    assert window.keys == []
