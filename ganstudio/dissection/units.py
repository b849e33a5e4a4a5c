"""Units one by one, after Bau et al. (GAN Dissection, 2019): where each is strong, what it agrees with, what it causes.

A unit is one feature map of a layer. It is on where it exceeds the level that only a share of `QUANTILE` of all its
cells in all samples exceeds. Agreement is the intersection over the union of these places, enlarged to pixels, with a
region, summed over samples before they are divided. The causal effect is what changes in the region's pixels, or in
how many there are, when the unit is zeroed everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from ganstudio.checkpoints.generator import Generator
from ganstudio.checkpoints.inputs import Given, count, picked
from ganstudio.dissection.feature_layers import FeatureLayer, feature_layer
from ganstudio.dissection.regions import INSIDE, Painted, Region, masks_of, samples_of, shares
from ganstudio.dissection.work import PER_NUMBER, Progress, Work, cost, parts
from ganstudio.sheets.pixels import pixels

__all__ = ["MOST_CELLS", "QUANTILE", "TOP", "Units", "effects", "ranking", "units"]

QUANTILE: Final = 0.005
TOP: Final = 8
MOST_CELLS: Final = 2**22
"""Cells of all samples together: the largest ones of each unit are kept to find its level exactly."""
EFFECT_SAMPLES: Final = 16
"""Samples on which effects are measured, the first ones that the region says something about."""

Float32 = NDArray[np.float32]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Units:
    """What a layer's units respond to.

    Attributes
    ----------
    layer
        Of which.
    thresholds : array (maps,), float32
        A unit is on where it is greater.
    peaks : array (maps, top), float32
        Its largest activation in each of its top samples, descending.
    samples : array (maps, top), int64
        Numbers of these samples.
    heat : array (maps, top, height, width), float32
        The unit's map in each of them, in cells; `ganstudio.dissection.regions.upsampled` makes pixels of them.
    levels : array (maps,), float32
        What to insert the unit with: its mean over the cells of which the region covers at least half; without a
        region, or where there is no such cell, its mean where it is on, or 0 if it never is.
    agreement : array (maps,), float64, or None
        Intersection over union with the region, 0 to 1; None without a region.
    """

    layer: FeatureLayer
    thresholds: Float32
    peaks: Float32
    samples: NDArray[np.int64]
    heat: Float32
    levels: Float32
    agreement: Float | None


def units(
    generator: Generator,
    given: Given,
    layer: int | None = None,
    region: Region | None = None,
    top: int = TOP,
    quantile: float = QUANTILE,
) -> Work[Units]:
    """Look at all units of a layer. Memory does not grow with the samples but for the largest `quantile` of cells.

    Parameters
    ----------
    given
        Inputs of the samples.
    layer
        Index of one of `feature_layers`; None is the proposed one.
    region
        What agreement and levels are taken with.
    top
        Samples to show of each unit, fewer if there are fewer.
    quantile
        Share of a unit's cells in which it is on.

    Raises
    ------
    FeatureLayerError, RegionError
        If there is no such layer, or the region is none.
    ValueError
        If there are no samples, or too many.
    """
    place = feature_layer(generator.architecture, layer)
    n = count(given)
    most = MOST_CELLS // (place.height * place.width)
    if not 1 <= n <= most:
        raise ValueError(f"{n:,} samples: 1 to {most:,} are looked at in this layer")
    if not 0.0 < quantile < 1.0:
        raise ValueError(f"quantile {quantile:g}: is a share between 0 and 1")
    looked_at = samples_of(region, n) if region is not None else np.arange(0)
    total = n + (2 * len(looked_at) if region is not None else 0)
    strongest = _Strongest(place, n, max(1, min(top, n)), quantile)
    each = cost(generator.architecture, last=place.index + 1)
    for part in parts(n, each, 2 * place.maps * place.height * place.width):
        strongest.take(generator.features(place.index, picked(given, np.arange(n)[part])), part.start)
        yield Progress(part.stop, total)
    thresholds, levels = strongest.levels()
    agreement = None
    if region is not None:
        means = yield from _means_in(generator, given, place, region, looked_at, Progress(n, total))
        levels = torch.where(means.isnan(), levels, means)
        done = Progress(n + len(looked_at), total)
        agreement = yield from _agreement(generator, given, place, region, looked_at, thresholds, done)
    return Units(
        place,
        thresholds.numpy(),
        strongest.peaks.numpy(),
        strongest.samples.numpy(),
        strongest.heat.numpy(),
        levels.float().numpy(),
        agreement,
    )


class _Strongest:
    """The largest cells, and the samples with the largest ones, of each unit so far."""

    def __init__(self, place: FeatureLayer, n: int, top: int, quantile: float) -> None:
        self._kept = 1 + max(1, round(quantile * n * place.height * place.width))
        self._top = top
        self._largest = torch.empty(place.maps, 0)
        self.peaks = torch.empty(place.maps, 0)
        self.samples = torch.empty(place.maps, 0, dtype=torch.int64)
        self.heat = torch.empty(place.maps, 0, place.height, place.width)

    def take(self, features: Float32, first: int) -> None:
        """Take the maps (n, maps, height, width) of the samples from `first` on."""
        maps = torch.from_numpy(features).transpose(0, 1)
        largest = torch.cat([self._largest, maps.flatten(1)], dim=1)
        self._largest = largest.topk(min(self._kept, largest.shape[1]), dim=1).values
        peaks = torch.cat([self.peaks, maps.amax((2, 3))], dim=1)
        # Stable, so that of equal samples the first ones stay: dead units would show any others.
        self.peaks, order = peaks.sort(dim=1, descending=True, stable=True)
        self.peaks, order = self.peaks[:, : self._top].contiguous(), order[:, : self._top]
        numbers = torch.arange(first, first + maps.shape[1]).expand(len(maps), -1)
        self.samples = torch.cat([self.samples, numbers], dim=1).gather(1, order)
        where = order[:, :, None, None].expand(-1, -1, *maps.shape[2:])
        self.heat = torch.cat([self.heat, maps], dim=1).gather(1, where)

    def levels(self) -> tuple[Tensor, Tensor]:
        """Return each unit's threshold, and its mean where it is greater."""
        thresholds = self._largest[:, -1]
        on = self._largest > thresholds[:, None]
        means = (self._largest * on).sum(1) / on.sum(1).clamp(min=1)
        return thresholds.clone(), means


