"""Settings that are likely to work, by method and set."""

from __future__ import annotations

from pathlib import Path

import pytest

from ganstudio.image_experiment import ImageExperiment
from ganstudio.imagesets import IMAGE_SETS
from ganstudio.methods import METHODS
from ganstudio.recipes import recipe
from ganstudio.settings import SettingsError

ON_PICTURES = [method for method in METHODS if method != "quadrature"]


def test_small_digits_get_a_dense_layer_and_a_short_run():
    experiment, steps = recipe("dcgan", IMAGE_SETS["digits"]())
    assert (experiment, steps) == (recipe("ns", IMAGE_SETS["digits"]())[0], 3000)
    assert (experiment.generator.dense, experiment.critic.dense) == (256, 256)
    assert (experiment.training.average, experiment.training.batch) == (0.99, 64)


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "cifar10"])
def test_middle_sides_train_longer_and_slow_down(name):
    experiment, steps = recipe("ns", IMAGE_SETS[name]())
    assert (experiment.generator.width, experiment.critic.width, experiment.generator.dense) == (32, 32, 0)
    assert (experiment.training.average, experiment.training.decay_steps, steps) == (0.999, 8000, 8000)
    assert not experiment.augmentation.augments


@pytest.mark.parametrize("colour", ["rgb", "grey"])
def test_a_folder_of_ones_own_is_augmented(colour, tmp_path: Path):
    experiment, steps = recipe("ns", IMAGE_SETS["pictures"](path=str(tmp_path), colour=colour))
    assert (experiment.generator.width, steps) == (24, 12_000)
    assert experiment.augmentation.translation
    assert experiment.augmentation.flip == experiment.augmentation.colour == (colour == "rgb")


def test_infogan_has_its_papers_latent_and_a_dense_layer_in_both():
    experiment, _ = recipe("infogan", IMAGE_SETS["mnist"]())
    assert experiment.noise.dimensions == 62
    assert (experiment.generator.dense, experiment.critic.dense) == (512, 512)
    assert (experiment.additions.information.categories, experiment.additions.information.continuous) == (10, 2)


def test_every_method_keeps_what_makes_it():
    for method in ON_PICTURES:
        experiment, _ = recipe(method, IMAGE_SETS["digits"]())
        plain = ImageExperiment.of(method)
        assert experiment.objective == plain.objective, method
        assert experiment.constraints == plain.constraints, method
        assert experiment.additions == plain.additions, method
        assert experiment.critic.normalisation == plain.critic.normalisation, method


@pytest.mark.parametrize("method", ["quadrature", "no such method"])
def test_what_does_not_go_with_pictures_says_so(method):
    with pytest.raises(SettingsError):
        recipe(method, IMAGE_SETS["digits"]())
