"""A model as the bench knows it: what its generator is given, and what a person calls that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.architecture import Architecture
from ganstudio.checkpoints import inputs
from ganstudio.checkpoints.card import Card
from ganstudio.checkpoints.foreign.questions import Question
from ganstudio.checkpoints.inputs import LATENT, Given, Place
from ganstudio.image_messages import ModelOpened

__all__ = ["REACH", "OpenedModel"]

REACH = 2.0
"""How far codes are turned from 0, InfoGAN's figures do the same: twice the range of training for uniform codes."""

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class OpenedModel:
    """What an engine said of a model.

    Attributes
    ----------
    key
        What the session and its engine call it.
    directions : array (k, d) or None
        Principal directions of the latent.
    weights
        The generator's fingerprint.
    questions
        What another program's file leaves open, and how that was answered.
    notes
        How the file was understood.
    parts
        Further networks that it has: "encoder", "critic".
    trained_on
        Settings of the set that it was trained on, None if its file does not say.
    """

    key: str
    name: str
    architecture: Architecture
    card: Card
    directions: Float | None
    weights: str
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    trained_on: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, message: ModelOpened) -> OpenedModel:
        """Read the engine's message."""
        return cls(
            message.model,
            message.name,
            Architecture.model_validate(message.architecture, strict=False),
            Card.model_validate(message.card, strict=False),
            None if message.directions is None else np.asarray(message.directions, np.float64),
            message.weights,
            tuple(Question(*one) for one in message.questions),
            message.notes,
            message.parts,
            message.data,
        )

    @cached_property
    def places(self) -> dict[str, Place]:
        """What can be fixed by name, the latent left out."""
        return {name: place for name, place in inputs.places(self.architecture).items() if name != LATENT}

    @property
    def choices(self) -> list[str]:
        """Names of classes and categories."""
        return [name for name, place in self.places.items() if place.input.chosen]

    @property
    def codes(self) -> list[str]:
        """Names of codes."""
        return [name for name, place in self.places.items() if not place.input.chosen]

    @property
    def latent(self) -> int:
        """Numbers of the latent."""
        return self.architecture.latent

    @property
    def normal(self) -> bool:
        """Whether latents are normal; they are uniform otherwise."""
        return any(one.kind == LATENT and one.distribution == "normal" for one in self.architecture.inputs)

    @property
    def picture(self) -> tuple[int, int, int]:
        """Channels, height and width of a sample."""
        channels, height, width = self.architecture.output
        return channels, height, width

    def choice_title(self, name: str, number: int) -> str:
        """Return what a class or category is called."""
        names = self.card.class_names
        place = self.places[name]
        return names[number] if place.input.kind == "label" and number < len(names) else str(number)

    def code_meaning(self, name: str) -> str:
        """Return what a code was found to change, "" if nobody says."""
        return self.card.code_meanings.get(name, "")

    def draw(self, n: int, seed: int, truncation: float | None) -> Given:
        """Return the inputs of samples 0 to n - 1; the last few answers are kept."""
        return self._drawn(n, seed, truncation)

    @cached_property
    def _drawn(self) -> Callable[[int, int, float | None], Given]:
        return lru_cache(maxsize=32)(partial(inputs.draw, self.architecture))

    def latents(self, n: int, seed: int, truncation: float | None) -> NDArray[np.float32]:
        """Return the latents of samples 0 to n - 1, (n, d)."""
        place = inputs.places(self.architecture).get(LATENT)
        if place is None:
            return np.zeros((n, 0), np.float32)
        found: NDArray[np.float32] = self.draw(n, seed, truncation)[place.number]
        return found

    def values(self, given: Given, number: int) -> dict[str, float]:
        """Return what one of several samples is told, by name; of shares the largest."""
        found: dict[str, float] = {}
        for name, place in self.places.items():
            array = given[place.number]
            if place.column is not None:
                found[name] = float(array[number, place.column])
            else:
                found[name] = float(array[number] if array.ndim == 1 else array[number].argmax())
        return found
