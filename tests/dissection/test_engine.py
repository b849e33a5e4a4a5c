"""What an engine answers to questions about filters and latents, asked as the window does."""

import numpy as np
import pytest
from PIL import Image

from ganstudio.checkpoints.generator import Generator
from ganstudio.checkpoints.model import read_model, write_model
from ganstudio.dissection import work
from ganstudio.dissection.edits import Edit, positive
from ganstudio.dissection.regions import Box, painted
from ganstudio.dissection_messages import (
    AblatedSaved,
    AskEffects,
    AskUnits,
    Cancel,
    Cancelled,
    DissectionFailed,
    DissectionProgress,
    Effects,
    FitRemoval,
    Invert,
    Inverted,
    InvertProgress,
    Paint,
    RemovalFitted,
    SaveAblated,
    Units,
)
from ganstudio.engine.dissection import Dissection
from ganstudio.engine.models import Models
from ganstudio.image_messages import ModelOpened, OpenModel, Rendered
from ganstudio.sheets.pixels import pixels

SECOND, SQUARES = 5, 1
"""As in conftest.py: a layer, and its map that paints squares."""


@pytest.fixture(scope="module")
def path(tmp_path_factory, plant):
    path = tmp_path_factory.mktemp("models") / "planted.safetensors"
    write_model(path, plant())
    return path


@pytest.fixture
def models(path):
    models = Models()
    assert isinstance(models.open(OpenModel("m", 1, str(path))), ModelOpened)
    return models


@pytest.fixture
def dissection(models):
    return Dissection(models)


@pytest.fixture
def given(generator):
    return generator.draw(20, 1)


def answered(dissection, *messages):
    """Return everything that is said until nothing waits."""
    for message in messages:
        dissection.ask(message)
    said = []
    while dissection.waiting:
        said += dissection.answers(lambda: False)
    return said


def test_a_removal_is_fitted_and_saved(dissection, generator, given, squares, tmp_path):
    *_, found = answered(dissection, FitRemoval("m", 3, given, squares(given[0]), SECOND))
    assert isinstance(found, RemovalFitted)
    assert (found.request, found.layer, found.weights.argmax()) == (3, SECOND, SQUARES)
    assert found.inside == found.outside == 4 * len(squares(given[0]))
    removed = ((SECOND, positive(found.weights)), (2, (0,)))
    path = tmp_path / "ablated.safetensors"
    assert answered(dissection, SaveAblated("m", 4, str(path), removed))[-1] == AblatedSaved("m", 4, str(path))
    from ganstudio.dissection.changes import without

    wanted = generator.sample(given, without(removed))
    np.testing.assert_array_equal(Generator(read_model(path)).sample(given), wanted)


def test_units_come_with_their_pictures(dissection, generator, given, squares):
    region = painted(squares(given[0]), 16, 16)
    *_, found = answered(dissection, AskUnits("m", 5, given, SECOND, region, top=4))
    assert isinstance(found, Units)
    assert found.heat.shape == (5, 4, 8, 8)
    drawn = pixels(generator.sample(given))
    best = found.samples[found.places[SQUARES, 0]]
    assert np.abs(found.pictures[found.places[SQUARES, 0]].astype(int) - drawn[best]).max() <= 1
    peaks = generator.features(SECOND, given)[:, SQUARES].max((1, 2))
    assert best == peaks.argmax()
    *_, caused = answered(dissection, AskEffects("m", 6, given, region, SECOND))
    assert isinstance(caused, Effects)
    assert caused.units == (0, 1, 2, 3, 4)
    assert caused.effects.argmax() == SQUARES


def test_strokes_are_answered_like_a_render_the_newest_of_a_slot(dissection, generator, given):
    edit = Edit(SECOND, (SQUARES,), np.ones((8, 8), bool))
    said = answered(
        dissection,
        *(Paint("m", "brush", request, given, (edit,)) for request in range(5)),
        Paint("m", "b", 9, given, ()),
    )
    assert [one.request for one in said] == [4, 9]
    assert all(isinstance(one, Rendered) for one in said)
    np.testing.assert_array_equal(said[1].pictures, pixels(generator.sample(given)))


def test_a_picture_file_is_inverted(dissection, generator, tmp_path):
    path = tmp_path / "drawn.png"
    Image.fromarray(pixels(generator.sample(generator.draw(1, 4)))[0, ..., 0]).save(path)
    descent = {"steps": 60, "restarts": 2}
    *_, found = answered(dissection, Invert("m", 7, str(path), descent=descent))
    assert isinstance(found, Inverted)
    assert found.error < 0.01
    assert found.picture.shape == found.reconstruction.shape == (16, 16, 1)
    assert np.abs(found.picture.astype(int) - found.reconstruction).mean() < 10
    assert np.array_equal(pixels(generator.sample(found.given))[0], found.reconstruction)
    *_, same = answered(dissection, Invert("m", 8, picture=found.picture, descent=descent))
    np.testing.assert_array_equal(same.given[0], found.given[0])


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (FitRemoval("nobody", 1, (np.zeros((1, 4), np.float32),), ()), "there is no model 'nobody'"),
        (FitRemoval("m", 1, (np.zeros((1, 4), np.float32),), ()), "there are no boxes"),
        (FitRemoval("m", 1, (np.zeros((1, 4), np.float32),), (Box(0, 0, 0, 9, 9),), 1), "layer 1 has no feature maps"),
        (Invert("m", 1, "/nowhere/at/all.png"), "/nowhere/at/all.png: there is no such file"),
        (Invert("m", 1, picture=np.zeros((3, 3, 1), np.uint8)), "(16, 16, 1) is needed"),
        (Invert("m", 1, picture=np.zeros((16, 16, 1), np.uint8), descent={"step": 3}), "step"),
        (SaveAblated("m", 1, "/nowhere/at/all.safetensors", ((SECOND, (0,)),)), "cannot be written"),
        (SaveAblated("m", 1, "a.safetensors", ((SECOND, (9,)),)), "has maps 0 to 4"),
    ],
)
def test_what_cannot_be_done_costs_one_line(dissection, message, text):
    said = answered(dissection, message)
    failed = said[-1]
    assert isinstance(failed, DissectionFailed)
    assert text in failed.message
    assert "\n" not in failed.message


def test_a_request_can_be_cancelled_and_a_closed_model_is_forgotten(dissection, given, squares):
    endless = Invert("m", 1, picture=np.zeros((16, 16, 1), np.uint8), descent={"steps": 100_000})
    dissection.ask(endless)
    list(dissection.answers(lambda: False))
    assert dissection.cancel(Cancel("m", 2)) is None
    assert dissection.cancel(Cancel("m", 1)) == Cancelled("m", 1)
    assert not dissection.waiting
    assert dissection.cancel(Cancel("m", 1)) is None
    dissection.ask(endless)
    dissection.ask(FitRemoval("m", 2, given, squares(given[0])))
    dissection.close("m")
    assert not dissection.waiting


def test_work_is_done_in_turn_and_a_newer_question_takes_the_place_of_an_older(dissection, given, squares, monkeypatch):
    monkeypatch.setattr(work, "SLICE", 1.0)
    boxes = squares(given[0])
    for request in (1, 2):
        dissection.ask(FitRemoval("m", request, given, boxes))
    dissection.ask(Invert("m", 3, picture=np.zeros((16, 16, 1), np.uint8), descent={"steps": 2, "restarts": 1}))
    first = [*dissection.answers(lambda: True), *dissection.answers(lambda: True)]
    assert [type(one) for one in first] == [DissectionProgress, InvertProgress]
    said = answered(dissection)
    assert {one.request for one in said} == {2, 3}
