"""The setup panel, typed into."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ganstudio.data import DISTRIBUTIONS
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


# ---- what a method is made of --------------------------------------------------------------------------


def press(switch):
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton)


def choose(field, value):
    """Choose as a person does: the list's own signal, not `set_value`."""
    field.setCurrentIndex(field.findData(value))
    field.activated.emit(field.currentIndex())


@pytest.fixture
def additions(setup):
    """Return the form of additions, opened."""
    setup._parts.additions.set_opened(True)
    return setup._parts.additions.form


def test_another_objective_keeps_the_rest(setup, session):
    choose(setup._parts.objective_kind, "least_squares")
    draft = session.active.draft
    assert draft.objective.name == "least_squares"
    assert draft.additions == Experiment().additions
    assert setup.method.value() == "lsgan"


def test_additions_are_made_when_they_are_wanted(setup, session):
    form = setup._parts.additions.form
    assert not form._fields
    session.choose_method("infogan")
    assert setup._parts.additions.opened
    assert form.field("information.on").value()
    QApplication.processEvents()
    assert form.field("information.categories").isVisible()
    assert list(form._forms) == ["information"]


@pytest.mark.parametrize("name", [name for name, _ in Experiment().additions])
def test_every_addition_has_a_switch_and_settings_while_it_is_on(setup, session, additions, name):
    session.choose_method("ns")
    switch = additions.field(f"{name}.on")
    addition = getattr(session.active.draft.additions, name)
    assert addition.paper in switch.toolTip()
    assert switch.accessibleName() == addition.title
    switch.setFocus()
    QTest.keyClick(switch, Qt.Key.Key_Space)
    assert getattr(session.active.draft.additions, name).on
    press(switch)
    assert not getattr(session.active.draft.additions, name).on
    assert name not in additions._forms or not additions._forms[name].isVisible()


def test_an_additions_settings_are_edited(setup, session, additions):
    session.choose_method("ns")
    press(additions.field("packing.on"))
    type_into(additions.field("packing.samples"), "4")
    assert session.active.draft.additions.packing.samples == 4
    assert session.active.draft.method == "pacgan4"
    type_into(additions.field("packing.samples"), "99")
    assert "16" in additions.field("packing.samples").message


def test_what_cannot_be_trained_is_refused_under_its_switch(setup, session, additions):
    session.choose_method("pacgan2")
    press(additions.field("information.on"))
    refusal = additions._refusals["additions.information.on"]
    assert refusal.isVisible()
    assert refusal.text() == "Packing: a pack of samples has no single class or code; turn off Codes"
    assert not additions.field("information.on").value()
    assert session.active.draft.method == "pacgan2"
    press(additions.field("packing.on"))
    assert not refusal.isVisible()
    press(additions.field("information.on"))
    assert session.active.draft.additions.information.on


def test_an_objective_that_does_not_go_with_what_is_on_is_refused_in_words(setup, session):
    session.choose_method("infogan")
    parts = setup._parts
    session.edit("additions.minibatch.on", True)
    choose(parts.objective_kind, "variational")
    assert parts.objective_kind.value() == "non_saturating"
    assert parts.objective_refused.isVisible()
    assert parts.objective_refused.text().startswith("Codes, Minibatch: the objective Variational has no critic")
    assert session.active.draft.objective.name == "non_saturating"
    session.choose_method("vae")
    assert not parts.objective_refused.isVisible()
    assert parts._unused.isVisible()
    assert not parts.additions.isVisible()
    assert not setup._networks.field("critic.width").isEnabled()
    session.choose_method("ns")
    assert parts.additions.isVisible()
    assert setup._networks.field("critic.width").isEnabled()


def test_what_does_not_go_with_quadrature_is_refused_where_it_was_chosen(setup, session):
    session.choose_method("quadrature")
    choose(setup._parts.constraints.field("gradient_penalty"), "between")
    refusal = setup._parts.constraints._refusals["constraints.gradient_penalty"]
    assert refusal.text().startswith("Quadrature: nodes of two grids make no pairs")
    assert setup._parts.constraints.field("gradient_penalty").value() == "none"
    type_into(setup._noise.field("dimensions"), "5")
    assert setup._noise.field("dimensions").message.startswith("Quadrature: a grid in 5 latent dimensions")
    session.choose_method("ns")
    assert not refusal.isVisible()


def test_data_and_methods_that_do_not_go_together_are_refused_in_place(setup, session, monkeypatch):
    session.choose_method("quadrature")
    monkeypatch.setattr(DISTRIBUTIONS["circle"], "density", lambda self, points: None)
    choose(setup._data_kind, "circle")
    assert setup._data_kind.value() == "ring"
    assert setup._data_refused.text() == "Quadrature: these data have no density to integrate"
    session.choose_method("ns")
    assert not setup._data_refused.isVisible()
    choose(setup._data_kind, "circle")
    choose(setup.method, "quadrature")
    assert setup.method.value() == "ns"
    assert setup._method_refused.text() == "Quadrature: these data have no density to integrate"


def test_a_typed_number_that_does_not_go_with_an_addition_stays_to_be_mended(setup, session, additions):
    session.choose_method("infogan")
    type_into(additions.field("information.categories"), "0")
    type_into(additions.field("information.continuous"), "0")
    field = additions.field("information.continuous")
    assert field.message.startswith("Codes: there is no code to read")
    assert field.line.text() == "0"
    assert session.active.draft.additions.information.continuous == 1


def test_notes_say_what_makes_little_sense(setup, session):
    notes = setup._parts.notes
    assert not notes.isVisible()
    session.choose_method("wgan_gp")
    choose(setup._networks.field("critic.normalisation"), "batch")
    assert notes.isVisible()
    assert notes.cards[0].text.startswith("Batch normalisation in the critic")
    choose(setup._parts.constraints.field("gradient_penalty"), "none")
    assert notes.texts[0].startswith("Nothing bounds the critic's slope")
    choose(setup._networks.field("critic.normalisation"), "none")
    session.choose_method("ns")
    assert notes.texts == ()
    assert not notes.isVisible()
