"""Thick curves against their textbook formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ganstudio.data.circle import Circle
from ganstudio.data.line import Line
from ganstudio.data.moons import TwoMoons
from ganstudio.data.spirals import Spirals
from ganstudio.data.swiss_roll import SwissRoll

RNG = np.random.default_rng(2)
UNIFORM, NORMAL = RNG.random((500, 2)), RNG.standard_normal((500, 2))


def test_swiss_roll_is_scikit_learn_s() -> None:
    # make_swiss_roll: t = 1.5 pi (1 + 2 u); x = t cos t, z = t sin t; plus noise times a normal number.
    t = 1.5 * np.pi * (1 + 2 * UNIFORM[:, 0])
    x = t * np.cos(t) + 0.25 * NORMAL[:, 0]
    z = t * np.sin(t) + 0.25 * NORMAL[:, 1]
    np.testing.assert_allclose(SwissRoll().push(UNIFORM, NORMAL), np.stack([x, z], axis=1) / 7.5)


def test_two_moons_are_scikit_learn_s() -> None:
    # make_moons: (cos t, sin t) and (1 - cos t, 1/2 - sin t), here about its centre (1/2, 1/4) and 1.5 times as large.
    t, upper = np.pi * UNIFORM[:, 0], UNIFORM[:, 1] < 0.5
    x, y = np.where(upper, np.cos(t), 1 - np.cos(t)), np.where(upper, np.sin(t), 0.5 - np.sin(t))
    expected = 1.5 * np.stack([x - 0.5, y - 0.25], axis=1) + 0.1 * NORMAL
    np.testing.assert_allclose(TwoMoons().push(UNIFORM, NORMAL), expected, atol=1e-12)


def test_line_is_gan_lab_s() -> None:
    # (.8 - .75 r, .6 + .3 r), five times as large: 4.04 long, towards 158.2 degrees, noise .05.
    start, end = Line().push(np.array([[0.0, 0.0], [1.0, 0.0]]), np.zeros((2, 2)))
    np.testing.assert_allclose(end - start, [-3.75, 1.5], atol=0.05)
    np.testing.assert_allclose(start + end, 0.0, atol=1e-12)
    assert Line().deviation() == 5 * 0.01


def test_spiral_arms_end_on_the_circle_at_even_angles() -> None:
    spirals = Spirals(arms=3, turns=0.5, radius=2.0)
    ends = spirals.push(np.array([[1.0, 0.1], [1.0, 0.5], [1.0, 0.9]]), np.zeros((3, 2)))
    angles = np.pi + 2 * np.pi * np.arange(3) / 3
    np.testing.assert_allclose(ends, 2 * np.stack([np.cos(angles), np.sin(angles)], axis=1), atol=1e-12)


def test_spirals_are_even_along_their_length() -> None:
    t = np.linspace(0, 1, 1001)
    points = Spirals().push(np.stack([t, 0 * t], axis=1), np.zeros((1001, 2)))
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    assert steps.max() / steps.min() < 1.5


@pytest.mark.parametrize("thickness", [0.05, 0.1, 0.3])
def test_circle_s_density_has_a_closed_form(thickness: float) -> None:
    # Over all directions, Gaussians average to exp(-(r^2 + R^2) / 2 s^2) I0(r R / s^2) / (2 pi s^2).
    radius, variance = 1.0, thickness**2
    r = np.linspace(0.0, 1.0 + 5 * thickness, 60)
    scaled = np.exp(-(r**2 + radius**2) / (2 * variance)) * np.i0(r * radius / variance)
    points = np.stack([r * np.cos(0.7), r * np.sin(0.7)], axis=1)
    density = Circle(radius=radius, thickness=thickness).density(points)
    np.testing.assert_allclose(density, scaled / (2 * np.pi * variance), atol=1e-8 * density.max())


def test_line_s_density_has_a_closed_form() -> None:
    along, across, sd = np.linspace(-2.5, 2.5, 41), 0.08, 0.1
    cdf = [(math.erf((2 - a) / sd / math.sqrt(2)) - math.erf((-2 - a) / sd / math.sqrt(2))) / 2 for a in along]
    expected = np.array(cdf) / 4 * math.exp(-0.5 * (across / sd) ** 2) / (sd * math.sqrt(2 * math.pi))
    density = Line(angle=0.0, thickness=sd).density(np.stack([along, np.full(41, across)], axis=1))
    np.testing.assert_allclose(density, expected, atol=1e-9)


def test_density_takes_a_single_point_and_any_shape() -> None:
    points = RNG.standard_normal((2, 3, 2))
    density = SwissRoll().density(points)
    assert density.shape == (2, 3)
    assert SwissRoll().density(points[1, 2]).shape == ()
    assert float(SwissRoll().density(points[1, 2])) == pytest.approx(density[1, 2])
