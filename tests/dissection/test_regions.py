"""Boxes, masks, and which cells they are."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from ganstudio.dissection.regions import (
    Box,
    Brightness,
    NearColour,
    Painted,
    RegionError,
    cells_of,
    checked,
    coverage,
    masks_of,
    painted,
    samples_of,
    shares,
    upsampled,
)


def test_boxes_are_sorted_and_cut_at_the_edges():
    assert checked([(1, 20, 5, -3, 2.5)], 2, 8, 16) == (Box(1, 0.0, 2.5, 16.0, 5.0),)


@pytest.mark.parametrize(
    ("box", "message"),
    [
        ((0, 1, 1, 1, 4), "box 1: has no area"),
        ((0, 20, 1, 30, 4), "box 1: has no area on its picture of 16 x 8 pixels"),
        ((2, 0, 0, 1, 1), "box 1: there is no sample 2; they are counted from 0 to 1"),
        ((0.5, 0, 0, 1, 1), "there is no sample 0.5"),
        ((-1, 0, 0, 1, 1), "there is no sample -1"),
        ((0, 0, 0, 1), "five numbers"),
        ((0, 0, 0, 1, float("nan")), "five numbers"),
        ((0, 0, 0, 1, 10**400), "five numbers"),
        ((0, 0, 0, 1, "wide"), "five numbers"),
        (7, "five numbers"),
    ],
)
def test_boxes_that_are_none_are_refused_by_number(box, message):
    with pytest.raises(RegionError, match=message):
        checked([box], 2, 8, 16)


def test_coverage_is_the_share_of_each_pixel():
    covered = coverage([Box(0, 0.5, 0.0, 2.0, 1.0), Box(0, 1.0, 0.0, 2.0, 2.0)], 2, 3)
    np.testing.assert_allclose(covered, [[0.5, 1, 0], [0, 1, 0]])


def test_cells_inside_are_covered_by_half_and_outside_not_at_all():
    # Cells of 4 pixels: the box covers one whole, half of the next one to the right, a quarter of those below.
    inside, outside = cells_of([Box(0, 0, 0, 6, 5)], (16, 16), (4, 4))
    assert np.argwhere(inside).tolist() == [[0, 0], [0, 1]]
    assert (~outside).sum() == 4
    assert not outside[:2, :2].any()


def test_a_box_smaller_than_a_cell_has_the_cell_of_its_centre():
    inside, outside = cells_of([Box(0, 7, 7, 8, 8)], (16, 16), (2, 2))
    assert np.argwhere(inside).tolist() == [[0, 0]]
    assert outside.sum() == 3
    assert cells_of([Box(0, 15, 15, 16, 16)], (16, 16), (2, 2)).inside[1, 1]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_shares_keep_the_area(height, width, pixels, seed):
    covered = np.random.default_rng(seed).random((3, pixels, 7))
    found = shares(covered, height, width)
    assert found.shape == (3, height, width)
    np.testing.assert_allclose(found.mean((1, 2)), covered.mean((1, 2)))


@pytest.mark.parametrize(("height", "width"), [(8, 8), (7, 13), (3, 4), (2, 1)])
def test_upsampling_is_bilinear_as_in_pytorch(height, width):
    maps = np.random.default_rng(0).normal(size=(2, 3, 4))
    wanted = F.interpolate(torch.tensor(maps)[None], (height, width), mode="bilinear", align_corners=False)[0]
    np.testing.assert_allclose(upsampled(maps, height, width), wanted.numpy(), atol=1e-12)


def test_boxes_become_masks_of_their_pixels():
    region = painted([Box(3, 0, 0, 2, 1), Box(1, 0, 0, 1.4, 2), Box(3, 2, 1, 3, 2)], 2, 3)
    assert region.samples.tolist() == [3, 1]
    assert samples_of(region, 4).tolist() == [1, 3]
    masks = masks_of(region, np.array([1, 3]), np.zeros((2, 2, 3, 1), np.uint8))
    assert masks.astype(int).tolist() == [[[1, 0, 0], [1, 0, 0]], [[1, 1, 0], [0, 0, 1]]]


def test_brightness_and_colour_are_taken_from_the_pictures():
    pictures = np.array([[[[255, 0, 0], [0, 0, 0], [255, 255, 255]]]], np.uint8)
    samples = np.array([0])
    assert samples_of(Brightness(), 5).tolist() == [0, 1, 2, 3, 4]
    assert masks_of(Brightness(0.2, 0.4), samples, pictures).tolist() == [[[True, False, False]]]
    assert masks_of(Brightness(0.5, 1.0), samples, pictures).tolist() == [[[False, False, True]]]
    assert masks_of(NearColour((250, 5, 0), 8.0), samples, pictures).tolist() == [[[True, False, False]]]
    grey = np.array([[[[30], [200]]]], np.uint8)
    assert masks_of(Brightness(0.5, 1.0), samples, grey).tolist() == [[[False, True]]]


@pytest.mark.parametrize("samples", [[], [9], [-1], [1, 1]])
def test_marks_on_no_picture_are_refused(samples):
    region = Painted(np.array(samples, np.int64), np.ones((len(samples), 2, 2), bool))
    with pytest.raises(RegionError):
        samples_of(region, 4)
    with pytest.raises(RegionError, match="do not fit"):
        masks_of(Painted(np.array([0]), np.ones((1, 2, 2), bool)), np.array([0]), np.zeros((1, 3, 3, 1), np.uint8))
