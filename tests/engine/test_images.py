"""The engine's part of the Images bench, spoken to as the window does."""

import time

import numpy as np
import pytest

from ganstudio.architecture import Architecture
from ganstudio.checkpoints.inputs import draw
from ganstudio.checkpoints.model import read_model, write_model
from ganstudio.dissection_messages import Cancel, Cancelled, DissectionFailed, FitRemoval, Invert, InvertProgress
from ganstudio.engine.client import EngineProcess
from ganstudio.image_experiment import ImageExperiment
from ganstudio.image_messages import (
    Answering,
    CloseModel,
    CreateImages,
    FindNeighbours,
    ImageSnapshot,
    ModelFailed,
    ModelOpened,
    ModelSaved,
    NeighboursFound,
    OpenModel,
    Render,
    Rendered,
    Represent,
    Represented,
    SaveModel,
    Unanswered,
)
from ganstudio.messages import (
    Change,
    CreateRefused,
    EngineReady,
    Pause,
    Play,
    References,
    Remove,
    RunRefused,
    Taken,
)
from ganstudio.training.image_trainer import ImageTrainer

PATIENCE = 60.0


@pytest.fixture(scope="module")
def engine():
    process = EngineProcess()
    yield process
    process.stop()


def wait_for(engine, kind, accept=lambda message: True):
    end = time.monotonic() + PATIENCE
    while engine.connection.poll(max(0.0, end - time.monotonic())):
        message = engine.receive()
        if isinstance(message, ImageSnapshot):
            engine.send(Taken(message.run))
        if isinstance(message, kind) and accept(message):
            return message
        assert isinstance(message, kind | EngineReady | ImageSnapshot | Rendered | References | Answering), message
    raise AssertionError(f"no {kind.__name__} in {PATIENCE:g} s")


def small():
    return (
        ImageExperiment()
        .with_value("generator.width", 4)
        .with_value("critic.width", 4)
        .with_value("noise.dimensions", 6)
    )


@pytest.fixture(scope="module")
def model_file(tmp_path_factory):
    trainer = ImageTrainer(small())
    trainer.train(2)
    path = tmp_path_factory.mktemp("models") / "small.safetensors"
    write_model(path, trainer.model("small"))
    return path


def test_a_run_trains_and_becomes_a_model(engine, tmp_path):
    engine.send(CreateImages("a", 1, small().plain()))
    first = wait_for(engine, ImageSnapshot)
    assert first.pictures.shape == (64, 8, 8, 1)
    assert first.pictures.dtype == np.uint8
    assert (first.step, first.stamp) == (0, 1)
    engine.send(Play("a"))
    later = wait_for(engine, ImageSnapshot, lambda message: message.step > 20)
    assert len(later.real) == len(later.fake)
    assert {"critic", "generator"} <= set(later.losses.terms)
    engine.send(Pause("a"))
    wait_for(engine, ImageSnapshot, lambda message: not message.playing)
    path = tmp_path / "a.safetensors"
    engine.send(SaveModel("a", str(path), "trained here", resume=True))
    saved = wait_for(engine, ModelSaved)
    model = read_model(path, with_resume=True)
    assert model.card.steps == saved.step
    engine.send(CreateImages("a", 2, small().plain(), resume=model.resume))
    assert wait_for(engine, ImageSnapshot, lambda message: message.stamp == 2).step == saved.step


def test_a_run_takes_a_live_setting_and_refuses_another(engine):
    engine.send(CreateImages("live", 8, small().plain()))
    wait_for(engine, ImageSnapshot, lambda message: message.stamp == 8)
    engine.send(Change("live", "critic_optimiser.learning_rate", 0.5))
    engine.send(Change("live", "training.batch", 8))
    refused = wait_for(engine, RunRefused)
    assert refused.stamp == 8
    assert refused.message.startswith("training.batch: needs a restart")
    engine.send(Remove("live"))


def test_a_run_that_cannot_start_says_why(engine):
    missing = small().plain() | {"data": {"name": "pictures", "path": "/nowhere/at/all"}}
    engine.send(CreateImages("b", 3, missing))
    assert "/nowhere/at/all" in wait_for(engine, CreateRefused).message


