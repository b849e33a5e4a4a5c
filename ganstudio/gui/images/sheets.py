"""What the grid shows in each of its modes, as a recipe that the command understands too, and latents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ganstudio.checkpoints.inputs import Given
from ganstudio.gui.images.explorer import MOST_ROWS
from ganstudio.gui.images.moment import Moment
from ganstudio.gui.images.opened import REACH, OpenedModel
from ganstudio.latent.walks import linear, spherical
from ganstudio.sheets.recipe import Arrangement, Recipe, Sweep

__all__ = ["Shown", "by_choice", "fan", "of_latents", "plane", "samples", "sweeps"]

Float32 = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Shown:
    """A grid.

    Attributes
    ----------
    recipe
        Which samples, and how they are arranged.
    latents : array (m, d) or None
        Those that the recipe's seed does not give.
    current
        The cell of the current sample, None if it has none.
    """

    recipe: Recipe
    latents: Float32 | None
    current: int | None

    def given(self, model: OpenedModel) -> Given:
        """Return the inputs of its samples."""
        return self.recipe.given(model.architecture, self.latents)


def samples(model: OpenedModel, moment: Moment, arrangement: Arrangement) -> Shown:
    """Return samples of a seed, the current one at its place among them."""
    n = arrangement.rows * arrangement.columns
    if moment.own is not None:
        n = min(n, len(moment.own))
    recipe = _recipe(model, moment, arrangement, n, moment.fixed)
    place = moment.place if moment.place < n else None
    return Shown(recipe, _latents(model, moment, n, place), place)


def sweeps(model: OpenedModel, code: str) -> tuple[Sweep | None, Sweep | None]:
    """Return what changes from row to row and along the rows where a grid goes by class, category or code."""
    down = None
    if model.choices and model.places[model.choices[0]].input.size <= MOST_ROWS:
        name = model.choices[0]
        down = Sweep(name=name, low=0.0, high=model.places[name].input.size - 1.0)
    codes = [code] if code in model.codes else model.codes[:1]
    across = Sweep(name=codes[0], low=-REACH, high=REACH) if codes else None
    if down is None and across is not None and len(model.codes) > 1:
        other = next(name for name in model.codes if name != across.name)
        down = Sweep(name=other, low=-REACH, high=REACH)
    return down, across


def by_choice(model: OpenedModel, moment: Moment, arrangement: Arrangement, code: str) -> Shown:
    """Return a grid with a row for each class or category, and a column for each step of a code or each latent."""
    down, across = sweeps(model, code)
    changing = {sweep.name for sweep in (down, across) if sweep is not None}
    n = arrangement.rows * arrangement.columns
    # Where both ways are taken by sweeps, all samples are the current one; otherwise each column or row has a latent.
    fixed = frozenset(model.places) if down is not None and across is not None else moment.fixed
    recipe = _recipe(model, moment, arrangement, n, fixed - changing, down, across)
    if recipe.drawn == 1:
        same = moment.source == (moment.seed, 0) and not moment.edited
        latents = None if same or not model.latent else moment.latent(model)[None]
        return Shown(recipe, latents, _nearest(moment, recipe))
    place = moment.place if moment.place < recipe.drawn else None
    return Shown(recipe, _latents(model, moment, recipe.drawn, place), _cell(moment, recipe, place))


def of_latents(model: OpenedModel, moment: Moment, arrangement: Arrangement, latents: NDArray[np.floating]) -> Shown:
    """Return latents (n, d) that are all told what the current sample is."""
    recipe = _recipe(model, moment, arrangement, len(latents), frozenset(model.places))
    return Shown(recipe, np.asarray(latents, np.float32), None)


def plane(corners: NDArray[np.floating], rows: int, columns: int, *, keep_length: bool) -> Float32:
    """Return latents of the plane through three, (rows * columns, d), row after row.

    Parameters
    ----------
    corners : array (3, d)
        Top left, top right and bottom left.
    keep_length
        Whether each is as long as the corners are on average at its place: between normal latents the plane itself
        is shorter than any that was trained with.
    """
    start, right, below = np.asarray(corners, np.float64)
    u = np.tile(np.linspace(0.0, 1.0, columns), rows)[:, None]
    v = np.repeat(np.linspace(0.0, 1.0, rows), columns)[:, None]
    found = start + u * (right - start) + v * (below - start)
    if keep_length:
        lengths = np.linalg.norm(corners, axis=1)
        fourth = lengths.mean()
        wanted = (1 - u) * (1 - v) * lengths[0] + u * (1 - v) * lengths[1] + (1 - u) * v * lengths[2] + u * v * fourth
        found *= wanted / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
    return found.astype(np.float32)


def fan(pins: tuple[Float32, Float32], frames: int, way: str) -> Float32:
    """Return the way from one pin to the other, (frames, d)."""
    between = spherical if way == "spherical" else linear
    return between(pins[0], pins[1], np.linspace(0.0, 1.0, frames)).astype(np.float32)


def _recipe(
    model: OpenedModel,
    moment: Moment,
    arrangement: Arrangement,
    n: int,
    fixed: frozenset[str],
    down: Sweep | None = None,
    across: Sweep | None = None,
) -> Recipe:
    blended = {name: moment.shares(model, name) for name in model.choices if name in fixed}
    shares = {name: tuple(map(float, found)) for name, found in blended.items() if found is not None}
    values = {name: moment.values[name] for name in model.places if name in fixed and name not in shares}
    return Recipe(
        n=n,
        seed=moment.seed,
        truncation=moment.truncation,
        values=values,
        shares=shares,
        down=down,
        across=across,
        arrangement=arrangement,
    )


def _latents(model: OpenedModel, moment: Moment, n: int, place: int | None) -> Float32 | None:
    """Return the latents of a grid where one is not what its seed gives, None where all are."""
    if not model.latent:
        return None
    unchanged = place is None or (moment.source == (moment.seed, place) and not moment.edited)
    if moment.own is None:
        if unchanged:
            return None
        found = model.latents(n, moment.seed, moment.truncation).copy()
    else:
        found = moment.own[:n].copy()
    if place is not None:
        found[place] = moment.latent(model)
    return found


def _nearest(moment: Moment, recipe: Recipe) -> int | None:
    """Return the cell of a sweep that is nearest to the current sample's values."""
    row = column = 0
    if recipe.down is not None:
        row = _step(recipe.down, recipe.arrangement.rows, moment.values[recipe.down.name])
    if recipe.across is not None:
        column = _step(recipe.across, recipe.arrangement.columns, moment.values[recipe.across.name])
    return row * recipe.arrangement.columns + column


def _step(sweep: Sweep, number: int, value: float) -> int:
    return int(np.abs(sweep.steps(number) - value).argmin())


def _cell(moment: Moment, recipe: Recipe, place: int | None) -> int | None:
    """Return the current sample's cell where each column (or row) has a latent of its own."""
    if place is None:
        return None
    columns = recipe.arrangement.columns
    if recipe.down is not None:
        return _step(recipe.down, recipe.arrangement.rows, moment.values[recipe.down.name]) * columns + place
    assert recipe.across is not None
    return place * columns + _step(recipe.across, columns, moment.values[recipe.across.name])
