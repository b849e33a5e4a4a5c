"""What a generator is given: drawn from a seed, then fixed where a person says so. Plain NumPy.

The same seed gives sample number i the same inputs, however many are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganstudio.architecture import Architecture, Input
from ganstudio.latent.truncation import truncated
from ganstudio.settings import shown

__all__ = ["LATENT", "Given", "InputError", "Place", "count", "draw", "latents", "picked", "places", "with_values"]

Given = tuple[NDArray[Any], ...]
"""One array for each of `Architecture.inputs`: numbers float32 (n, size); of a label or a category int64 (n,), or
shares float32 (n, size) that blend between choices."""

LATENT: Final = "latent"
MOST_NUMBERS: Final = 20_000_000
"""Of all samples together: beyond, a hostile file's latent would fill the memory."""
FARTHEST: Final = 100.0
"""A number of a code or a latent beyond which nothing sensible is drawn."""


class InputError(ValueError):
    """What was asked for is nothing that this generator is given. The message is one line."""


class Place(NamedTuple):
    """Where something that has a name is: the number of an input from 0, and for codes the column in it."""

    number: int
    column: int | None
    input: Input


def places(architecture: Architecture) -> dict[str, Place]:
    """Return everything that can be fixed by name: "latent", "class", "category", "c1", "c2", ...

    Inputs that have a name are called so, if no other is. Further categories are "category2" and so on, and each
    number of a code is one of its own.
    """
    found: dict[str, Place] = {}
    numbers = {"category": 0, "code": 0}
    for index, one in enumerate(architecture.inputs):
        if one.kind != "code":
            numbers["category"] += one.kind == "category"
            further = str(numbers["category"]) if one.kind == "category" and numbers["category"] > 1 else ""
            usual = {"latent": LATENT, "label": "class", "category": f"category{further}"}[one.kind]
            own = one.name if one.kind == "category" else ""
            found[_free(own, usual, found)] = Place(index, None, one)
            continue
        for column in range(one.size):
            numbers["code"] += 1
            own = one.name if one.size == 1 else f"{one.name}{column + 1}" if one.name else ""
            found[_free(own, f"c{numbers['code']}", found)] = Place(index, column, one)
    return found


def _free(own: str, usual: str, taken: Mapping[str, object]) -> str:
    for name in (own, usual):
        if name and name not in taken:
            return name
    return next(name for number in range(2, len(taken) + 3) if (name := f"{usual}_{number}") not in taken)


def draw(architecture: Architecture, n: int, seed: int, truncation: float | None = None) -> Given:
    """Return the inputs of samples 0 to n - 1.

    Each input has a stream of its own of NumPy's PCG64. Latents and codes come from their distributions, classes and
    categories are equally likely.

    Parameters
    ----------
    n
        How many, at least 0.
    seed
        At least 0.
    truncation
        Largest size of the latent's numbers, see `ganstudio.latent.truncation`. None: all are as likely as in
        training.

    Raises
    ------
    InputError
        If the latent's distribution has no such truncation, or there would be more than 20 million numbers.
    """
    width = sum(one.size for one in architecture.inputs if not one.chosen)
    if n * width > MOST_NUMBERS:
        raise InputError(
            f"{n:,} samples of {width:,} numbers each are too many; {MOST_NUMBERS // width:,} can be drawn"
        )
    streams = np.random.SeedSequence(seed).spawn(len(architecture.inputs))
    return tuple(
        _drawn(one, n, np.random.Generator(np.random.PCG64(stream)), truncation if one.kind == LATENT else None)
        for one, stream in zip(architecture.inputs, streams, strict=True)
    )


def _drawn(one: Input, n: int, random: np.random.Generator, truncation: float | None) -> NDArray[Any]:
    if one.chosen:
        return random.integers(one.size, size=n)
    shape = n, one.size
    numbers = random.standard_normal(shape) if one.distribution == "normal" else random.uniform(-1.0, 1.0, shape)
    if truncation is not None:
        try:
            numbers = truncated(numbers, truncation, one.distribution)
        except ValueError as error:
            raise InputError(str(error)) from None
    return numbers.astype(np.float32)


