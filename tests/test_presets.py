"""Every shipped comparison is complete, distinct and what it says."""

from __future__ import annotations

import pytest
from PIL import Image

from ganstudio import presets
from ganstudio.experiment import Comparison, differences
from ganstudio.files import FileError
from ganstudio.methods import METHODS
from ganstudio.resources import asset


def test_the_startup_preset_comes_first() -> None:
    assert presets.names()[0] == presets.STARTUP
    assert len(presets.names()) >= 6


def test_no_preset_hides_behind_a_method() -> None:
    assert not set(presets.names()) & set(METHODS)


@pytest.mark.parametrize("name", presets.names())
def test_a_preset_is_complete(name: str) -> None:
    preset = presets.load(name)
    assert preset.title
    assert 100 <= len(preset.description) <= 600
    assert "\n" not in preset.description
    assert len(preset.experiments) <= 4
    assert len(preset.experiments) > 1 or preset.experiments[0].runs > 1  # something is compared: methods or seeds
    titles = [experiment.title for experiment in preset.experiments]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("name", presets.names())
def test_panes_share_data_noise_source_and_seed(name: str) -> None:
    for setting in differences(presets.load(name).experiments):
        assert not setting.startswith("data."), setting
        assert setting != "seed"


@pytest.mark.parametrize("name", presets.names())
def test_a_preset_has_a_picture_of_every_pane(name: str) -> None:
    path = presets.thumbnail(name)
    assert path is not None, f"make thumbnails NAMES={name}"
    with Image.open(path) as picture:
        panes = len(presets.load(name).experiments)
        gap = (picture.width - panes * picture.height) / max(1, panes - 1)
        assert picture.height >= 108
        assert 0 <= gap <= 10


def test_pictures_of_presets_are_small() -> None:
    paths = [presets.thumbnail(name) for name in presets.names()]
    assert sum(path.stat().st_size for path in paths if path) < 500_000


def test_titles_are_distinct() -> None:
    titles = [presets.load(name).title for name in presets.names()]
    assert len(set(titles)) == len(titles)


def test_startup_is_the_comparison_of_the_issue() -> None:
    left, right = presets.load("startup").experiments
    assert (left.method, right.method) == ("ns", "wgan_gp")
    for shared in ("data", "noise", "generator", "critic", "seed"):
        assert getattr(left, shared) == getattr(right, shared)
    ring = left.data.model_dump()
    assert (ring["name"], ring["count"]) == ("ring", 8)
    assert ring["standard_deviation"] / ring["radius"] <= 0.05
    assert left.generator_optimiser.learning_rate > left.critic_optimiser.learning_rate


@pytest.mark.parametrize(
    ("name", "only"),
    [
        ("penalty_weight", {"label", "constraints.penalty_weight"}),
        ("latent_size", {"label", "noise.dimensions"}),
        ("critic_normalisation", {"label", "critic.normalisation"}),
        ("critic_steps", {"label", "training.critic_steps"}),
        ("weight_average", {"label", "training.average"}),
        ("saturation", {"objective.name", "objective.half"}),
        ("codes", {"additions.information.on"}),
        ("integrals", {"additions.quadrature.on"}),
        ("packing", {"additions.packing.on"}),
    ],
)
def test_one_thing_differs(name: str, only: set[str]) -> None:
    preset: Comparison = presets.load(name)
    assert set(differences(preset.experiments)) == only


TRAINED = [name for name in presets.names() if asset("presets", f"{name}.toml").with_suffix(".npz").exists()]


@pytest.mark.parametrize("name", TRAINED)
def test_a_preset_that_begins_trained_fits_its_states_and_trains_on(name: str) -> None:
    import torch

    from ganstudio.training import Trainer

    assert asset("presets", f"{name}.npz").stat().st_size < 300_000
    preset, starts = presets.load(name), presets.starts(name)
    assert preset.title.startswith("Trained: ")
    assert len(starts) == len(preset.experiments)
    for experiment, start in zip(preset.experiments, starts, strict=True):
        assert start is not None
        assert int(start["step"]) == preset.steps
        trainer = Trainer(experiment)
        assert trainer.start_from({key: torch.from_numpy(value) for key, value in start.items()}) == []
        assert all(player.optimiser.state for player in trainer._cast.players)
        trainer.train(2)
        trainer.check()
        assert trainer.step == preset.steps + 2


def test_most_presets_begin_at_step_0() -> None:
    assert len(TRAINED) >= 2
    assert presets.starts(presets.STARTUP) == ()


def test_an_unknown_preset() -> None:
    with pytest.raises(FileError, match="there is no such file"):
        presets.load("nothing")
