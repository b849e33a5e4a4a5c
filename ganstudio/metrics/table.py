"""The table of metrics: what each is called, what it means, how it is computed and written."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ganstudio.data.base import Distribution, FloatArray, Modes
from ganstudio.metrics import modes
from ganstudio.metrics.grid import grid_js, grid_kl
from ganstudio.metrics.mmd import mmd
from ganstudio.metrics.sliced import exact_w2, sliced_w2

__all__ = ["METRICS", "Metric", "measure", "usual"]


def _number(value: float, _: Distribution | None = None) -> str:
    """Write at most four significant digits, with as many decimals for all values of ordinary size."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if abs(value) >= 9999.5:
        return f"{value:.3g}"
    decimals = 3 if abs(value) < 9.9995 else 2 if abs(value) < 99.995 else 1 if abs(value) < 999.95 else 0
    return _fixed(value, decimals)


def _small_number(value: float, _: Distribution) -> str:
    """Write a number that is mostly far below 1 with four decimals."""
    return _fixed(value, 4) if abs(value) < 0.99995 else _number(value)


def _fixed(value: float, decimals: int) -> str:
    # Adding 0.0 turns a rounded -0.0 into 0.0.
    return f"{round(value, decimals) + 0.0:.{decimals}f}"


def _percent(value: float, _: Distribution) -> str:
    return f"{100.0 * value:.1f} %" if math.isfinite(value) else _number(value)


def _of_all_modes(value: float, distribution: Distribution) -> str:
    # A median or a mean over seeds need not be whole.
    return f"{round(value, 1):g} / {len(modes.weighted(_modes_of(distribution)))}"


def _modes_of(distribution: Distribution) -> Modes:
    found = distribution.modes()
    if found is None:
        raise ValueError(f"{distribution.name} is no mixture: it has no modes to count")
    return found


def _has_modes(distribution: Distribution) -> bool:
    return distribution.modes() is not None


def _always(_: Distribution) -> bool:
    return True


@dataclass(frozen=True)
class Metric:
    """One number that says how near samples are to a distribution.

    Attributes
    ----------
    title : str
        For a narrow strip.
    description : str
        For a tooltip: definition, unit, range.
    unit : str
        "" for counts and pure numbers; "units" are those of the plane.
    better : "high" or "low"
    compute : callable
        Samples (n, 2), of which some may not be finite, and the distribution; returns the value.
    format : callable
        Value and distribution; returns the value as it is shown, for example "7 / 8" or "61.3 %".
    applies : callable
        Whether the metric is defined for a distribution.
    optional : bool
        Whether it is only measured where it is asked for by name.
    """

    title: str
    description: str
    unit: str
    better: Literal["high", "low"]
    compute: Callable[[FloatArray, Distribution], float]
    format: Callable[[float, Distribution], str] = _number
    applies: Callable[[Distribution], bool] = _always
    optional: bool = False


METRICS: dict[str, Metric] = {
    "modes": Metric(
        "Modes",
        "Modes recovered: those with at least 20 of 2,500 samples (0.8 %) within 3 standard deviations. "
        "From 0 to the number of modes.",
        "",
        "high",
        lambda samples, distribution: float(modes.modes_recovered(samples, _modes_of(distribution))),
        _of_all_modes,
        _has_modes,
    ),
    "high_quality": Metric(
        "High quality",
        "Samples within 3 standard deviations of their nearest mode. 0 to 100 %; a perfect sampler of separate "
        "modes scores 98.9 %.",
        "%",
        "high",
        lambda samples, distribution: modes.high_quality(samples, _modes_of(distribution)),
        _percent,
        _has_modes,
    ),
    "reverse_kl": Metric(
        "Reverse KL",
        "Kullback-Leibler divergence of the samples' shares of the modes (every sample goes to its nearest mode) "
        "from the true shares, in nats. 0 is the best; one of 8 equal modes alone scores 2.079.",
        "nats",
        "low",
        lambda samples, distribution: modes.reverse_kl(samples, _modes_of(distribution)),
        _number,
        _has_modes,
    ),
    "grid_kl": Metric(
        "Grid KL",
        "Kullback-Leibler divergence KL(data || samples) in nats on 32 x 32 cells and the outside, with one extra "
        "sample spread over all cells so that it is finite. 0 is the best; missing modes cost most.",
        "nats",
        "low",
        grid_kl,
    ),
    "grid_js": Metric(
        "Grid JS",
        "Jensen-Shannon divergence of data and samples in nats on 32 x 32 cells and the outside, without smoothing. "
        "0 is the best, 0.693 (log 2) means no overlap.",
        "nats",
        "low",
        grid_js,
    ),
    "sliced_w2": Metric(
        "Sliced W₂",
        "Sliced Wasserstein-2 distance: how far samples must be moved to become data, along 64 directions "
        "(root mean square), in units of the plane. 0 is the best.",
        "units",
        "low",
        sliced_w2,
    ),
    "mmd": Metric(
        "MMD²",
        "Squared maximum mean discrepancy with Gaussian kernels of 1, 1/2, 1/4, 1/8 and 1/16 of the data's scale; "
        "unbiased, so it can be slightly below 0, which is the best. At most 2; 1,000 samples are used.",
        "",
        "low",
        mmd,
        _small_number,
    ),
    "modes_met": Metric(
        "Modes met",
        "Modes with at least one sample within 3 standard deviations, VEEGAN's rule, which one stray sample satisfies. "
        "From 0 to the number of modes.",
        "",
        "high",
        lambda samples, distribution: float(modes.modes_recovered(samples, _modes_of(distribution), minimum=1)),
        _of_all_modes,
        _has_modes,
        optional=True,
    ),
    "wasserstein": Metric(
        "Exact W₂",
        "Exact Wasserstein-2 distance: how far samples must be moved to become data, at best, in units of the plane "
        "(root mean square). 0 is the best. At most 1,000 samples are used, so that it takes well below a second, and "
        "compared with 1,000 of the data: a perfect sampler is not near 0. Needs POT.",
        "units",
        "low",
        exact_w2,
        optional=True,
    ),
}


def usual(distribution: Distribution) -> tuple[str, ...]:
    """Return the metrics that are measured unless others are named: all that apply and are not optional."""
    return tuple(name for name, metric in METRICS.items() if metric.applies(distribution) and not metric.optional)


def measure(samples: ArrayLike, distribution: Distribution, names: Iterable[str] | None = None) -> dict[str, float]:
    """Compute metrics of samples.

    Parameters
    ----------
    samples : array (n, 2)
        At least one. Samples that are not finite count, as being nowhere.
    distribution
        What they should be distributed like.
    names
        Keys of `METRICS`. None means all that apply and are not optional.

    Returns
    -------
    dict
        Metric -> value, in the order of the table or of `names`.

    Raises
    ------
    ValueError
        If the samples are not (n, 2), a name is unknown, or a metric does not apply to the distribution.
    """
    points = np.asarray(samples, dtype=float)
    if points.ndim != 2 or points.shape[1] != 2 or not len(points):
        raise ValueError(f"samples: shape {points.shape} is not allowed; it has to be (n, 2) with n at least 1")
    values = {}
    for name in usual(distribution) if names is None else names:
        if name not in METRICS:
            raise ValueError(f"metric: {name!r} is not known; one of {', '.join(METRICS)}")
        values[name] = METRICS[name].compute(points, distribution)
    return values
