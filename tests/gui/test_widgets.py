"""Forms, messages, pills and the rest."""

from __future__ import annotations

import gc
import weakref

import pytest
from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ganstudio.constraints import Constraints
from ganstudio.data import DISTRIBUTIONS
from ganstudio.experiment import Experiment, Network, Optimiser, Training
from ganstudio.gui import theme
from ganstudio.gui.widgets import (
    ChoiceField,
    Disclosure,
    ElidedLabel,
    FlowLayout,
    MessageBar,
    NumberField,
    Pill,
    SegmentedControl,
    SettingsForm,
    StatePill,
    SteadyLabel,
    SwitchField,
)
from ganstudio.gui.widgets.settings_form import form_fields
from ganstudio.objectives import OBJECTIVES

# What Qt's offscreen platform says of every window that has a least size.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

EVERY_KIND = [*DISTRIBUTIONS.values(), *OBJECTIVES.values(), Constraints, Network, Optimiser, Training, Experiment]


@pytest.fixture
def form(qtbot):
    result = SettingsForm()
    qtbot.addWidget(result)
    result.show_settings(Optimiser())
    result.show()
    return result


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.__name__)
def test_every_group_of_settings_has_a_form(qtbot, kind):
    form = SettingsForm()
    qtbot.addWidget(form)
    settings = kind()
    with qtbot.assertNotEmitted(form.edited):
        form.show_settings(settings)
    for name in form.names():
        assert form.field(name).value() == getattr(settings, name), name


def test_forms_leave_out_what_is_no_choice():
    assert "version" not in form_fields(Experiment)
    assert "label" not in form_fields(Experiment)
    assert all("name" not in form_fields(kind) for kind in OBJECTIVES.values())
    assert "name" in form_fields(Optimiser)


def test_form_emits_name_and_value(qtbot, form):
    field = form.field("learning_rate")
    field.line.setFocus()
    with qtbot.waitSignal(form.edited) as caught:
        qtbot.keyClick(field.line, Qt.Key.Key_Up)
    assert caught.args == ["learning_rate", pytest.approx(2e-3)]


def test_form_puts_its_section_before_the_name(qtbot):
    form = SettingsForm("training", only=("average", "batch"))
    qtbot.addWidget(form)
    form.show_settings(Training())
    form.show()
    assert form.names() == ["average", "batch"]
    assert form.field("average").isVisible()  # an expert's setting, but asked for
    with qtbot.waitSignal(form.edited) as caught:
        qtbot.keyClick(form.field("batch").line, Qt.Key.Key_Up)
    assert caught.args == ["training.batch", 129]
    assert form.reject("training.batch", "too many")
    assert form.field("batch").value() == 128
    assert form.field("batch").message == "too many"


def test_form_keeps_its_fields_for_the_same_class(qtbot, form):
    field = form.field("learning_rate")
    with qtbot.assertNotEmitted(form.edited):
        form.show_settings(Optimiser(learning_rate=0.5))
    assert form.field("learning_rate") is field
    assert field.line.text() == "0.5"


def test_form_changes_its_rows_for_another_class(form):
    form.show_settings(Network())
    assert "layers" in form.names()
    assert "learning_rate" not in form.names()


def test_expert_settings_are_behind_a_disclosure(form):
    assert form.field("learning_rate").isVisible()
    assert not form.field("beta1").isVisible()
    form.set_more_opened(True)
    assert form.field("beta1").isVisible()


def test_labels_are_buddies_with_names_and_tooltips(form):
    labels = [child for child in form.findChildren(QLabel) if child.buddy() is not None]
    assert len(labels) == len(form.names())
    field = form.field("learning_rate")
    assert field.line.accessibleName() == "Learning rate"
    assert "above 0, at most 10" in field.toolTip()
    assert "while running" in field.toolTip()


def test_settings_can_be_hidden_and_refused(qtbot):
    form = SettingsForm()
    qtbot.addWidget(form)
    form.hide_settings({"penalty_weight"})
    form.show_settings(Constraints())
    form.show()
    assert not form.field("penalty_weight").isVisible()
    form.hide_settings(set())
    assert form.field("penalty_weight").isVisible()
    assert form.reject("weight_clip", "not with this objective")
    assert form.field("weight_clip").message == "not with this objective"
    choice = form.field("gradient_penalty")
    choice.setCurrentIndex(2)
    assert form.reject("gradient_penalty", "nor this")
    assert choice.value() == "none"
    assert form._refusals["gradient_penalty"].text() == "nor this"
    assert not form.reject("nothing", "there is no such field")


def test_switch(qtbot):
    switch = SwitchField()
    qtbot.addWidget(switch)
    with qtbot.assertNotEmitted(switch.edited):
        switch.set_value(True)
    switch.show()
    with qtbot.waitSignal(switch.edited) as caught:
        qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert caught.args == [False]
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert switch.value() is True