def with_values(architecture: Architecture, given: Given, values: Mapping[str, ArrayLike]) -> Given:
    """Return inputs with some of them replaced.

    Parameters
    ----------
    given
        Of n samples.
    values
        By names as `places` has them. "latent": (n, d), (n, d, 1, 1) or one for all, (d,). A class or category: a
        whole number or n of them, counted from 0, or shares (n, choices), (1, choices) for all. A code: a number, or
        n of them.

    Raises
    ------
    InputError
        Naming what is unknown, of the wrong shape, or not allowed.
    """
    known = places(architecture)
    n = count(given)
    result = list(given)
    for name, value in values.items():
        if name not in known:
            raise InputError(f"{shown(name)}: this generator has none; it has {', '.join(known)}")
        place = known[name]
        array = np.asarray(value)
        if array.dtype.kind not in "fiu":
            raise InputError(f"{name}: holds {array.dtype}, numbers are needed")
        if not np.isfinite(array).all():
            raise InputError(f"{name}: has values that are not finite")
        if place.input.kind == LATENT:
            result[place.number] = latents(architecture, array, n)
        elif place.input.chosen:
            result[place.number] = _choices(name, place.input, array, n)
        else:
            column = _column(name, array, n)
            replaced = result[place.number].copy()
            replaced[:, place.column] = column
            result[place.number] = replaced
    return tuple(result)


def latents(architecture: Architecture, array: ArrayLike, n: int | None = None) -> NDArray[np.float32]:
    """Return latents as the generator takes them, (n, d) float32.

    Parameters
    ----------
    array
        (n, d), (n, d, 1, 1), or one latent (d,) that is repeated.
    n
        How many there should be; None takes as many as there are.

    Raises
    ------
    InputError
        If they are of another shape, no numbers, or not finite.
    """
    size = architecture.latent
    if not size:
        raise InputError("latents: this generator has none")
    z = np.asarray(array)
    if z.dtype.kind not in "fiu":
        raise InputError(f"latents: hold values of type {z.dtype}; real numbers are needed")
    rows = z[None] if z.ndim == 1 else z.reshape(z.shape[:2]) if z.shape[2:] == (1, 1) else z
    if rows.ndim != 2 or rows.shape[1] != size:
        raise InputError(f"latents: have the shape {z.shape}; (n, {size}) is needed")
    if not len(rows):
        raise InputError("latents: there are none; at least one is needed")
    if n is not None and len(rows) not in (1, n):
        raise InputError(f"latents: there are {len(rows):,}; {n:,} are needed")
    with np.errstate(over="ignore"):  # what overflows is not finite, and refused
        found = rows.astype(np.float32)
    if not np.isfinite(found).all():
        raise InputError("latents: have values that are not finite")
    return np.repeat(found, n, axis=0) if n is not None and len(found) != n else found


def picked(given: Given, keys: Sequence[int] | NDArray[np.integer]) -> Given:
    """Return the inputs of some samples, each as often as it is named."""
    return tuple(array[np.asarray(keys, int)] for array in given)


def count(given: Given) -> int:
    """Return of how many samples these are the inputs."""
    return len(given[0]) if given else 0


def _choices(name: str, one: Input, array: NDArray[Any], n: int) -> NDArray[Any]:
    if array.ndim == 2:
        if array.shape not in ((1, one.size), (n, one.size)):
            raise InputError(f"{name}: has the shape {array.shape}; shares have the shape ({n}, {one.size})")
        return np.broadcast_to(array.astype(np.float32), (n, one.size)).copy()
    if (array != np.rint(array)).any() or array.min(initial=0) < 0 or array.max(initial=0) >= one.size:
        allowed = f"a whole number from 0 to {one.size - 1}"
        raise InputError(f"{name}: {shown(array.tolist())} is not allowed; it is {allowed}")
    return _repeated(name, array, n).astype(np.int64)


def _column(name: str, array: NDArray[Any], n: int) -> NDArray[Any]:
    if (array < -FARTHEST).any() or (array > FARTHEST).any():
        raise InputError(f"{name}: {shown(array.tolist())} is not allowed; {-FARTHEST:g} to {FARTHEST:g} is")
    return _repeated(name, array, n)


def _repeated(name: str, array: NDArray[Any], n: int) -> NDArray[Any]:
    if array.shape not in ((), (n,)):
        raise InputError(f"{name}: has the shape {array.shape}; a number or {n:,} of them are needed")
    return np.broadcast_to(array, (n,)).copy()
