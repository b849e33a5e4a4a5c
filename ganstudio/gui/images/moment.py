"""What a person has set on the Images bench at one moment: a value that can be kept, undone and drawn."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ganstudio.checkpoints import inputs
from ganstudio.checkpoints.inputs import LATENT, Given
from ganstudio.gui.images.opened import OpenedModel

__all__ = ["Blend", "Moment"]

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Blend:
    """A class or category that another one is blended with.

    Attributes
    ----------
    name
        Of the input, "class" or "category".
    other
        The number of the other choice.
    share
        Of the other one, 0 to 1.
    """

    name: str
    other: int
    share: float


@dataclass(frozen=True, eq=False)
class Moment:
    """The current sample, and what the whole grid has in common.

    Attributes
    ----------
    seed, truncation
        Of the grid.
    source : (seed, number)
        The sample of which the current one was made.
    offset : array (d,)
        What was added to that sample's latent.
    place
        The grid's cell where the current sample stands.
    values
        The current sample's class, category and codes.
    fixed
        Names of values that all samples of the grid share; the others are drawn.
    blend
        What the current sample's class is blended with.
    own : array (m, d) or None
        Latents of the grid that no seed gives.
    """

    seed: int = 0
    truncation: float | None = None
    source: tuple[int, int] = (0, 0)
    offset: Float = field(default_factory=lambda: np.zeros(0))
    place: int = 0
    values: dict[str, float] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()
    blend: Blend | None = None
    own: NDArray[np.float32] | None = None

    @classmethod
    def first(cls, model: OpenedModel, seed: int = 0) -> Moment:
        """Return where a model begins: sample 0 of a seed, nothing fixed."""
        moment = cls(seed=seed, source=(seed, 0), offset=np.zeros(model.latent))
        return replace(moment, values=model.values(model.draw(1, seed, None), 0))

    def base(self, model: OpenedModel) -> Float:
        """Return the latent of the sample that the current one was made of, (d,)."""
        seed, number = self.source
        if self.own is not None and seed < 0:
            return np.asarray(self.own[number], np.float64)
        return np.asarray(model.latents(number + 1, seed, self.truncation)[number], np.float64)

    def latent(self, model: OpenedModel) -> NDArray[np.float32]:
        """Return the current latent, (d,)."""
        return (self.base(model) + self.offset).astype(np.float32)

    @property
    def edited(self) -> bool:
        """Whether the current latent is another one than that of its sample."""
        return bool(np.any(self.offset))

    def shares(self, model: OpenedModel, name: str) -> NDArray[np.float32] | None:
        """Return the shares (choices,) of a class or category that is blended, None for one that is not."""
        if self.blend is None or self.blend.name != name or self.blend.share == 0.0:
            return None
        found = np.zeros(model.places[name].input.size, np.float32)
        found[int(self.values[name])] += 1.0 - self.blend.share
        found[self.blend.other] += self.blend.share
        return found

    def told(self, model: OpenedModel) -> dict[str, float | NDArray[np.float32]]:
        """Return the current sample's values, blended ones as shares (1, choices)."""
        found: dict[str, float | NDArray[np.float32]] = dict(self.values)
        for name in model.choices:
            shares = self.shares(model, name)
            if shares is not None:
                found[name] = shares[None]
        return found

    def given(self, model: OpenedModel, latents: NDArray[np.floating] | None = None) -> Given:
        """Return the inputs of latents (n, d) that are told what the current sample is; of that alone by default."""
        rows = self.latent(model)[None] if latents is None else np.asarray(latents, np.float32)
        base = inputs.picked(model.draw(1, self.seed, None), np.zeros(len(rows), int))
        values: dict[str, object] = {
            name: int(value) if isinstance(value, float) and name in model.choices else value
            for name, value in self.told(model).items()
        }
        if model.latent:
            values[LATENT] = rows
        return inputs.with_values(model.architecture, base, values)  # type: ignore[arg-type]

    def swept(self, model: OpenedModel, name: str, steps: NDArray[np.floating]) -> Given:
        """Return the inputs of the current sample with one code at several values."""
        one = inputs.picked(self.given(model), np.zeros(len(steps), int))
        return inputs.with_values(model.architecture, one, {name: steps})
