"""Films of sheets: every sample on a way of its own through latents."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from ganstudio.checkpoints import inputs
from ganstudio.checkpoints.inputs import Given, InputError
from ganstudio.checkpoints.model import Model
from ganstudio.latent.walks import Way, film
from ganstudio.sheets.pixels import composed, pixels
from ganstudio.sheets.recipe import MOST_SAMPLES, Recipe

__all__ = ["frames"]

Float = NDArray[np.float32]


def frames(
    sample: Callable[[Given], Float],
    model: Model,
    recipe: Recipe,
    number: int,
    pins: int = 4,
    way: Way = "spherical",
    latents: Float | None = None,
) -> Iterator[NDArray[np.uint8]]:
    """Return the pictures of a film that can be repeated for ever, one after the other.

    Parameters
    ----------
    sample
        Inputs -> raw output, as `ganstudio.checkpoints.generator.Generator.sample`.
    model
        The generator's.
    recipe
        What the first frame shows.
    number
        Frames in all.
    pins
        Latents on each sample's way: its own, and further ones of the same seed.
    way
        Between one and the next.
    latents : array (m, d)
        The pins of a sheet with a single latent, in place of drawn ones.

    Raises
    ------
    InputError
        If the generator has no latent, there are not enough of them, or too many.
    """
    stops = _pins(model, recipe, pins) if latents is None else _own_pins(recipe, latents)
    ways = np.stack([film(stops[:, index], number, way, closed=True) for index in range(stops.shape[1])], axis=1)
    return _pictures(sample, model, recipe, ways.astype(np.float32))


def _pictures(
    sample: Callable[[Given], Float], model: Model, recipe: Recipe, ways: Float
) -> Iterator[NDArray[np.uint8]]:
    for latents in ways:
        samples = sample(recipe.given(model.architecture, latents))
        yield composed(pixels(samples, model.architecture.output_range), recipe.arrangement)


def _pins(model: Model, recipe: Recipe, pins: int) -> Float:
    """Return the latents (pins, samples, d) of a recipe's seed: the first ones are those of its sheet."""
    place = inputs.places(model.architecture).get(inputs.LATENT)
    if place is None:
        raise InputError("a walk needs a latent; this generator has none")
    if pins * recipe.drawn > 10 * MOST_SAMPLES:
        raise InputError(f"{recipe.drawn:,} samples with {pins} latents each are too many for a walk")
    drawn = inputs.draw(model.architecture, pins * recipe.drawn, recipe.seed, recipe.truncation)
    return np.asarray(drawn[place.number]).reshape(pins, recipe.drawn, -1)


def _own_pins(recipe: Recipe, latents: Float) -> Float:
    if recipe.drawn != 1 or len(latents) < 2:
        raise InputError("a walk through latents of a file is one sample's way, and needs at least two")
    return latents[:, None]
