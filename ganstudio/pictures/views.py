"""What a picture of the plane shows, as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ganstudio.experiment import Experiment
    from ganstudio.methods import Objective

__all__ = ["Field", "View"]

REAL_SAMPLES = 1000
FIELD_QUANTILE = 0.99
"""A raw field's colours end where all but so many of its values lie, so that one corner does not decide."""


@dataclass(frozen=True)
class Field:
    """The critic's output in the units in which it means something.

    Attributes
    ----------
    values : ndarray (rows, columns)
        First row at the bottom.
    middle
        Where the critic does not know: the contour, and the middle of the colours.
    reach
        Largest distance from the middle that the colours tell apart.
    label
        What the values are.
    """

    values: NDArray[np.float64]
    middle: float
    reach: float
    label: str

    @classmethod
    def of(cls, raw: NDArray[np.float32], objective: Objective) -> Self:
        """Turn raw outputs T into sigma(T), T or T without its meaningless constant, as the objective has it."""
        values = raw.astype(np.float64)
        if objective.field_kind == "probability":
            # As tanh it neither overflows nor warns.
            return cls(0.5 + 0.5 * np.tanh(0.5 * values), 0.5, 0.5, "D(x) = σ(T(x))")
        if objective.field_kind == "value":
            return cls(values, 0.5, _reach(values - 0.5), "T(x)")
        values -= np.median(values)
        return cls(values, 0.0, _reach(values), "T(x) − median")


def _reach(values: NDArray[np.float64]) -> float:
    return max(float(np.quantile(np.abs(values), FIELD_QUANTILE)), 1e-9)


@dataclass(frozen=True)
class View:
    """One pane: real and generated samples over the field.

    Attributes
    ----------
    title, subtitle
        The run's name, and one line of muted text below it.
    data_title
        What the data set is called.
    real, generated : ndarray (n, 2)
    window
        Left, right, bottom and top edge, of the field as well.
    """

    title: str
    subtitle: str
    data_title: str
    real: NDArray[np.float64]
    generated: NDArray[np.float32]
    field: Field
    window: tuple[float, float, float, float]

    @classmethod
    def of(
        cls, experiment: Experiment, generated: NDArray[np.float32], raw_field: NDArray[np.float32], subtitle: str
    ) -> Self:
        """Put together what a run shows; its real samples are the same in every picture."""
        return cls(
            title=experiment.title,
            subtitle=subtitle,
            data_title=experiment.data.title,
            real=experiment.data.sample(REAL_SAMPLES, np.random.default_rng(0)),
            generated=generated,
            field=Field.of(raw_field, experiment.objective),
            window=experiment.data.window(),
        )
