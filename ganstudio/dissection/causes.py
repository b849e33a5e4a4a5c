"""What units cause, after Bau et al. (GAN Dissection, 2019, section 3.2): a picture with a unit, and without it.

The average causal effect of a unit on a concept is E[s(x_i)] - E[s(x_a)], over latents and places P: s(x) is how much
of the concept is seen in x at P, x_i the picture with the unit inserted at P, that is set to its mean over the concept
(`ganstudio.dissection.units.ConditionalMeans`), and x_a the one with the unit ablated at P, that is set to 0. For a
brightness or a colour, s is the share of such pixels and P everywhere. What was drawn by hand nobody has drawn on x_i
and x_a; there P are the marked cells, and the effect is by how much the marked pixels of the two differ.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ganstudio.checkpoints.generator import Generator
from ganstudio.checkpoints.inputs import Given, count
from ganstudio.dissection.feature_layers import FeatureLayer, feature_layer
from ganstudio.dissection.regions import INSIDE, Painted, Region, RegionError, masks_of, samples_of, shares
from ganstudio.dissection.units import ConditionalMeans, with_masks
from ganstudio.dissection.work import Progress, Work, cost, parts
from ganstudio.sheets.pixels import pixels

__all__ = ["EFFECT_SAMPLES", "effects"]

EFFECT_SAMPLES: Final = 16
"""Samples on which effects are measured, the first ones that the region says something about."""

Float32 = NDArray[np.float32]
Float = NDArray[np.float64]
Mask = NDArray[np.bool_]


def effects(
    generator: Generator, given: Given, region: Region, layer: int | None = None, chosen: Sequence[int] | None = None
) -> Work[Float]:
    """Return how much each unit causes of what is in a region.

    For a brightness or a colour from -1 to 1: negative if inserting the unit drives such pixels away. For what was
    painted from 0 to 1, on the scale from black 0 to white 1. Levels are taken from all samples that the region says
    something about, effects from the first `EFFECT_SAMPLES` of them.

    Parameters
    ----------
    given
        Inputs of the samples.
    layer
        Index of one of `feature_layers`; None is the proposed one.
    chosen
        Units to try; None is all of them.

    Returns
    -------
    array (len(chosen),)

    Raises
    ------
    FeatureLayerError, RegionError
        If there is no such layer, or the region is none, or no pixel of the samples is in it.
    ValueError
        If there is no such unit.
    """
    place = feature_layer(generator.architecture, layer)
    tried = np.arange(place.maps) if chosen is None else np.asarray(chosen, np.int64)
    if ((tried < 0) | (tried >= place.maps)).any():
        raise ValueError(f"layer {place.index} has units 0 to {place.maps - 1}")
    known = samples_of(region, count(given))
    samples = known[:EFFECT_SAMPLES]
    total = len(known) + len(samples) * len(tried)
    levels = yield from _levels(generator, given, place, region, known, total)
    alive = np.flatnonzero(levels[tried])  # the others are inserted with 0: both pictures are the same
    sums, weight = np.zeros(len(tried)), 0.0
    behind = 2 * cost(generator.architecture, place.index + 1)
    numbers = 4 * math.prod(generator.architecture.output) + 4 * place.maps * place.height * place.width
    for done, sample in enumerate(samples):
        features, masks = with_masks(generator, given, place, region, samples[done : done + 1])
        where = _places(masks[0], place) if isinstance(region, Painted) else np.ones((place.height, place.width), bool)
        weight += float(masks.sum()) if isinstance(region, Painted) else 1.0
        for part in parts(len(alive), behind, numbers):
            now = tried[alive[part]]
            inserted = generator.from_layer(place.index, _set(features, now, where, levels[now]))
            ablated = generator.from_layer(place.index, _set(features, now, where, np.zeros(len(now), np.float32)))
            sums[alive[part]] += _difference(generator, region, int(sample), masks, inserted, ablated)
            yield Progress(len(known) + done * len(tried) + int(alive[part][-1]) + 1, total)
    return sums / max(weight, 1.0)


def _levels(
    generator: Generator, given: Given, place: FeatureLayer, region: Region, samples: NDArray[np.int64], total: int
) -> Work[Float32]:
    """Return the mean of each unit of the layer over the region."""
    means = ConditionalMeans(place)
    for part in parts(len(samples), cost(generator.architecture), 3 * place.maps * place.height * place.width):
        means.take(*with_masks(generator, given, place, region, samples[part]))
        yield Progress(part.stop, total)
    found: Float32 = means.found().float().numpy()
    if np.isnan(found).all():
        raise RegionError("no pixel of these pictures is in the region")
    return found


def _places(mask: Mask, place: FeatureLayer) -> Mask:
    """Return the cells (height, width) that a mask covers at least half, or as far as any if there are none."""
    covered = shares(mask, place.height, place.width)
    cells: Mask = covered >= min(INSIDE, covered.max())
    return cells & (covered > 0)


def _set(features: Float32, units: NDArray[np.int64], where: Mask, levels: Float32) -> Float32:
    """Return a sample's maps (1, maps, h, w) for each of some units (n, ...), which is at its level in some cells."""
    changed = features.repeat(len(units), axis=0)
    own = np.arange(len(units))
    changed[own, units] = np.where(where, levels[:, None, None], changed[own, units])
    return changed


def _difference(
    generator: Generator, region: Region, sample: int, masks: Mask, inserted: Float32, ablated: Float32
) -> Float:
    """Return by how much several pairs of a sample's pictures differ in a region, summed over pixels if painted."""
    low, high = generator.architecture.output_range
    if isinstance(region, Painted):
        change = np.abs(inserted - ablated).mean(axis=1, dtype=np.float64) / (high - low)
        summed: Float = (change * masks).sum(axis=(1, 2))
        return summed
    samples = np.full(len(inserted), sample)
    with_it, without = (
        masks_of(region, samples, pixels(drawn, (low, high))).mean(axis=(1, 2)) for drawn in (inserted, ablated)
    )
    seen: Float = with_it - without
    return seen
