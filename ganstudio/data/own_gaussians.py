"""Gaussians where a person put them."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field, ValidationInfo, field_validator

from ganstudio.data.base import FloatArray
from ganstudio.data.mixture import GaussianMixture
from ganstudio.settings import setting

__all__ = ["FARTHEST", "MOST", "NARROWEST", "WIDEST", "OwnGaussians"]

MOST = 64
FARTHEST = 100.0
NARROWEST, WIDEST = 0.001, 10.0

Place = Annotated[float, Field(ge=-FARTHEST, le=FARTHEST)]
Deviation = Annotated[float, Field(ge=NARROWEST, le=WIDEST)]


class OwnGaussians(GaussianMixture):
    """Gaussians at places, with widths and weights, that a person chose."""

    title = "Own Gaussians"
    name: Literal["own_gaussians"] = "own_gaussians"
    centres: tuple[tuple[Place, Place], ...] = setting(
        ((-1.2, -0.8), (0.2, 1.2), (1.4, -0.6)),
        "Centres",
        "Where the Gaussians lie: a pair x, y for each, at most 64. Draw data places them with the mouse.",
        embedded=True,
    )
    deviations: tuple[tuple[Deviation, Deviation], ...] = setting(
        ((0.2, 0.2), (0.4, 0.15), (0.15, 0.4)),
        "Deviations",
        "Standard deviations along x and y, a pair for each Gaussian, in units of the plane. 0.05 to 0.5 is sane.",
        embedded=True,
    )

    @field_validator("centres")
    @classmethod
    def _one_to_many(cls, value: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
        if not 1 <= len(value) <= MOST:
            raise ValueError(f"{len(value)} Gaussians; 1 to {MOST} are allowed")
        return value

    @field_validator("deviations")
    @classmethod
    def _as_many(cls, value: tuple[tuple[float, float], ...], info: ValidationInfo) -> tuple[tuple[float, float], ...]:
        centres = info.data.get("centres", value)  # missing if they are wrong themselves
        if len(value) != len(centres):
            raise ValueError(f"{len(value)} pairs for {len(centres)} Gaussians; give a pair for each")
        return value

    @property
    def summary(self) -> str:
        """How many there are."""
        return "1 Gaussian" if len(self.centres) == 1 else f"{len(self.centres)} Gaussians"

    def components(self) -> tuple[FloatArray, FloatArray]:
        """Return the centres (m, 2) and the standard deviations (m, 2)."""
        return np.array(self.centres, dtype=float), np.array(self.deviations, dtype=float)