def _means_in(
    generator: Generator, given: Given, place: FeatureLayer, region: Region, samples: NDArray[np.int64], done: Progress
) -> Work[Tensor]:
    """Return each unit's mean over the region's cells; NaN if there are none."""
    total, cells = np.zeros(place.maps), 0
    for part in parts(len(samples), cost(generator.architecture), place.maps * place.height * place.width):
        features, masks = _with_masks(generator, given, place, region, samples[part])
        inside = shares(masks, place.height, place.width) >= INSIDE
        total += features.transpose(1, 0, 2, 3)[:, inside].sum(axis=1, dtype=np.float64)
        cells += int(inside.sum())
        yield Progress(done.done + part.stop, done.total)
    return torch.from_numpy(total / cells if cells else np.full(place.maps, np.nan))


def _agreement(
    generator: Generator,
    given: Given,
    place: FeatureLayer,
    region: Region,
    samples: NDArray[np.int64],
    thresholds: Tensor,
    done: Progress,
) -> Work[Float]:
    """Return each unit's intersection over union with the region."""
    _, height, width = generator.architecture.output
    both, either = torch.zeros(2, place.maps, dtype=torch.float64)
    numbers = place.maps * height * width
    each = cost(generator.architecture) + PER_NUMBER * numbers
    for part in parts(len(samples), each, 3 * numbers):
        features, masks = _with_masks(generator, given, place, region, samples[part])
        maps = F.interpolate(torch.from_numpy(features), (height, width), mode="bilinear", align_corners=False)
        on = maps > thresholds[:, None, None]
        inside = torch.from_numpy(masks)[:, None]
        both += (on & inside).sum((0, 2, 3))
        either += (on | inside).sum((0, 2, 3))
        yield Progress(done.done + part.stop, done.total)
    found: Float = (both / either.clamp(min=1)).numpy()
    return found


