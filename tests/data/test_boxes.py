"""Checkerboard and parallel lines: exact by counting."""

from __future__ import annotations

import numpy as np
import pytest

from ganstudio.data.checkerboard import Checkerboard
from ganstudio.data.parallel_lines import ParallelLines


def test_checkerboard_s_squares() -> None:
    # Eight dark unit squares; lower left is dark, its neighbours are not.
    points = [[-1.5, -1.5], [-0.5, -1.5], [-1.5, -0.5], [-0.5, -0.5], [1.5, 1.5], [1.5, 0.5], [2.5, 1.5]]
    np.testing.assert_allclose(Checkerboard().density(points), [1 / 8, 0, 0, 1 / 8, 1 / 8, 0, 0])


def test_an_odd_board_has_one_dark_square_more() -> None:
    board = Checkerboard(squares=3, width=3.0)
    assert float(board.density([0.0, 0.0])) == pytest.approx(1 / 5)
    edges = np.linspace(-1.5, 1.5, 4)
    np.testing.assert_allclose(board.cell_masses(edges, edges), np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]]) / 5)


def test_lines_without_thickness_have_no_density_but_masses() -> None:
    lines = ParallelLines(theta=1.0, thickness=0.0)
    assert lines.density([0.0, 0.5]) is None
    # A line on an edge belongs to the cell to its right, as searchsorted and samples have it.
    masses = lines.cell_masses(np.array([-1.0, 0.0, 1e-6, 1.0, 2.0]), np.array([0.0, 0.25, 1.0]))
    np.testing.assert_allclose(masses, [[0, 0.125, 0, 0.125], [0, 0.375, 0, 0.375]])


def test_at_distance_zero_there_is_one_line() -> None:
    samples = ParallelLines(theta=0.0, thickness=0.0).sample(1000, np.random.default_rng(0))
    assert (samples[:, 0] == 0.0).all()
    assert 0.0 <= samples[:, 1].min() < 0.01
    assert 0.99 < samples[:, 1].max() <= 1.0
    assert float(ParallelLines(theta=0.0).density([0.0, 0.5])) == pytest.approx(10.0)


def test_overlapping_lines_add_up() -> None:
    # Two lines of width 0.1, 0.05 apart: half the density of each, twice where they overlap.
    lines = ParallelLines(theta=0.05, thickness=0.1)
    np.testing.assert_allclose(lines.density([[-0.03, 0.5], [0.025, 0.5], [0.08, 0.5], [0.2, 0.5]]), [5, 10, 5, 0])
