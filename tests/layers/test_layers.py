"""Layers over the plane: what they ask of a run and what they make of the answer, without a window."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ganstudio.data import DISTRIBUTIONS
from ganstudio.experiment import Experiment
from ganstudio.layers import LAYERS, Scene
from ganstudio.layers.base import nodes
from ganstudio.layers.manifold import latent_grid
from ganstudio.layers.marks import Arrows, Lines, Mesh, Surface
from ganstudio.messages import View
from ganstudio.methods import METHODS
from ganstudio.metrics.density import blurred_density, kernel_density
from ganstudio.training import Trainer
from ganstudio.training.glance import Glance

WINDOW = (-3.0, 3.0, -3.0, 3.0)


def glance_at(trainer: Trainer) -> Glance:
    view = View("run", window=WINDOW, resolution=12)
    return Glance(trainer, view, lambda count, length: np.zeros((trainer.experiment.runs, 3, count, 2), np.float32))


def marks_of(name: str, trainer: Trainer, run: int = 0) -> Any:
    values = {key: value[run] for key, value in LAYERS[name].probe(glance_at(trainer)).items()}
    return LAYERS[name].draw(values, Scene(trainer.experiment, WINDOW))


@pytest.mark.parametrize("method", METHODS)
def test_every_layer_suits_every_method_or_says_why_not(method: str) -> None:
    trainer = Trainer(Experiment.of(method))
    for name, layer in LAYERS.items():
        if not layer.lacks(trainer.experiment):
            assert marks_of(name, trainer)
        else:
            assert layer.lacks(trainer.experiment).endswith(".")


def test_arrows_are_the_critics_gradient() -> None:
    trainer = Trainer(Experiment.of("wgan_gp", runs=2))
    trainer.train(5)
    points = np.random.default_rng(0).uniform(-2, 2, (50, 2))
    slopes, step = trainer.slopes(points), 1e-2
    for axis in (0, 1):
        shift = np.eye(2)[axis] * step
        numeric = (trainer.scores(points + shift) - trainer.scores(points - shift)) / (2 * step)
        # A few points are too near to a kink of a ReLU.
        assert np.median(np.abs(slopes[..., axis] - numeric)) < 1e-3
    (arrows,) = marks_of("arrows", trainer, run=1)
    assert isinstance(arrows, Arrows)
    assert np.hypot(*arrows.vectors.T).max() == pytest.approx(0.09 * 6.0)
    assert "|\u2207T| =" in arrows.caption


def test_the_optimal_discriminator_of_a_perfect_generator_is_one_half() -> None:
    data = DISTRIBUTIONS["grid9"]()  # type: ignore[call-arg]

    class Perfect:
        experiment = Experiment.of("ns").with_value("data.name", "grid9")
        window = WINDOW
        resolution = 32

        def samples(self, count: int) -> Any:
            return data.sample(count, np.random.default_rng(1))[None]

    shares = LAYERS["optimal"].probe(Perfect())["shares"]  # type: ignore[arg-type]
    known = shares[np.isfinite(shares)]
    assert known.size > 100
    assert abs(np.median(known) - 0.5) < 0.03
    p = blurred_density(data, WINDOW, 32, 0.18)
    assert np.abs(shares[0] - 0.5)[p > 0.3 * p.max()].max() < 0.1


def test_kernel_densities_are_those_of_the_blurred_data() -> None:
    data = DISTRIBUTIONS["ring"]()  # type: ignore[call-arg]
    exact = blurred_density(data, WINDOW, 24, 0.2)
    estimate = kernel_density(data.sample(10_000, np.random.default_rng(0)), WINDOW, 24, 0.2)
    assert np.abs(exact - estimate).max() < 0.08 * exact.max()
    cell = (6.0 / 23) ** 2
    assert exact.sum() * cell == pytest.approx(1.0, abs=0.02)


def test_lost_samples_count_as_being_nowhere() -> None:
    points = np.array([[0.0, 0.0], [np.nan, 1.0]])
    whole = kernel_density(points[:1], WINDOW, 8, 0.5)
    assert kernel_density(points, WINDOW, 8, 0.5) == pytest.approx(whole / 2)


def test_the_difference_vanishes_for_the_best_critic() -> None:
    experiment = Experiment.of("ns")
    shares = np.linspace(0.05, 0.95, 144).reshape(12, 12)
    best = np.log(shares / (1 - shares))
    (surface,) = LAYERS["difference"].draw(
        {"trained": best, "best": best, "strength": np.ones_like(best)}, Scene(experiment, WINDOW)
    )
    assert isinstance(surface, Surface)
    assert np.abs(surface.values).max() < 1e-12
    assert surface.title == "\u03c3(T) \u2212 \u03c3(T*)"


@pytest.mark.parametrize(("dimensions", "rows"), [(1, 1), (2, 17), (5, 17)])
@pytest.mark.parametrize("distribution", ["normal", "uniform"])
def test_the_manifold_is_where_the_latents_go(dimensions: int, rows: int, distribution: str) -> None:
    noise = {"dimensions": dimensions, "distribution": distribution}
    trainer = Trainer(Experiment.read({"noise": noise, "runs": 2}))
    (mesh,) = marks_of("manifold", trainer, run=1)
    assert isinstance(mesh, Mesh)
    grid = latent_grid(trainer.experiment.noise)
    assert mesh.vertices.shape[:2] == grid.shape[:2] == mesh.home.shape[:2]
    assert len(mesh.vertices) == rows
    node = trainer.generated(grid[-1, 5][None])[1, 0]
    assert mesh.vertices[-1, 5] == pytest.approx(node, abs=1e-5)
    assert mesh.shades.min() >= 0
    assert mesh.shades.max() <= 1


def test_trails_end_where_the_samples_are() -> None:
    trainer = Trainer(Experiment.of("ns"))
    (lines,) = marks_of("trails", trainer)
    assert isinstance(lines, Lines)
    assert lines.points.shape == (24, 4, 2)
    assert np.allclose(lines.points[:, -1], trainer.samples(24)[0])


def test_nodes_include_the_edges_and_begin_at_the_bottom() -> None:
    grid = nodes((0.0, 2.0, 10.0, 12.0), 3)
    assert grid[[0, 1, 3, -1]].tolist() == [[0, 10], [1, 10], [0, 11], [2, 12]]
