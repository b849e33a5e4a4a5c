"""Units one by one, after Bau et al. (GAN Dissection, 2019): where each is strong, and what it agrees with.

A unit is one feature map of a layer. It is on where it exceeds a level: the one that only a share of `QUANTILE` of all
its cells in all samples exceeds, or the one that tells most of a region (`ganstudio.dissection.agreement`). What units
cause is measured in `ganstudio.dissection.causes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from ganstudio.checkpoints.generator import Generator
from ganstudio.checkpoints.inputs import Given, count, picked
from ganstudio.dissection.agreement import Agreement, AtLevel, MostInformative
from ganstudio.dissection.feature_layers import FeatureLayer, feature_layer
from ganstudio.dissection.regions import Region, masks_of, samples_of, shares
from ganstudio.dissection.work import PER_NUMBER, Progress, Work, cost, parts
from ganstudio.sheets.pixels import pixels

__all__ = ["MOST_CELLS", "QUANTILE", "TOP", "ConditionalMeans", "Units", "ranking", "units", "with_masks"]

QUANTILE: Final = 0.005
TOP: Final = 8
MOST_CELLS: Final = 2**22
"""Cells of all samples together: the largest ones of each unit are kept to find its level exactly."""

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
        What to insert the unit with: its `ConditionalMeans`; without a region, or where no pixel is in it, its mean
        over the largest `QUANTILE` of its cells, or 0 if all are equal.
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
    quantile: float | None = QUANTILE,
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
        Share of a unit's cells in which it is on. None takes the threshold that tells most of the region, and
        `QUANTILE` where there is none.

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
    if quantile is not None and not 0.0 < quantile < 1.0:
        raise ValueError(f"quantile {quantile:g}: is a share between 0 and 1")
    looked_at = samples_of(region, n) if region is not None else np.arange(0)
    strongest = _Strongest(place, n, max(1, min(top, n)), quantile or QUANTILE)
    each = cost(generator.architecture, last=place.index + 1)
    for part in parts(n, each, 2 * place.maps * place.height * place.width):
        strongest.take(generator.features(place.index, picked(given, np.arange(n)[part])), part.start)
        yield Progress(part.stop, n + len(looked_at))
    thresholds, levels = strongest.levels()
    agreement = None
    if region is not None:
        against = AtLevel(thresholds) if quantile else MostInformative(strongest.lowest, strongest.peaks[:, 0])
        means = ConditionalMeans(place)
        yield from _against(generator, given, place, region, looked_at, (means, against))
        levels = torch.where(means.found().isnan(), levels, means.found().float())
        thresholds, agreement = against.found()
    return Units(
        place,
        thresholds.numpy(),
        strongest.peaks.numpy(),
        strongest.samples.numpy(),
        strongest.heat.numpy(),
        levels.numpy(),
        agreement,
    )


class _Strongest:
    """The largest cells, and the samples with the largest ones, of each unit so far."""

    def __init__(self, place: FeatureLayer, n: int, top: int, quantile: float) -> None:
        self._kept = 1 + max(1, round(quantile * n * place.height * place.width))
        self._top = top
        self._largest = torch.empty(place.maps, 0)
        self.lowest = torch.full((place.maps,), torch.inf)
        self.peaks = torch.empty(place.maps, 0)
        self.samples = torch.empty(place.maps, 0, dtype=torch.int64)
        self.heat = torch.empty(place.maps, 0, place.height, place.width)

    def take(self, features: Float32, first: int) -> None:
        """Take the maps (n, maps, height, width) of the samples from `first` on."""
        maps = torch.from_numpy(features).transpose(0, 1)
        self.lowest = torch.minimum(self.lowest, maps.amin((1, 2, 3)))
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


class ConditionalMeans:
    """Each unit's mean over a region: over all cells, each weighted by the share of it that the region covers.

    Bau et al. insert units at this level, which they call class-conditional mean.
    """

    def __init__(self, place: FeatureLayer) -> None:
        self._grid = place.height, place.width
        self._sums, self._weight = np.zeros(place.maps), 0.0

    def take(self, features: Float32, masks: NDArray[np.bool_]) -> None:
        """Take maps (n, maps, h, w), and the region's pixels (n, height, width) in their pictures."""
        covered = shares(masks, *self._grid)
        self._sums += np.einsum("nuhw,nhw->u", features.astype(np.float64), covered)
        self._weight += float(covered.sum())

    def found(self) -> Tensor:
        """Return the means (maps,), float64; NaN if no pixel is in the region."""
        return torch.from_numpy(self._sums / self._weight if self._weight else np.full(len(self._sums), np.nan))


def _against(
    generator: Generator,
    given: Given,
    place: FeatureLayer,
    region: Region,
    samples: NDArray[np.int64],
    found: tuple[ConditionalMeans, Agreement],
) -> Work[None]:
    """Let means and agreement see all samples that the region says something about."""
    means, agreement = found
    _, height, width = generator.architecture.output
    numbers = place.maps * height * width
    each = cost(generator.architecture) + 2 * PER_NUMBER * numbers
    for part in parts(len(samples), each, 4 * numbers):
        features, masks = with_masks(generator, given, place, region, samples[part])
        means.take(features, masks)
        maps = F.interpolate(torch.from_numpy(features), (height, width), mode="bilinear", align_corners=False)
        agreement.take(maps, torch.from_numpy(masks))
        yield Progress(count(given) + part.stop, count(given) + len(samples))


def with_masks(
    generator: Generator, given: Given, place: FeatureLayer, region: Region, samples: NDArray[np.int64]
) -> tuple[Float32, NDArray[np.bool_]]:
    """Return some samples' maps (n, maps, h, w), and their pixels that are in the region, (n, height, width)."""
    features = generator.features(place.index, picked(given, samples))
    drawn = pixels(generator.from_layer(place.index, features), generator.architecture.output_range)
    return features, masks_of(region, samples, drawn)


def ranking(scores: NDArray[np.floating]) -> NDArray[np.int64]:
    """Return the units' numbers by descending score; of equal ones the first comes first."""
    return np.argsort(-scores, kind="stable").astype(np.int64)