def test_switch_shows_focus_and_whether_it_can_be_moved(qtbot):
    box = QWidget()
    qtbot.addWidget(box)
    layout = QVBoxLayout(box)
    switch, other = SwitchField(), SwitchField()
    layout.addWidget(switch)
    layout.addWidget(other)
    box.show()
    box.activateWindow()
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    plain = switch.grab().toImage()
    switch.setFocus()
    qtbot.waitUntil(switch.hasFocus)
    assert switch.grab().toImage() != plain
    switch.setEnabled(False)
    assert switch.grab().toImage() != plain


def test_messages_stack_replace_and_go(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)
    assert bar.isHidden()
    bar.show_message("error", "first", key="run")
    bar.show_message("error", "second", key="run")
    bar.show_message("warning", "third")
    assert [message.text for message in bar.messages()] == ["third", "second"]
    bar.dismiss("run")
    assert [message.text for message in bar.messages()] == ["third"]
    for number in range(6):
        bar.show_message("warning", str(number))
    assert len(bar.messages()) == bar.limit
    bar.clear()
    assert bar.isHidden()


def test_news_replace_what_they_are_about_and_never_pile_up(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)

    def texts():
        return [message.text for message in bar.messages()]

    bar.show_message("error", "the engine is gone", key="engine")
    for number in range(5):
        bar.say("error", f"{number}.toml: no room", about=f"{number}.toml")
    assert texts() == ["4.toml: no room", "3.toml: no room", "2.toml: no room", "the engine is gone"]
    bar.say("error", "3.toml: not allowed", about="3.toml")
    assert texts() == ["3.toml: not allowed", "4.toml: no room", "2.toml: no room", "the engine is gone"]
    bar.say("good", "Saved 4.toml", about="4.toml")
    assert texts() == ["Saved 4.toml", "3.toml: not allowed", "2.toml: no room", "the engine is gone"]
    bar.say("good", "Saved 5.toml", about="5.toml")
    assert texts() == ["Saved 5.toml", "3.toml: not allowed", "2.toml: no room", "the engine is gone"]
    # What goes by itself makes room for what has to be read, and nothing that was said for an open question.
    bar.say("error", "6.toml: no room", about="6.toml")
    assert texts() == ["6.toml: no room", "3.toml: not allowed", "2.toml: no room", "the engine is gone"]


