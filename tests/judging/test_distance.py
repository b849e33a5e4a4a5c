"""How far generators of known quality are, and where the distance is used."""

import numpy as np
import pytest

from ganstudio.checkpoints.generator import Generator
from ganstudio.image_experiment import ImageExperiment
from ganstudio.judging import inception, judge_for
from ganstudio.judging.distance import Measurement, distance, distance_of, in_range, reference, reference_turns
from ganstudio.judging.judge import as_numbers
from ganstudio.metrics.frechet import frechet, moments
from ganstudio.training.image_trainer import ImageTrainer


@pytest.fixture
def few(digits, monkeypatch):
    """Compare with a part of the digits only."""
    monkeypatch.setattr("ganstudio.judging.distance.REFERENCE", 300)
    return digits


def test_ten_pictures_are_farther_than_a_perfect_sampler_and_noise_farther_still(few, generator, copies):
    judge = judge_for(few)
    found = distance(generator, few, 200)
    assert found.name == "Frechet distance in the features of GAN Studio's MNIST classifier"
    assert (found.samples, found.reference) == (200, 300)
    assert found.line_from == "training pictures drawn at random"
    mean, deviation = found.line
    assert 0 < deviation < mean
    noise = np.random.default_rng(0).uniform(-1, 1, (200, 1, 8, 8)).astype(np.float32)
    far = distance_of(judge.features(noise), reference(few, 200).moments)
    assert mean + 3 * deviation < found.value < far


def test_it_is_the_distance_of_the_features(few, generator):
    given = generator.draw(60, 4)
    judge = judge_for(few)
    real = judge.features(as_numbers(few.load().pixels[np.arange(300) * len(few.load()) // 300]))
    expected = frechet(judge.features(generator.sample(given)), real)
    assert distance(generator, few, 60, seed=4).value == pytest.approx(expected, rel=1e-4)


def test_turns_give_the_same(few, generator):
    judge = judge_for(few)
    one, other = (Measurement(generator, judge, 50, 3) for _ in range(2))
    while not one.turn(0.001):
        assert 0 < one.share < 1
    assert np.allclose(one.looked.features, other.all().features, atol=1e-4)
    turns = list(reference_turns(few, 50))
    assert turns[:-1] == [None] * (len(turns) - 1)
    assert len(turns) > 300 // 32


def test_what_is_not_finite_has_no_distance():
    features = np.ones((5, 3))
    features[2, 1] = np.inf
    assert np.isnan(distance_of(features, moments(np.eye(3))))


def test_other_ranges_become_ours(copies):
    from dataclasses import replace

    other = Generator(replace(copies, architecture=copies.architecture.changed(output_range=(0.0, 1.0))))
    assert np.allclose(in_range(other, np.array([0.0, 0.5, 1.0], np.float32)), [-1, 0, 1])


def test_a_trainer_measures_itself(few):
    experiment = ImageExperiment().with_value("generator.width", 4).with_value("critic.width", 4)
    trainer = ImageTrainer(experiment)
    trainer.train(1)
    before = trainer.pictures(4)
    name, value = trainer.distance(40)
    assert "Frechet" in name
    assert value > reference(few, 40).line[0]
    assert np.array_equal(trainer.pictures(4), before)


def test_the_fid_says_what_it_lacks(monkeypatch, tmp_path):
    monkeypatch.setattr(inception.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(inception.InceptionMissing, match="torch-fidelity is not installed"):
        inception.check_available()
    monkeypatch.setattr(inception.importlib.util, "find_spec", lambda name: True)
    monkeypatch.setattr(inception.torch.hub, "get_dir", lambda: str(tmp_path))
    with pytest.raises(inception.InceptionMissing, match="are not here, and are not downloaded"):
        inception.check_available()
    path = inception.weights_file()
    path.parent.mkdir()
    path.write_bytes(b"something else")
    with pytest.raises(inception.InceptionMissing, match="its SHA-256 begins"):
        inception.check_available()
