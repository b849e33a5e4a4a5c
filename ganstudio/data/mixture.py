"""Mixtures of Gaussians: the base of every distribution that has modes."""

from __future__ import annotations

from abc import abstractmethod
from functools import lru_cache
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from pydantic import ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from ganstudio.data.base import Distribution, FloatArray, Modes, array_namespace, constant, square_window
from ganstudio.settings import setting

__all__ = ["GaussianMixture"]

_LARGEST_WEIGHT = 1e6


class GaussianMixture(Distribution):
    """Gaussians with axes along x and y. A subclass says where they lie and how wide they are."""

    uniforms: ClassVar[int] = 1

    weights: tuple[float, ...] = setting(
        (),
        "Mode weights",
        "How much of the data each mode gets, for example 3, 1, 1. They need not add up to 1; 0 leaves a mode out. "
        "Empty: all the same. Changes while running.",
        live=True,
        expert=True,
    )

    @abstractmethod
    def components(self) -> tuple[FloatArray, FloatArray]:
        """Return the centres (m, 2) and the standard deviations along both axes (m, 2)."""

    @model_validator(mode="after")
    def _weights_fit(self) -> Self:
        count = len(self.components()[0])
        wrong = ""
        if self.weights and len(self.weights) != count:
            wrong = f"{len(self.weights)} numbers for {count} modes; give {count} numbers, or none for equal weights"
        elif not all(0.0 <= weight <= _LARGEST_WEIGHT for weight in self.weights):
            wrong = f"{self.weights} is not allowed; weights are numbers from 0 to {_LARGEST_WEIGHT:,.0f}"
        elif self.weights and not any(self.weights):
            wrong = "all are 0; at least one has to be above 0"
        if wrong:
            # Not a ValueError: that could not say which setting it is about.
            place = InitErrorDetails(
                type=PydanticCustomError("value_error", "{wrong}", {"wrong": wrong}),
                loc=("weights",),
                input=self.weights,
            )
            raise ValidationError.from_exception_data(type(self).__name__, [place])
        return self

    def modes(self) -> Modes:
        """Return the components, also those of weight 0."""
        return _modes(self)

    def density(self, points: ArrayLike) -> FloatArray:
        """Return the exact probability density at points (..., 2) as (...)."""
        return self.modes().density(points)

    def cell_masses(self, x_edges: FloatArray, y_edges: FloatArray) -> FloatArray:
        """Return the exact probability of each cell (r, c) between edges (c + 1,) and (r + 1,)."""
        return self.modes().cell_masses(x_edges, y_edges)

    def window(self) -> tuple[float, float, float, float]:
        """Return a square around all modes, four standard deviations wide of them, and some room."""
        modes = self.modes()
        return square_window(modes.centres, 4.0 * modes.deviations)

    def classes(self) -> int:
        """Return the number of modes, those of weight 0 included."""
        return len(self.modes())

    def labels(self, uniform: Any) -> Any:
        """Return the mode of each sample (see `Distribution`)."""
        xp = array_namespace(uniform)
        bounds = constant(np.cumsum(self.modes().weights)[:-1], uniform)
        return xp.sum(xp.astype(uniform[..., :1] >= bounds, xp.int64), axis=-1)

    def push(self, uniform: Any, normal: Any) -> Any:
        """Pick a component by the uniform number, then stretch and shift the normal pair (see `Distribution`)."""
        modes, chosen = self.modes(), self.labels(uniform)
        return constant(modes.centres, uniform)[chosen] + constant(modes.deviations, uniform)[chosen] * normal


@lru_cache(maxsize=64)
def _modes(mixture: GaussianMixture) -> Modes:
    centres, deviations = mixture.components()
    weights = np.array(mixture.weights or np.ones(len(centres)))
    return Modes(centres, deviations, weights / weights.sum())