def test_message_buttons_act_and_close(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.show()
    action = QAction("Restart", bar)
    message = bar.show_message("error", "paused", [action])
    button = message.findChild(QPushButton)
    with qtbot.waitSignal(action.triggered):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert bar.messages() == []


def test_only_information_goes_by_itself(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.seconds = 0.01
    bar.show_message("error", "stays")
    bar.show_message("info", "goes")
    qtbot.waitUntil(lambda: len(bar.messages()) == 1)
    assert bar.messages()[0].text == "stays"


def test_segments_are_exclusive(qtbot):
    control = SegmentedControl({"one": "One", "two": "Two"})
    qtbot.addWidget(control)
    control.show()
    with qtbot.assertNotEmitted(control.chosen):
        control.set_current("two")
    assert control.current == "two"
    with qtbot.waitSignal(control.chosen) as caught:
        qtbot.mouseClick(control.findChild(QPushButton, "one"), Qt.MouseButton.LeftButton)
    assert caught.args == ["one"]
    assert control.current == "one"


def test_state_pill_hides_without_text(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    pill = StatePill(parent)
    assert pill.isHidden()
    pill.set_state("collapsed", "bad", "1 of 8 modes")
    assert not pill.isHidden()
    assert pill.property("state") == "bad"
    assert "1 of 8 modes" in pill.toolTip()
    pill.set_state("")
    assert pill.isHidden()


def test_elided_label_tells_all_in_its_tooltip(qtbot):
    label = ElidedLabel("a rather long line of text that does not fit")
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.show()
    assert label.text() == "a rather long line of text that does not fit"
    assert label.toolTip() == label.text()
    label.resize(600, 20)
    assert label.toolTip() == ""


def test_elided_label_is_whole_again_where_there_is_room(qtbot):
    box = QWidget()
    qtbot.addWidget(box)
    row = QHBoxLayout(box)
    label = ElidedLabel("a line of text")
    row.addWidget(label)
    row.addStretch(1)
    box.resize(600, 40)
    box.show()
    assert QLabel.text(label) == "a line of text"
    box.resize(60, 40)
    assert QLabel.text(label).endswith("…")
    box.resize(600, 40)
    assert QLabel.text(label) == "a line of text"


def test_elided_label_leaves_room_for_its_padding(qtbot):
    pill = StatePill()
    qtbot.addWidget(pill)
    pill.set_state("collapsed", "bad")
    pill.setFixedWidth(pill.sizeHint().width() - 10)
    pill.show()
    assert QLabel.text(pill).endswith("…")
    assert pill.toolTip() == "collapsed"
    assert pill.accessibleName() == "collapsed"


def test_flow_wraps(qtbot):
    box = QWidget()
    qtbot.addWidget(box)
    flow = FlowLayout(box, spacing=4)
    for text in "abcdefgh":
        flow.addWidget(Pill(text))
    one_line = flow.heightForWidth(2000)
    assert flow.heightForWidth(150) > 2 * one_line
    flow.setGeometry(QRect(0, 0, 150, 400))
    assert all(flow.itemAt(i).geometry().right() <= 150 for i in range(flow.count()))


def test_flow_fills_a_line_and_leaves_no_gap_for_what_is_hidden(qtbot):
    box = QWidget()
    qtbot.addWidget(box)
    flow = FlowLayout(box, spacing=6)
    parts = [QWidget() for _ in range(4)]
    for part in parts:
        part.setFixedSize(50, 20)
        flow.addWidget(part)
    parts[1].hide()
    assert flow.sizeHint().width() == 162
    assert flow.heightForWidth(162) == 20
    assert flow.heightForWidth(161) == 46
    flow.setGeometry(QRect(0, 0, 162, 20))
    assert [part.x() for part in parts if not part.isHidden()] == [0, 56, 112]


def test_disclosure_shows_and_hides(qtbot):
    content = QLabel("inside")
    disclosure = Disclosure("More", content)
    qtbot.addWidget(disclosure)
    disclosure.show()
    assert not content.isVisible()
    with qtbot.waitSignal(disclosure.toggled):
        disclosure.set_opened(True)
    assert content.isVisible()


def test_widgets_survive_a_change_of_theme(qtbot, form):
    for mode in ("light", "dark", "light"):
        theme.current().set_mode(mode)
        assert theme.current().palette.name == mode
    theme.current().set_scale(1.4)
    tall = form.field("learning_rate").line.sizeHint().height()
    theme.current().set_scale(1.0)
    assert form.field("learning_rate").line.sizeHint().height() < tall


@pytest.mark.parametrize(
    "make",
    [SettingsForm, MessageBar, SwitchField, NumberField, lambda: Pill("real", "real"), StatePill],
    ids=["form", "messages", "switch", "number", "pill", "state"],
)
def test_widgets_are_freed(qapp, make):
    widget = make()
    if isinstance(widget, SettingsForm):
        widget.show_settings(Optimiser())
    if isinstance(widget, MessageBar):
        widget.show_message("info", "hello")
    gone = weakref.ref(widget)
    widget.deleteLater()
    del widget
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert gone() is None
    theme.current().changed.emit(theme.current().palette)


# ---- choices in groups -------------------------------------------------------------------------------


@pytest.fixture
def grouped(qtbot):
    field = ChoiceField()
    field.set_groups(
        {"Animals": {"cat": "Cat", "cow": "Cow"}, "Plants": {"oak": "Oak"}, "": {"none": "Nothing"}}, {"oak": "A tree"}
    )
    qtbot.addWidget(field)
    field.show()
    return field


def test_headings_cannot_be_chosen(qtbot, grouped):
    grouped.set_value("cow")
    seen = []
    grouped.edited.connect(seen.append)
    qtbot.keyClick(grouped, Qt.Key.Key_Down)
    qtbot.keyClick(grouped, Qt.Key.Key_P)  # the heading is not searched for either, Nothing has no p
    qtbot.keyClick(grouped, Qt.Key.Key_Down)
    assert seen == ["oak", "none"]
    grouped.set_value("not there")
    assert grouped.currentText() == ""


@pytest.mark.parametrize(
    ("typed", "value"), [("o", "oak"), ("co", "cow"), ("cc", "cow"), ("tre", "oak"), ("thing", "none")]
)
def test_typing_finds_beginnings_first_and_then_anything(qtbot, grouped, typed, value):
    grouped.set_value("none")
    grouped.showPopup()
    grouped.view().keyboardSearch(typed[0])
    for letter in typed[1:]:
        grouped.view().keyboardSearch(letter)
    assert grouped.view().currentIndex().data(Qt.ItemDataRole.UserRole) == value
    grouped.hidePopup()


def test_a_steady_label_grows_shrinks_with_another_kind_and_else_leaves_the_layout_alone(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    steady = SteadyLabel("muted")
    row.addWidget(steady)
    asked = []

    class Watch(QObject):
        def eventFilter(self, watched, event):
            asked.append(event.type() == QEvent.Type.LayoutRequest)
            return False

    watch = Watch(window)
    window.installEventFilter(watch)
    window.show()
    steady.show_text("step 1,888", "now")
    wide = steady.width()
    qtbot.wait(1)
    asked.clear()
    steady.show_text("step 1,111", "now")
    qtbot.wait(1)
    assert not any(asked)
    assert steady.width() == wide
    steady.show_text("step 1,888 of 2,000", "past")
    assert steady.width() > wide
    steady.show_text("step 9", "now")
    assert steady.width() < wide
    assert steady.width() >= steady.fontMetrics().horizontalAdvance("step 9")