def _with_masks(
    generator: Generator, given: Given, place: FeatureLayer, region: Region, samples: NDArray[np.int64]
) -> tuple[Float32, NDArray[np.bool_]]:
    """Return some samples' maps, and their pixels that are in the region."""
    features = generator.features(place.index, picked(given, samples))
    drawn = pixels(generator.from_layer(place.index, features), generator.architecture.output_range)
    return features, masks_of(region, samples, drawn)


def effects(
    generator: Generator, given: Given, region: Region, layer: int | None = None, chosen: Sequence[int] | None = None
) -> Work[Float]:
    """Return how much each unit causes of what is in a region.

    The unit is zeroed everywhere. For what was painted, the effect is the mean change of the marked pixels in size, on
    the scale from black 0 to white 1. For a brightness or a colour it is by how much the share of such pixels falls,
    from -1 to 1: negative if there are more of them without the unit. The mean is over the first `EFFECT_SAMPLES`
    samples that the region says something about.

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
        If there is no such layer, or the region is none.
    ValueError
        If there is no such unit.
    """
    place = feature_layer(generator.architecture, layer)
    tried = range(place.maps) if chosen is None else chosen
    if any(not 0 <= unit < place.maps for unit in tried):
        raise ValueError(f"layer {place.index} has units 0 to {place.maps - 1}")
    samples = samples_of(region, count(given))[:EFFECT_SAMPLES]
    sums = np.zeros(len(tried))
    behind = cost(generator.architecture, place.index + 1)
    numbers = 2 * math.prod(generator.architecture.output) + 2 * place.maps * place.height * place.width
    weight = 0.0
    for done, sample in enumerate(samples):
        features, masks = _with_masks(generator, given, place, region, samples[done : done + 1])
        before = generator.from_layer(place.index, features)
        weight += float(masks.sum()) if isinstance(region, Painted) else 1.0
        yield Progress(done * len(tried), len(samples) * len(tried))
        alive = np.array([one for one, unit in enumerate(tried) if features[0, unit].any()], np.int64)
        for part in parts(len(alive), behind, numbers):
            units_now = [tried[one] for one in alive[part]]
            changed = features.repeat(len(units_now), axis=0)
            changed[np.arange(len(units_now)), units_now] = 0.0
            after = generator.from_layer(place.index, changed)
            sums[alive[part]] += _effect(generator, region, int(sample), masks, before, after)
            yield Progress(done * len(tried) + int(alive[part][-1]) + 1, len(samples) * len(tried))
    return sums / max(weight, 1.0)


def _effect(
    generator: Generator, region: Region, sample: int, masks: NDArray[np.bool_], before: Float32, after: Float32
) -> Float:
    """Return what several changes of one sample's picture do to a region, summed over pixels if it was painted."""
    low, high = generator.architecture.output_range
    if isinstance(region, Painted):
        change = np.abs(after - before).mean(axis=1, dtype=np.float64) / (high - low)
        summed: Float = (change * masks).sum(axis=(1, 2))
        return summed
    drawn = pixels(after, (low, high))
    share: Float = masks.mean() - masks_of(region, np.full(len(drawn), sample), drawn).mean(axis=(1, 2))
    return share


def ranking(scores: NDArray[np.floating]) -> NDArray[np.int64]:
    """Return the units' numbers by descending score; of equal ones the first comes first."""
    return np.argsort(-scores, kind="stable").astype(np.int64)
