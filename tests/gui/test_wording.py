"""What headers and the bar of pending changes say."""

from __future__ import annotations

import itertools

import pytest

from ganstudio.data.own_gaussians import OwnGaussians
from ganstudio.data.points import Points
from ganstudio.data.raster import Raster
from ganstudio.experiment import Experiment, differences
from ganstudio.gui.wording import distinction_text, refusal_text, setting_titles
from ganstudio.methods import METHODS

EXPERIMENTS = {method: Experiment.of(method) for method in METHODS}
LONGEST = 110
"""Characters: weight clipping with RMSprop and five steps is the longest."""


def header(experiment: Experiment, other: Experiment) -> str:
    return distinction_text(experiment, differences([experiment, other]))


@pytest.mark.parametrize("method", METHODS)
def test_methods_beside_the_non_saturating_gan(method: str) -> None:
    one, other = EXPERIMENTS[method], EXPERIMENTS["ns"]
    for text in (header(one, other), header(other, one)):
        assert len(text) <= LONGEST, text
        assert "_" not in text
    assert all(setting_titles(one, differences([one, other])))


def test_all_pairs_can_be_told() -> None:
    for one, other in itertools.permutations(EXPERIMENTS.values(), 2):
        names = differences([one, other])
        distinction_text(one, names)
        setting_titles(one, names)


def test_own_data_are_told_by_what_they_are() -> None:
    ring, one = Experiment(), Experiment().changed(data=OwnGaussians())
    other = one.changed(data=OwnGaussians(centres=((0, 0),), deviations=((1, 1),), weights=(2,)))
    points = Experiment().changed(data=Points(source="moons.csv"))
    drawing = Experiment().changed(data=Raster())
    assert header(one, ring) == "3 Gaussians"
    assert header(other, one) == "mode weights 2 \N{MIDDLE DOT} 1 Gaussian"
    assert setting_titles(other, differences([one, other])) == ["mode weights", "data"]
    assert header(points, ring) == "100 points of moons.csv \N{MIDDLE DOT} smoothing 0.05"
    assert header(points, Experiment().changed(data=Points())) == "100 points of moons.csv"
    assert header(drawing, points) == "drawing of 64 x 64 cells \N{MIDDLE DOT} width 6"
    wider = drawing.with_value("data.width", 4.0)
    assert header(wider, drawing) == "width 4"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("conditional", "told the class"),
        ("classifier", "auxiliary classifier, weight 1"),
        ("information", "codes: 8 categories, 1 continuous, weight 1"),
        ("semi_supervised", "3 labels a class"),
        ("encoder", "encoder"),
        ("packing", "packs of 2"),
        ("unrolling", "5 critic steps ahead, size 0.1"),
        ("minibatch", "minibatch discrimination, 8 kernels of 4"),
        ("instance_noise", "instance noise 0.3 until step 1,500"),
        ("quadrature", "quadrature, 64 x 64 data, 21 x 21 latents"),
    ],
)
def test_an_addition_is_told_where_the_name_does_not_say_it(name: str, text: str) -> None:
    base = Experiment.of("ns").changed(label="Without")
    path = f"additions.{name}.on"
    one = base.with_value(path, True).changed(label="With")
    assert header(one, base) == text
    assert header(base, one) == ""
    named = base.with_value(path, True).changed(label="")
    assert header(named, base.changed(label="")) == ""
    addition = type(getattr(one.additions, name))
    assert setting_titles(one, [path]) == [addition.title.lower()]
    for key in addition.model_fields:
        assert setting_titles(one, [f"additions.{name}.{key}"])[0].startswith(addition.title.lower())


def test_an_additions_own_settings_are_told_beside_its_name() -> None:
    usual = EXPERIMENTS["infogan"]
    other = usual.with_value("additions.information.categories", 12)
    assert header(usual, other) == "codes: 8 categories, 1 continuous, weight 1"
    assert header(other, usual) == "codes: 12 categories, 1 continuous, weight 1"
    assert header(EXPERIMENTS["pacgan2"], EXPERIMENTS["pacgan4"]) == ""


def test_spectral_norm_is_told_with_its_gain() -> None:
    base = Experiment.of("ns").changed(label="Without")
    one = base.with_value("constraints.spectral_norm", True).changed(label="With")
    assert header(one, base) == "spectral norm, gain 10"
    assert header(base, one) == ""
    flat = one.with_value("constraints.spectral_gain", 2.0)
    assert header(flat, one) == "spectral gain 2"


def test_what_is_the_same_for_both_networks_is_told_once() -> None:
    slow = EXPERIMENTS["rasgan"]
    for network in ("generator", "critic"):
        slow = slow.with_value(f"{network}_optimiser.learning_rate", 5e-4)
    assert header(slow, EXPERIMENTS["ns"]) == "learning rates 5e-4"
    assert header(EXPERIMENTS["vae"], EXPERIMENTS["wgan_gp"]) == ""


@pytest.mark.parametrize(
    ("path", "message", "text"),
    [
        ("data.count", "data.count: too many", "Too many"),
        ("additions.information.on", "additions.packing.on: no single code", "Packing: no single code"),
        ("additions.packing.on", "additions.packing.on: no code; turn off information", "No code; turn off Codes"),
        ("data.count", "data.weights: 3 numbers", "data.weights: 3 numbers"),
        ("method", "something else", "something else"),
    ],
)
def test_refusals_say_what_does_not_go_with_it(path: str, message: str, text: str) -> None:
    assert refusal_text(path, message) == text