def test_a_model_answers_the_newest_request(engine, model_file):
    engine.send(OpenModel("m", 1, str(model_file)))
    opened = wait_for(engine, ModelOpened)
    architecture = Architecture.model_validate(opened.architecture)
    assert opened.name == "small"
    assert opened.directions.shape == (6, 6)
    given = draw(architecture, 9, 0)
    for request in range(200):
        engine.send(Render("m", "grid", request, given))
    answers = [wait_for(engine, Rendered).request]
    while answers[-1] != 199:
        answers.append(wait_for(engine, Rendered).request)
    assert len(answers) < 200
    engine.send(Render("m", "grid", 200, given, removed=((2, tuple(range(4))),)))
    without = wait_for(engine, Rendered, lambda message: message.request == 200)
    assert without.pictures.shape == (9, 8, 8, 1)
    assert all(np.array_equal(without.pictures[0], picture) for picture in without.pictures)


def test_a_file_that_is_no_model_says_why(engine, tmp_path):
    path = tmp_path / "text.safetensors"
    path.write_text("no model")
    engine.send(OpenModel("n", 5, str(path)))
    failed = wait_for(engine, ModelFailed)
    assert (failed.model, failed.stamp) == ("n", 5)
    assert str(path) in failed.message


def test_pictures_are_rendered_while_a_latent_is_searched_for(engine, model_file):
    engine.send(OpenModel("d", 6, str(model_file)))
    opened = wait_for(engine, ModelOpened)
    given = draw(Architecture.model_validate(opened.architecture), 9, 0)
    engine.send(Invert("d", 1, picture=np.zeros((8, 8, 1), np.uint8), descent={"steps": 100_000}))
    wait_for(engine, InvertProgress)
    for request in range(2, 6):
        engine.send(Render("d", "grid", request, given))
        rendered = wait_for(engine, Rendered | InvertProgress, lambda message: isinstance(message, Rendered))
        assert rendered.request == request
    engine.send(Cancel("d", 1))
    wait_for(engine, Cancelled | InvertProgress, lambda message: isinstance(message, Cancelled))
    engine.send(CloseModel("d"))
    engine.send(FitRemoval("d", 9, given, ()))
    assert wait_for(engine, DissectionFailed).request == 9


def test_a_run_is_measured_beside_a_perfect_sampler(engine):
    engine.send(CreateImages("d", 7, small().plain()))
    mean, deviation = wait_for(engine, References, lambda message: message.run == "d").values["frechet"]
    assert 0 < deviation < mean
    snapshot = wait_for(engine, ImageSnapshot, lambda message: message.run == "d" and message.readings)
    (reading,) = snapshot.readings
    assert reading.step == 0
    assert reading.values["frechet"].shape == (1,)
    assert reading.values["frechet"][0] > 2 * mean  # untrained
    engine.send(Remove("d"))


def test_nearest_training_pictures_of_a_model(engine, model_file):
    engine.send(OpenModel("q", 1, str(model_file)))
    architecture = Architecture.model_validate(wait_for(engine, ModelOpened).architecture)
    engine.send(FindNeighbours("q", 1, given=draw(architecture, 3, 0), count=4))
    engine.send(FindNeighbours("q", 2, given=draw(architecture, 2, 0), count=4))
    found = wait_for(engine, NeighboursFound)
    assert found.request == 2
    assert found.pictures.shape == (2, 8, 8, 1)
    for side in (found.in_pixels, found.in_features):
        assert side.pictures.shape == (2, 4, 8, 8, 1)
        assert side.pictures.dtype == np.uint8
        assert side.labels.shape == side.indices.shape == side.distances.shape == (2, 4)
        assert (np.diff(side.distances, axis=1) >= 0).all()
    assert found.class_names == tuple("0123456789")
    # A given picture of the set, and no model's, is its own neighbour.
    own = np.ascontiguousarray(small().data.load().pixels[[5]].transpose(0, 2, 3, 1))
    engine.send(FindNeighbours("nobody", 3, pictures=own, data={"name": "digits"}, count=1))
    again = wait_for(engine, NeighboursFound)
    assert again.in_pixels.indices.tolist() == again.in_features.indices.tolist() == [[5]]
    engine.send(FindNeighbours("nobody", 4, given=draw(architecture, 1, 0)))
    assert wait_for(engine, Unanswered).message == "nobody: there is no such model or run"


def test_the_representation_of_a_model(engine, model_file):
    engine.send(OpenModel("r", 1, str(model_file)))
    wait_for(engine, ModelOpened)
    engine.send(Represent("r", 1, labels=60))
    found = wait_for(engine, Represented)
    assert next(name for name, _, _ in found.rows) == "trained critic"
    assert all(0.2 < accuracy <= 1 for _, _, accuracy in found.rows)
    assert (found.labels, found.tested) == (60, 360)
    engine.send(Represent("r", 2, data={"name": "cifar10"}))
    assert "pictures of CIFAR-10 have 3 x 32 x 32" in wait_for(engine, Unanswered).message
