"""The Evaluate page: what is asked of the engine, and what its answers look like."""

import numpy as np
import pytest

from ganstudio.gui.images.evaluation.data_line import DataLine
from ganstudio.gui.images.evaluation.subject import Subject
from ganstudio.image_messages import (
    Answering,
    FindNeighbours,
    Forgo,
    Nearest,
    NeighboursFound,
    Represent,
    Represented,
    Unanswered,
)

DIGITS = {"name": "digits", "size": 8}


def nearest(distances, usual):
    n, k = distances.shape
    numbers = np.arange(n * k).reshape(n, k)
    return Nearest(np.zeros((n, k, 8, 8, 1), np.uint8), numbers % 10, numbers, distances, usual)


def found(question, pixels, features):
    """Return an answer with these distances to the nearest, where 1 is usual."""
    n, k = len(question.pictures), question.count
    grow = np.linspace(1.0, 2.0, k)[None]
    sides = [nearest(np.full((n, 1), distance) * grow, 1.0) for distance in (pixels, features)]
    names = tuple(map(str, range(10)))
    return NeighboursFound(question.source, question.request, question.pictures, *sides, "the judge", names)


def asked(bench, kind):
    return [message for message in bench.session._link.posted if isinstance(message, kind)]


@pytest.fixture
def page(bench):
    """Return the page of a bench, whose model was trained on digits."""
    bench.inside.show_page("evaluation")
    bench.inside.evaluation.data.kinds.setCurrentIndex(bench.inside.evaluation.data.kinds.findData("digits"))
    bench.inside.evaluation.data._choose("digits")
    return bench.inside.evaluation


def test_neighbours_of_the_current_sample_come_with_distances_and_words(bench, page, qtbot):
    panel = page.evaluation.neighbours
    assert not asked(bench, FindNeighbours)
    panel.bar.ask.click()
    (question,) = asked(bench, FindNeighbours)
    assert (question.source, question.data, question.pictures.shape) == ("b-codes", DIGITS, (1, 8, 8, 1))
    assert panel.questioning.busy
    assert not panel.bar.cancel.isHidden()
    bench.session._link.arrived.emit(Answering(question.source, question.request, 0.4))
    assert panel.bar.progress.value() == 40
    bench.session._link.arrived.emit(found(question, 0.9, 1.2))
    assert [row.title for row in panel.table.rows] == ["features", "pixels"]
    assert panel.table.rows[0].captions[0] == "0 \N{MIDDLE DOT} 1.2"
    assert panel.table.rows[0].hints[0] == "training picture 0, distance 1.2, 0"
    assert "no copy" in panel.verdict.text()
    assert panel.bar.cancel.isHidden()
    # A copy is near in both; a blurred picture in pixels alone.
    for pixels, features, words, marked in ((0.1, 0.2, "may be remembered", 8), (0.1, 0.9, "in pixels only", 0)):
        panel.bar.ask.click()
        question = asked(bench, FindNeighbours)[-1]
        bench.session._link.arrived.emit(found(question, pixels, features))
        assert words in panel.verdict.text()
        assert panel.table.rows[0].marked == marked


def test_neighbours_of_the_grid_are_shown_by_one_measure_at_a_time(bench, page):
    panel = page.evaluation.neighbours
    panel.of._buttons["grid"].click()
    (question,) = asked(bench, FindNeighbours)
    assert len(question.pictures) == 12
    bench.session._link.arrived.emit(found(question, 0.1, 0.2))
    assert len(panel.table.rows) == 12
    assert panel.table.rows[0].captions[0].endswith("0.2")
    assert "12 of 12 samples may be remembered" in panel.verdict.text()
    panel.near._buttons["pixels"].click()
    assert panel.table.rows[0].captions[0].endswith("0.1")


def test_the_button_at_the_current_sample_asks_at_once(bench):
    bench.inside.show_page("evaluation")
    bench.inside.evaluation.data._choose("digits")
    bench.inside.show_page("explore")
    bench.sampling.buttons["neighbours"].click()
    assert bench.inside.current == "evaluation"
    assert len(asked(bench, FindNeighbours)) == 1


