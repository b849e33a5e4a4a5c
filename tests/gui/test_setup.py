"""The setup panel, typed into."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ganstudio.experiment import Comparison, Experiment
from ganstudio.gui import theme
from ganstudio.gui.session import Session
from ganstudio.gui.setup import SetupPanel
from ganstudio.gui.setup.panel import WIDTH

# What Qt's offscreen platform says of every window that has a least size.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def session(qapp):
    """Return a session of three panes without engines."""
    result = Session()
    result.open(Comparison(experiments=tuple(Experiment.of(method) for method in ("ns", "wgan_gp", "hinge"))))
    return result


@pytest.fixture
def setup(qtbot, session):
    panel = SetupPanel(session)
    qtbot.addWidget(panel)
    panel.resize(400, 900)
    panel.show()
    return panel


def type_into(field, text):
    field.line.setFocus()
    field.line.selectAll()
    QTest.keyClicks(field.line, text)
    QTest.keyClick(field.line, Qt.Key.Key_Return)


def scopes(setup):
    """Return what the headings of Data, Noise and Run say of where an edit goes."""
    return [note.text() for note, shared in setup._scopes.items() if shared]


def test_refused_weights_stay_refused(setup, session):
    setup._data.set_more_opened(True)
    field = setup._data.field("weights")
    for _ in range(2):
        type_into(field, "1, 2, 3")
        assert field.message.startswith("3 numbers for 8 modes")
        assert field.line.text() == "1, 2, 3"
        assert field.value() == session.active.draft.data.weights == ()
        session.experiments_changed.emit()
        assert field.message
    type_into(field, "1, 1, 1, 1, 2, 2, 2, 2")
    assert field.message == ""
    assert field.value() == session.active.draft.data.weights == (1, 1, 1, 1, 2, 2, 2, 2)


def test_a_refused_number_stays_refused(setup, session):
    type_into(setup._data.field("weights"), "1, 1, 1, 1, 1, 1, 1, 2")
    field = setup._data.field("count")
    for _ in range(2):
        type_into(field, "5")
        assert "8 numbers for 5 modes" in field.message
        assert field.line.text() == "5"
        assert field.value() == session.active.draft.data.count == 8
    QTest.keyClick(field.line, Qt.Key.Key_Escape)
    assert (field.line.text(), field.message) == ("8", "")


def test_what_was_refused_does_not_follow_to_another_pane(setup, session):
    field = setup._optimisers.field("critic_optimiser.learning_rate")
    type_into(field, "11")
    assert "at most 10" in field.message
    session.select(session.panes[0])
    assert field.message == ""
    assert field.value() == session.panes[0].draft.critic_optimiser.learning_rate


def test_every_section_edits_its_own_settings(setup, session):
    draft = session.active.draft
    rate = "generator_optimiser.learning_rate"
    for field, path, value in (
        (setup._data.field("count"), "data.count", 9),
        (setup._networks.field("critic.width"), "critic.width", 33),
        (setup._optimisers.field(rate), rate, 0.5),
        (setup._training.field("batch"), "training.batch", 77),
        (setup._run.field("seed"), "seed", 12),
    ):
        type_into(field, str(value))
        draft = draft.with_value(path, value)
        assert session.active.draft == draft


def test_headings_say_which_panes_an_edit_goes_to(setup, session):
    assert scopes(setup) == ["all panes"] * 3
    first, second, third = session.panes
    second.draft = second.draft.with_value("data.count", 5).changed(seed=3)
    session.select(first)
    assert scopes(setup) == ["panes 1, 3", "all panes", "seed: panes 1, 3; device: all panes"]
    session.select(second)
    assert scopes(setup) == ["pane 2", "all panes", "seed: pane 2; device: all panes"]
    session.remove(second)
    assert scopes(setup) == ["all panes"] * 3
    session.remove(third)
    assert scopes(setup) == [""] * 3


def test_the_panel_grows_with_the_text(setup):
    columns = setup._networks._grids[0]
    narrow = columns.columnMinimumWidth(0)
    theme.current().set_scale(1.5)
    assert setup.minimumWidth() == round(1.5 * WIDTH)
    assert columns.columnMinimumWidth(0) == round(1.5 * narrow)
    theme.current().set_scale(1.0)
    assert setup.minimumWidth() == WIDTH
