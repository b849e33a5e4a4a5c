"""What a sheet shows: which samples, in which order, how arranged. The sheet's picture carries it."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ganstudio.architecture import Architecture
from ganstudio.checkpoints import inputs
from ganstudio.checkpoints.inputs import Given, InputError
from ganstudio.settings import Settings, setting, shown

__all__ = ["MOST_SAMPLES", "Arrangement", "Recipe", "Sweep", "arranged"]

MOST_SAMPLES: Final = 10_000
SWEEP_COLUMNS: Final = 8
"""Samples of each class, or steps of a code, where nobody says how many."""

Name = Annotated[str, Field(min_length=1, max_length=60)]
Shares = Annotated[tuple[float, ...], Field(max_length=10_000)]


class Sweep(Settings):
    """One input that changes evenly along the rows or the columns of a sheet."""

    name: Name
    """As `ganstudio.checkpoints.inputs.places` has it: "class", "category", "c1", ..."""
    low: float
    high: float

    def steps(self, number: int) -> NDArray[np.float64]:
        """Return its value in each of `number` rows or columns."""
        return np.linspace(self.low, self.high, number)


class Arrangement(Settings):
    """How samples stand side by side."""

    rows: int = setting(8, "Rows", "Rows of samples, 1 to 1,000.", ge=1, le=1000)
    columns: int = setting(8, "Columns", "Samples in a row, 1 to 1,000.", ge=1, le=1000)
    padding: int = setting(2, "Padding", "Space between samples and around them.", ge=0, le=64, unit="px")
    scale: int = setting(1, "Scale", "Every sample's pixel becomes a square of so many.", ge=1, le=32)
    background: str = setting("#ffffff", "Background", "What shows between samples, #rrggbb.")

    @model_validator(mode="after")
    def _is_a_colour(self) -> Self:
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", self.background):
            raise ValueError(f"background: {shown(self.background)} is not allowed; a colour is written #rrggbb")
        return self

    @property
    def colour(self) -> tuple[int, int, int]:
        """Red, green and blue of the background."""
        red, green, blue = bytes.fromhex(self.background[1:])
        return red, green, blue


class Recipe(Settings):
    """Everything that decides a sheet of a given model."""

    n: int = setting(64, "Samples", "How many samples, 1 to 10,000.", ge=1, le=MOST_SAMPLES)
    seed: int = setting(0, "Seed", "Start of the random stream.", ge=0, le=2**63 - 1)
    truncation: float | None = None
    """Largest size of the latent's numbers."""
    values: Annotated[dict[Name, float], Field(max_length=100)] = Field(default_factory=dict)
    """What is the same in all samples: a class's or category's number, a code's value."""
    shares: Annotated[dict[Name, Shares], Field(max_length=100)] = Field(default_factory=dict)
    """How classes or categories blend in all samples: a share of each choice."""
    down: Sweep | None = None
    """What changes from row to row; samples in a column have everything else in common."""
    across: Sweep | None = None
    """What changes along each row; samples in a row have everything else in common."""
    arrangement: Arrangement = Arrangement()

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        cells = self.arrangement.rows * self.arrangement.columns
        if self.n > cells:
            rows, columns = self.arrangement.rows, self.arrangement.columns
            raise ValueError(f"{self.n:,} samples do not fit into {rows} rows of {columns}")
        sweeps = [sweep for sweep in (self.down, self.across) if sweep]
        if sweeps and self.n != cells:
            raise ValueError(f"a sheet by {sweeps[0].name} is full: {cells:,} samples, not {self.n:,}")
        names = [*self.values, *self.shares, *(sweep.name for sweep in sweeps)]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"{shown(twice[0])} cannot have a value and change, nor change in two ways")
        return self

    def given(self, architecture: Architecture, latents: NDArray[Any] | None = None) -> Given:
        """Return the inputs of its samples, row after row.

        Parameters
        ----------
        architecture
            Of the generator.
        latents : array (m, d), optional
            Used in place of drawn ones, as many as `drawn` says at least.

        Raises
        ------
        InputError
            If the generator has not what the recipe names, or its values are not allowed for it.
        """
        keys = self._keys()
        base = inputs.draw(architecture, self.drawn, self.seed, self.truncation)
        if latents is not None:
            own = inputs.latents(architecture, latents)
            if len(own) < self.drawn:
                raise InputError(f"latents: there are {len(own):,}; {self.drawn:,} are needed")
            base = inputs.with_values(architecture, base, {inputs.LATENT: own[: self.drawn]})
        values: dict[str, Any] = dict(self.values)
        values |= {name: np.array([shares]) for name, shares in self.shares.items()}
        rows, columns = divmod(np.arange(self.n), self.arrangement.columns)
        for sweep, number, places in (
            (self.down, self.arrangement.rows, rows),
            (self.across, self.arrangement.columns, columns),
        ):
            if sweep is not None:
                values[sweep.name] = _steps(architecture, sweep, number)[places]
        return inputs.with_values(architecture, inputs.picked(base, keys), values)

    @property
    def drawn(self) -> int:
        """How many different latents it needs: samples of a sweep share theirs."""
        return int(self._keys().max()) + 1

    def _keys(self) -> NDArray[np.intp]:
        """Return for each sample, which of the drawn inputs it has."""
        samples = np.arange(self.n)
        if self.down and self.across:
            return np.zeros_like(samples)
        if self.across:
            return samples // self.arrangement.columns
        return samples % self.arrangement.columns if self.down else samples


def _steps(architecture: Architecture, sweep: Sweep, number: int) -> NDArray[np.float64]:
    """Return a sweep's values; of choices each is one, so that there are as many as rows or columns."""
    place = inputs.places(architecture).get(sweep.name)
    if place is not None and place.input.chosen and sweep.high - sweep.low + 1 != number:
        raise InputError(f"{sweep.name}: {sweep.low:g} to {sweep.high:g} are not {number} choices")
    return sweep.steps(number)


def arranged(n: int | None, rows: int | None, columns: int | None) -> tuple[int, int, int]:
    """Return samples, rows and columns where some are left open: nearly a square, no empty row.

    Raises
    ------
    ValueError
        If so many samples do not fit.
    """
    if n is None:
        n = (rows or columns or 8) * (columns or rows or 8)
    if columns is None:
        columns = math.ceil(n / rows) if rows else math.ceil(math.sqrt(n))
    if rows is None:
        rows = math.ceil(n / columns)
    if n > rows * columns:
        raise ValueError(f"{n:,} samples do not fit into {rows} rows of {columns}")
    return n, rows, columns