def test_a_cancelled_question_is_forgone_and_its_answer_is_nobodys(bench, page):
    panel = page.evaluation.neighbours
    panel.ask()
    (question,) = asked(bench, FindNeighbours)
    panel.bar.cancel.click()
    assert asked(bench, Forgo) == [Forgo("b-codes", question.request)]
    bench.session._link.arrived.emit(found(question, 1.0, 1.0))
    assert panel.found is None
    panel.ask()
    question = asked(bench, FindNeighbours)[-1]
    bench.session._link.arrived.emit(Unanswered("b-codes", question.request, "digits: cannot be read"))
    assert panel.refusal.text() == "digits: cannot be read"
    assert not panel.questioning.busy


def test_a_critics_features_are_measured_and_kept_with_its_model(bench, page):
    panel = page.evaluation.representation
    page.evaluation.show_panel("representation")
    assert "no critic" in panel.refusal.text()
    assert not panel.bar.ask.isEnabled()
    page._subject = Subject("b-codes", "Codes", DIGITS, critic=True, weights="1")
    page._follow()
    assert panel.refusal.isHidden()
    panel.bar.ask.click()
    (question,) = asked(bench, Represent)
    assert (question.source, question.labels) == ("b-codes", 1000)
    rows = (("trained critic", 64, 0.95), ("untrained critic", 64, 0.9), ("raw pixels", 64, 0.87))
    told = Represented("b-codes", question.request, "Digits", 1000, 300, "the rest", rows, "Radford et al.")
    bench.session._link.arrived.emit(told)
    assert panel.result is told
    assert "+8.0 points" in panel.told.text()
    assert "trained critic, 64 numbers: 95.0% right" in panel.bars.accessibleName()
    # Another model has none; the first still has its own.
    page._subject = Subject("c-plain", "Plain", DIGITS, critic=True, weights="2")
    page._follow()
    assert panel.result is None
    assert panel.bars.isHidden()
    page._subject = Subject("b-codes", "Codes", DIGITS, critic=True, weights="1")
    page._follow()
    assert panel.result is told


def test_where_the_pictures_are_not_here_it_says_what_to_do(qtbot, monkeypatch, tmp_path):
    monkeypatch.delenv("GANSTUDIO_DATA", raising=False)
    monkeypatch.setenv("GANSTUDIO_CACHE", str(tmp_path))
    fetched = []
    line = DataLine(lambda data: fetched.append(data) or iter(()))
    qtbot.addWidget(line)
    line.show_subject(Subject("a", "A", {"name": "mnist", "size": 28}), (1, 28, 28))
    assert line.kinds.value() == "mnist"
    assert not line.ready
    assert "Nothing is downloaded unasked" in line.remark.text()
    assert "GANSTUDIO_DATA" in line.remark.text()
    assert not fetched
    assert line.card.button.text() == "Download"
    line.stop()
    # Pictures of one's own: as the model's file has them, in GANSTUDIO_DATA, or where a person says.
    own = {"name": "pictures", "path": "cats", "size": 8, "colour": "rgb", "fit": "crop"}
    line.show_subject(Subject("b", "B", own), (3, 8, 8))
    assert "cats is not on this machine" in line.remark.text()
    assert not line.own.isHidden()
    assert line.card is None
    (tmp_path / "cats").mkdir()
    line.own.picked.emit(str(tmp_path / "cats"))
    assert line.ready
    assert line.settings == own | {"path": str(tmp_path / "cats")}
    assert line.own.isHidden()
    monkeypatch.setenv("GANSTUDIO_DATA", str(tmp_path))
    line.show_subject(Subject("c", "C", own), (3, 8, 8))
    assert line.settings["path"] == str(tmp_path / "cats")
    # Whoever does not say on what it was trained is compared with what a person chooses.
    line.show_subject(Subject("d", "D", None), (1, 8, 8))
    assert line.settings is None
    assert "Choose a set" in line.remark.text()
    line._choose("digits")
    assert line.ready
