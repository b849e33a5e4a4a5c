"""Units of a generator of which it is known who draws what, and edits with a brush."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from ganstudio.checkpoints.inputs import picked
from ganstudio.dissection import causes
from ganstudio.dissection import units as looking
from ganstudio.dissection.agreement import BINS
from ganstudio.dissection.causes import EFFECT_SAMPLES, effects
from ganstudio.dissection.changes import edited_samples, without
from ganstudio.dissection.edits import Edit
from ganstudio.dissection.regions import Box, Brightness, NearColour, RegionError, painted
from ganstudio.dissection.units import ranking, units
from ganstudio.dissection.work import finished, parts
from ganstudio.sheets.pixels import pixels

N = 60
FIRST, SECOND = 2, 5
PLANTED = {FIRST: 2, SECOND: 1}
"""As in conftest.py: the layers with maps, and the map of each that paints squares."""


@pytest.fixture(scope="module")
def given(generator):
    return generator.draw(N, 2)


@pytest.fixture(scope="module")
def region(given, squares):
    return painted(squares(given[0]), 16, 16)


@pytest.fixture(scope="module")
def found(generator, given, region):
    return finished(units(generator, given, SECOND, region, top=3))


@pytest.fixture
def thin_slices(monkeypatch):
    """Let work be done a few samples at a time."""
    thin = lambda n, each, numbers=0: (slice(start, min(start + 7, n)) for start in range(0, n, 7))  # noqa: E731
    monkeypatch.setattr(looking, "parts", thin)
    monkeypatch.setattr(causes, "parts", thin)


def test_top_samples_and_levels_are_those_of_all_maps_at_once(generator, given, found):
    maps = generator.features(SECOND, given)
    peaks = maps.max((2, 3))
    order = np.argsort(-peaks, axis=0, kind="stable")[:3].T
    np.testing.assert_array_equal(found.samples, order)
    np.testing.assert_allclose(found.peaks, np.take_along_axis(peaks.T, order, 1), rtol=1e-6)
    np.testing.assert_allclose(found.heat[1, 0], maps[order[1, 0], 1], rtol=1e-5)
    cells = maps.transpose(1, 0, 2, 3).reshape(5, -1)
    share = (cells > found.thresholds[:, None]).mean(1)
    assert (share <= 0.005).all()
    most = round(0.005 * cells.shape[1])
    np.testing.assert_allclose(found.thresholds, np.sort(cells, 1)[:, -most - 1], rtol=1e-6)


def test_the_same_is_found_a_few_samples_at_a_time(generator, given, region, found, thin_slices):
    again = finished(units(generator, given, SECOND, region, top=3))
    np.testing.assert_array_equal(again.samples, found.samples)
    for name in ("thresholds", "peaks", "heat", "levels", "agreement"):
        np.testing.assert_allclose(getattr(again, name), getattr(found, name), rtol=1e-4, atol=1e-6, err_msg=name)


def test_agreement_is_intersection_over_union_of_enlarged_maps(generator, given, region, found):
    maps = torch.tensor(generator.features(SECOND, picked(given, np.sort(region.samples))))
    masks = region.masks[np.argsort(region.samples)][:, None]
    on = (F.interpolate(maps, (16, 16), mode="bilinear") > torch.tensor(found.thresholds)[:, None, None]).numpy()
    wanted = (on & masks).sum((0, 2, 3)) / (on | masks).sum((0, 2, 3))
    np.testing.assert_allclose(found.agreement, wanted)


def test_the_most_informative_level_is_that_of_all_levels_tried(generator, given, region, found):
    """As scikit-learn computes it: mutual information over joint entropy, level after level."""
    from sklearn.metrics import mutual_info_score

    best = finished(units(generator, given, SECOND, region, quantile=None))
    maps = generator.features(SECOND, given)
    own = np.sort(region.samples)
    masks = region.masks[np.argsort(region.samples)]
    large = F.interpolate(torch.tensor(maps[own]), (16, 16), mode="bilinear").numpy()
    for unit in (0, PLANTED[SECOND]):
        lowest, highest = maps[:, unit].min(), maps[:, unit].max()
        qualities = []
        for level in lowest + np.arange(BINS) * (highest - lowest) / BINS:
            pairs = 2 * (large[:, unit] > level) + masks
            shares = np.bincount(pairs.ravel(), minlength=4) / pairs.size
            entropy = -(shares[shares > 0] * np.log(shares[shares > 0])).sum()
            qualities.append(mutual_info_score((large[:, unit] > level).ravel(), masks.ravel()) / entropy)
        assert best.thresholds[unit] == pytest.approx(
            lowest + np.argmax(qualities) * (highest - lowest) / BINS, rel=1e-5
        )
        on = large[:, unit] > best.thresholds[unit]
        assert best.agreement[unit] == pytest.approx((on & masks).sum() / (on | masks).sum(), abs=2e-3)
    assert best.agreement[PLANTED[SECOND]] > 0.6 > found.agreement[PLANTED[SECOND]]
    np.testing.assert_array_equal(best.levels, found.levels)
    alone = finished(units(generator, given, SECOND, quantile=None))
    np.testing.assert_array_equal(alone.thresholds, found.thresholds)


def test_a_unit_that_is_always_the_same_agrees_with_nothing(generator, given, region):
    dead = np.flatnonzero(generator.features(SECOND, given).max((0, 2, 3)) == 0)
    for quantile in (None, 0.005):
        assert not finished(units(generator, given, SECOND, region, quantile=quantile)).agreement[dead].any()


def test_the_unit_that_paints_squares_agrees_most_and_causes_most(generator, given, region):
    agreement = finished(units(generator, given, SECOND, region, quantile=0.03)).agreement
    assert agreement.argmax() == PLANTED[SECOND]
    assert agreement[PLANTED[SECOND]] > 0.3
    for layer in (FIRST, SECOND):
        for concept in (region, Brightness(0.6, 1.0)):
            caused = finished(effects(generator, given, concept, layer))
            assert ranking(caused)[0] == PLANTED[layer]


def drawn_with(generator, given, samples, unit, cells, level):
    """Return pictures in which a unit was set by the brush."""
    edit = Edit(SECOND, (unit,), cells, (float(level),))
    return edited_samples(generator, picked(given, samples), [edit])


def test_an_effect_on_a_brightness_is_how_much_more_of_it_is_seen_with_the_unit_than_without(generator, given):
    bright = Brightness(0.6, 1.0)
    levels = finished(units(generator, given, SECOND, bright)).levels
    caused = finished(effects(generator, given, bright, SECOND))
    everywhere, first = np.ones((8, 8), bool), np.arange(EFFECT_SAMPLES)
    for unit in range(5):
        inserted, ablated = (
            (pixels(drawn_with(generator, given, first, unit, everywhere, level)) / 255.0 >= 0.6 - 1e-9).mean()
            for level in (levels[unit], 0.0)
        )
        assert caused[unit] == pytest.approx(inserted - ablated, abs=1e-12)
    assert caused[PLANTED[SECOND]] > 0.2


def test_an_effect_on_what_was_drawn_is_how_much_the_marked_pixels_differ(generator, given, region, found):
    order = np.argsort(region.samples)[:EFFECT_SAMPLES]
    samples, masks = region.samples[order], region.masks[order]
    cells = masks.reshape(-1, 8, 2, 8, 2).mean((2, 4)) >= 0.5
    inserted, ablated = (
        drawn_with(generator, given, samples, 3, cells, level) for level in (float(found.levels[3]), 0.0)
    )
    wanted = (np.abs(inserted - ablated)[:, 0] / 2)[masks].mean()
    np.testing.assert_allclose(finished(effects(generator, given, region, SECOND, (3,))), [wanted], rtol=1e-5)


def test_effects_are_the_same_a_few_units_at_a_time(generator, given, region, monkeypatch):
    wanted = finished(effects(generator, given, region, SECOND))
    monkeypatch.setattr(causes, "parts", lambda n, *_: (slice(at, min(at + 2, n)) for at in range(0, n, 2)))
    told = []
    np.testing.assert_allclose(finished(effects(generator, given, region, SECOND), told.append), wanted, rtol=1e-6)
    done = [progress.done for progress in told]
    assert done == sorted(done)
    assert len({progress.total for progress in told}) == 1
    assert done[-1] <= told[-1].total


def test_a_mark_smaller_than_a_cell_is_the_cell_that_it_touches_most(generator, given):
    small = painted([Box(0, 8, 8, 9, 9)], 16, 16)
    caused = finished(effects(generator, given, small, SECOND))
    assert caused[PLANTED[SECOND]] > 0.2
    level = finished(units(generator, given, SECOND, small)).levels[PLANTED[SECOND]]
    assert level == generator.features(SECOND, given)[0, PLANTED[SECOND], 4, 4]


def test_levels_are_means_over_the_region_or_of_the_strongest_cells(generator, given, region, found):
    maps = generator.features(SECOND, picked(given, np.sort(region.samples)))
    covered = region.masks[np.argsort(region.samples)].reshape(-1, 8, 2, 8, 2).mean((2, 4))
    wanted = (maps * covered[:, None]).sum((0, 2, 3)) / covered.sum()
    np.testing.assert_allclose(found.levels, wanted, rtol=1e-5)
    nowhere = finished(units(generator, given, SECOND, NearColour((255, 0, 0), 1.0)))
    np.testing.assert_array_equal(nowhere.levels, finished(units(generator, given, SECOND)).levels)
    alone = finished(units(generator, given, SECOND))
    assert alone.agreement is None
    every = generator.features(SECOND, given).transpose(1, 0, 2, 3).reshape(5, -1)
    for unit in range(5):
        on = every[unit][every[unit] > alone.thresholds[unit]]
        assert alone.levels[unit] == pytest.approx(on.mean() if len(on) else 0.0, rel=1e-5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"layer": 1}, "no feature maps"), ({"quantile": 1.0}, "quantile 1"), ({"n": 0}, "0 samples: 1 to")],
)
def test_what_cannot_be_looked_at_says_why(generator, arguments, message):
    with pytest.raises(ValueError, match=message):
        finished(units(generator, generator.draw(arguments.pop("n", 3), 0), **arguments))


def test_regions_and_units_that_there_are_not_are_refused(generator, given, region):
    with pytest.raises(RegionError, match="nothing is marked"):
        finished(units(generator, given, SECOND, painted([], 16, 16)))
    with pytest.raises(ValueError, match="has units 0 to 4"):
        finished(effects(generator, given, region, SECOND, (5,)))
    with pytest.raises(RegionError, match="no pixel of these pictures"):
        finished(effects(generator, given, NearColour((255, 0, 0), 1.0), SECOND))


# ---- the brush -----------------------------------------------------------------------------------------


def test_a_stroke_ablates_where_it_is_and_nowhere_else(generator, given):
    cells = np.zeros((8, 8), bool)
    cells[2:4, 2:4] = True
    before = generator.sample(given)
    after = edited_samples(generator, given, [Edit(SECOND, (1,), cells)])
    changed = (before != after).any((0, 1))
    assert changed[4:8, 4:8].all()
    assert not changed[:3].any()
    assert not changed[9:].any()
    everywhere = edited_samples(generator, given, [Edit(SECOND, (1, 3), np.ones((8, 8), bool))])
    np.testing.assert_array_equal(everywhere, generator.sample(given, without(((SECOND, (1, 3)),))))


def test_a_unit_is_inserted_with_its_level(generator, given, found):
    cells = np.zeros((8, 8), bool)
    cells[0:2, 0:2] = True
    unit = PLANTED[SECOND]
    before = generator.sample(given)
    after = edited_samples(generator, given, [Edit(SECOND, (unit,), cells, (float(found.levels[unit]),))])
    assert (after - before)[:, 0, :4, :4].min() > 0.5
    np.testing.assert_array_equal(after[:, :, 4:, 4:], before[:, :, 4:, 4:])


def test_cells_may_differ_from_sample_to_sample_and_later_strokes_lie_on_earlier_ones(generator):
    given = generator.draw(3, 0)
    cells = np.zeros((3, 8, 8), bool)
    cells[1] = True
    after = edited_samples(generator, given, [Edit(SECOND, (1,), cells, (2.0,)), Edit(SECOND, (1,), cells[1])])
    np.testing.assert_array_equal(after, generator.sample(given, without(((SECOND, (1,)),))))
    only = edited_samples(generator, given, [Edit(SECOND, (1,), cells, (2.0,))])
    np.testing.assert_array_equal(only[[0, 2]], generator.sample(given)[[0, 2]])
    assert (only[1] != generator.sample(given)[1]).any()
    np.testing.assert_array_equal(edited_samples(generator, given, []), generator.sample(given))
    removed = edited_samples(generator, given, [Edit(SECOND, (1,), cells, (2.0,))], ((SECOND, (1,)),))
    np.testing.assert_array_equal(removed, after)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (Edit(0, (0,), np.ones((1, 1), bool)), None),
        (Edit(99, (0,), np.ones((8, 8), bool)), "layer 99 has no feature maps"),
        (Edit(SECOND, (5,), np.ones((8, 8), bool)), "has units 0 to 4"),
        (Edit(SECOND, (0,), np.ones((8, 4), bool)), r"a grid of 8 x 8"),
        (Edit(SECOND, (0,), np.ones((2, 8, 8), bool)), "cells for 2 samples; there are 3"),
        (Edit(SECOND, (0, 1), np.ones((8, 8), bool), (1.0,)), "2 units need as many finite levels"),
        (Edit(SECOND, (0,), np.ones((8, 8), bool), (float("nan"),)), "finite levels"),
    ],
)
def test_edits_that_do_not_fit_say_why(generator, edit, message):
    given = generator.draw(3, 0)
    if message is None:
        edited_samples(generator, given, [edit])
        return
    with pytest.raises(ValueError, match=message):
        edited_samples(generator, given, [edit])


def test_parts_are_whole_and_one_sample_at_least():
    assert list(parts(3, 1e12)) == [slice(0, 1), slice(1, 2), slice(2, 3)]
    assert list(parts(3, 1.0)) == [slice(0, 3)]
    assert list(parts(0, 1.0)) == []
