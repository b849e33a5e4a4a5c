"""Numbers that people type and step."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from ganstudio.experiment import Experiment, Optimiser, Training
from ganstudio.gui.numbers import allowed_text, next_nice, parse_number, short
from ganstudio.gui.widgets import ChoiceField, NumberField, WeightsField

# What Qt's offscreen platform says of every window that has a least size.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

RATE = Optimiser.model_fields["learning_rate"]
BATCH = Training.model_fields["batch"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.001, "1e-3"),
        (0.00123456, "1.235e-3"),
        (0.25, "0.25"),
        (128.0, "128"),
        (128, "128"),
        (2147483647, "2147483647"),
        (0.0, "0"),
        (-0.5, "-0.5"),
        (0.01, "0.01"),
        (99999.6, "1e5"),
        (0.99996, "1"),
        (float("nan"), "not a number"),
        (float("-inf"), "-infinite"),
    ],
)
def test_short_writes_four_significant_digits(value, text):
    assert short(value) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 1e-3),
        (" 0.001 ", 1e-3),
        ("2k", 2000.0),
        ("1.5M", 1.5e6),
        ("0,5", 0.5),
        ("1 000", 1000.0),
        ("\N{MINUS SIGN}3", -3.0),
        (".5", 0.5),
        ("", None),
        ("abc", None),
        ("nan", None),
        ("1e999", None),
        ("1,2,3", None),
    ],
)
def test_parse_number_understands_what_people_type(text, value):
    assert parse_number(text) == value


def test_next_nice_walks_one_two_five():
    number, seen = 1e-3, []
    for _ in range(4):
        number = next_nice(number, 1)
        seen.append(number)
    assert seen == pytest.approx([2e-3, 5e-3, 1e-2, 2e-2])
    assert next_nice(number, -1) == pytest.approx(1e-2)
    assert next_nice(3.0, -1) == 2.0


def test_allowed_text_names_open_ends():
    assert allowed_text(0.0, 10.0, open_low=True) == "above 0, at most 10"
    assert allowed_text(2, 16384) == "2 to 16384"
    assert allowed_text(None, None) == ""
    assert allowed_text(0, 2**63 - 1).replace("\xa0", " ") == "0 to 2\u2076\u00b3 \N{MINUS SIGN} 1"


@pytest.fixture
def rate(qtbot):
    field = NumberField.of(RATE)
    qtbot.addWidget(field)
    field.set_value(1e-3)
    field.show()
    return field


def type_text(qtbot, field, text):
    field.line.setFocus()
    field.line.selectAll()
    qtbot.keyClicks(field.line, text)
    qtbot.keyClick(field.line, Qt.Key.Key_Return)


def test_typing_a_number_emits_it_once(qtbot, rate):
    with qtbot.waitSignal(rate.edited) as caught:
        type_text(qtbot, rate, "2e-4")
    assert caught.args == [2e-4]
    with qtbot.assertNotEmitted(rate.edited):
        qtbot.keyClick(rate.line, Qt.Key.Key_Return)
    assert rate.line.text() == "2e-4"


def test_set_value_does_not_emit_and_keeps_exact_value(qtbot, rate):
    with qtbot.assertNotEmitted(rate.edited):
        rate.set_value(0.000123456789)
        rate.line.setFocus()
        qtbot.keyClick(rate.line, Qt.Key.Key_Return)
    assert rate.line.text() == "1.235e-4"
    assert rate.value() == 0.000123456789


@pytest.mark.parametrize("text", ["0", "-1", "11", "abc", "nan", "inf", "1e999"])
def test_what_is_not_allowed_keeps_the_old_value_and_says_why(qtbot, rate, text):
    with qtbot.assertNotEmitted(rate.edited):
        type_text(qtbot, rate, text)
    assert rate.value() == 1e-3
    assert "above 0, at most 10" in rate.message
    assert rate.line.text() == text
    type_text(qtbot, rate, "0.01")
    assert rate.message == ""
    assert rate.value() == 0.01


def test_what_the_owner_refuses_is_not_kept(qtbot, rate):
    """Twice: what was refused must not count as the value that is typed again."""
    asked = []
    rate.edited.connect(lambda value: (asked.append(value), rate.reject("not now")))
    for count in (1, 2):
        type_text(qtbot, rate, "0.25")
        assert asked == [0.25] * count
        assert rate.value() == 1e-3
        assert rate.line.text() == "0.25"
        assert rate.message == "not now"
        rate.set_value(1e-3)  # as from an edit elsewhere
        assert rate.line.text() == "0.25"
        assert rate.message == "not now"
    qtbot.keyClick(rate.line, Qt.Key.Key_Return)
    assert asked == [0.25] * 3
    assert rate.message == "not now"
    qtbot.keyClick(rate.line, Qt.Key.Key_Escape)
    assert (rate.line.text(), rate.message) == ("1e-3", "")


def test_escape_brings_the_old_value_back(qtbot, rate):
    type_text(qtbot, rate, "abc")
    qtbot.keyClicks(rate.line, "d")
    qtbot.keyClick(rate.line, Qt.Key.Key_Escape)
    assert rate.line.text() == "1e-3"
    assert rate.message == ""


def test_a_value_from_elsewhere_does_not_erase_what_is_being_typed(qtbot, rate):
    rate.line.setFocus()
    rate.line.selectAll()
    qtbot.keyClicks(rate.line, "5e-")
    rate.set_value(1e-3)
    assert rate.line.text() == "5e-"


def test_leaving_the_field_takes_the_number(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    first, second = NumberField.of(BATCH), NumberField.of(BATCH)
    first.set_value(128)
    layout.addWidget(first)
    layout.addWidget(second)
    window.show()
    window.activateWindow()
    first.line.setFocus()
    qtbot.waitUntil(first.line.hasFocus)
    first.line.selectAll()
    qtbot.keyClicks(first.line, "2k")
    with qtbot.waitSignal(first.edited) as caught:
        second.line.setFocus()
    assert caught.args == [2000]
    assert isinstance(caught.args[0], int)


def test_whole_numbers_are_whole(qtbot):
    field = NumberField.of(BATCH)
    qtbot.addWidget(field)
    field.set_value(128)
    type_text(qtbot, field, "12.5")
    assert field.message == "Needs a whole number, 2 to 16384"
    type_text(qtbot, field, "1e3")
    assert field.value() == 1000
    assert field.line.text() == "1000"


def test_a_large_seed_keeps_all_digits(qtbot):
    field = NumberField.of(Experiment.model_fields["seed"])
    qtbot.addWidget(field)
    field.set_value(2147483647)
    assert field.line.text() == "2147483647"
    type_text(qtbot, field, "2147483646")
    assert field.value() == 2147483646


def test_arrow_keys_step_logarithmically(qtbot, rate):
    for key, value in (
        (Qt.Key.Key_Up, 2e-3),
        (Qt.Key.Key_Up, 5e-3),
        (Qt.Key.Key_Down, 2e-3),
        (Qt.Key.Key_PageUp, 2e-2),
        (Qt.Key.Key_PageDown, 2e-3),
    ):
        qtbot.keyClick(rate.line, key)
        assert rate.value() == pytest.approx(value)


def test_arrow_keys_stop_at_the_ends(qtbot):
    field = NumberField.of(BATCH)
    qtbot.addWidget(field)
    field.set_value(3)
    for _ in range(3):
        qtbot.keyClick(field.line, Qt.Key.Key_Down)
    assert field.value() == 2
    beta = NumberField.of(Optimiser.model_fields["beta1"])
    qtbot.addWidget(beta)
    beta.set_value(0.99)
    for _ in range(5):
        qtbot.keyClick(beta.line, Qt.Key.Key_Up)
    assert beta.value() == pytest.approx(0.99)


def test_linear_steps_can_be_taken_back(qtbot):
    field = NumberField(low=0.0, high=2.0)
    qtbot.addWidget(field)
    field.set_value(0.1)
    qtbot.keyClick(field.line, Qt.Key.Key_Down)
    assert field.value() == pytest.approx(0.099)
    qtbot.keyClick(field.line, Qt.Key.Key_Up)
    assert field.value() == pytest.approx(0.1)


def wheel(widget, delta):
    centre = QPointF(widget.rect().center())
    event = QWheelEvent(
        centre,
        widget.mapToGlobal(centre),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    return event


def test_the_wheel_steps_only_while_focused(qtbot, rate):
    rate.activateWindow()
    rate.line.clearFocus()
    assert not wheel(rate.line, 120).isAccepted()
    assert rate.value() == 1e-3
    rate.line.setFocus()
    qtbot.waitUntil(rate.line.hasFocus)
    wheel(rate.line, 120)
    assert rate.value() == pytest.approx(2e-3)
    wheel(rate.line, -60)
    assert rate.value() == pytest.approx(2e-3)
    wheel(rate.line, -60)
    assert rate.value() == pytest.approx(1e-3)


def test_choices_ignore_the_wheel_until_focused(qtbot):
    field = ChoiceField({"a": "First", "b": "Second"})
    qtbot.addWidget(field)
    field.show()
    field.clearFocus()
    wheel(field, -120)
    assert field.value() == "a"


def test_choices_emit_only_for_people(qtbot):
    field = ChoiceField({"a": "First", "b": "Second"})
    qtbot.addWidget(field)
    field.show()
    with qtbot.assertNotEmitted(field.edited):
        field.set_value("b")
    with qtbot.waitSignal(field.edited) as caught:
        qtbot.keyClick(field, Qt.Key.Key_Up)
    assert caught.args == ["a"]


def test_weights(qtbot):
    field = WeightsField("equal", length=3)
    qtbot.addWidget(field)
    with qtbot.waitSignal(field.edited) as caught:
        type_text(qtbot, field, "1, 1; 2")
    assert caught.args == [(1.0, 1.0, 2.0)]
    type_text(qtbot, field, "1, x")
    assert "separated by commas" in field.message
    type_text(qtbot, field, "1, 2")
    assert "3 numbers" in field.message
    assert field.value() == (1.0, 1.0, 2.0)
