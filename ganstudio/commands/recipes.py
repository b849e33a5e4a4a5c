"""From the options of `ganstudio sample` to a recipe that suits the model."""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass

from ganstudio.checkpoints.inputs import LATENT, Place, places
from ganstudio.checkpoints.model import Model
from ganstudio.commands.arguments import CommandError, one_of
from ganstudio.settings import SettingsError, shown
from ganstudio.sheets.recipe import SWEEP_COLUMNS, Arrangement, Recipe, Sweep, arranged

__all__ = ["recipe_of"]

REACH = {"uniform": 1.0, "normal": 2.0}
"""How far a code goes from 0 on a sheet, where nobody says."""


@dataclass
class _Told:
    """What the options say about inputs."""

    values: dict[str, float]
    sweeps: dict[str, Sweep]


def recipe_of(model: Model, options: argparse.Namespace, available: int | None) -> Recipe:
    """Return what the options ask of a model.

    Parameters
    ----------
    model
        The generator.
    options
        Of the command line.
    available
        Latents that a file has given, None if they are drawn.

    Raises
    ------
    CommandError
        Naming the option, what is wrong, and what is allowed.
    """
    known = {name: place for name, place in places(model.architecture).items() if name != LATENT}
    told = _Told({}, {})
    if options.label is not None:
        told.values["class"] = _class(model, options.label)
    if options.category is not None:
        told.values["category"] = _category(known, options.category)
    for text in options.code:
        _tell_code(known, text, told)
    for name in options.by:
        _tell_by(known, name, told)
    down, across = _directions(known, told)
    n, rows, columns = _counts(known, options, down, across, available)
    try:
        arrangement = Arrangement().changed(
            rows=rows,
            columns=columns,
            padding=options.padding,
            scale=options.scale,
            background=options.background,
        )
        return Recipe().changed(
            n=n,
            seed=options.seed,
            truncation=options.truncation,
            values=told.values,
            down=down,
            across=across,
            arrangement=arrangement,
        )
    except SettingsError as error:
        raise CommandError(str(error)) from None


def _class(model: Model, text: str) -> int:
    """Return a class's number for its number or its name."""
    classes, names = model.architecture.classes, model.card.class_names
    if not classes:
        raise CommandError(f"--class {text}: {model.name} has no classes")
    folded = [name.casefold() for name in names]
    if text.casefold() in folded:
        return folded.index(text.casefold())
    if text.isascii() and text.isdigit() and len(text) < 10 and int(text) < classes:
        return int(text)
    if names:
        raise CommandError(f"--class: {one_of('class', text, names)}")
    raise CommandError(f"--class: class {shown(text)} is not known; allowed: 0 to {classes - 1}")


def _category(known: dict[str, Place], number: int) -> int:
    if "category" not in known:
        raise CommandError(f"--category {number}: this model has no categories")
    choices = known["category"].input.size
    if number >= choices:
        raise CommandError(f"--category {number}: is not known; allowed: 0 to {choices - 1}")
    return number


def _tell_code(known: dict[str, Place], text: str, told: _Told) -> None:
    """Take in a code's value, or its range, as in "c1=-1..1"."""
    name, equals, value = text.partition("=")
    name = name.strip()
    codes = [code for code, place in known.items() if not place.input.chosen]
    if not codes:
        raise CommandError(f"--code {text}: this model has no codes")
    if name not in codes:
        raise CommandError(f"--code: {one_of('code', name, codes)}")
    low, dots, high = value.partition("..")
    numbers = [_number(part) for part in ((low, high) if dots else (value,))]
    if not equals or None in numbers:
        raise CommandError(f"--code {shown(text)}: is not of the form {name}=0.5 or {name}=-1..1")
    if name in told.values or name in told.sweeps:
        raise CommandError(f"--code {name}: is said twice")
    first, *rest = [number for number in numbers if number is not None]
    if rest:
        told.sweeps[name] = Sweep(name=name, low=first, high=rest[0])
    else:
        told.values[name] = first


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _tell_by(known: dict[str, Place], name: str, told: _Told) -> None:
    """Take in that something changes over the sheet."""
    if name not in known:
        if not known:
            raise CommandError(f"--by {name}: this model has neither classes nor categories nor codes")
        raise CommandError(f"--by: {one_of('input', name, known)}")
    if name in told.values:
        raise CommandError(f"--by {name}: {name} has a value already, so it cannot change")
    one = known[name].input
    reach = REACH[one.distribution]
    low, high = (0.0, one.size - 1.0) if one.chosen else (-reach, reach)
    told.sweeps.setdefault(name, Sweep(name=name, low=low, high=high))


def _directions(known: dict[str, Place], told: _Told) -> tuple[Sweep | None, Sweep | None]:
    """Return what changes from row to row, and along each row: choices rather down, codes rather across."""
    sweeps = list(told.sweeps.values())
    if len(sweeps) > 2:
        raise CommandError(f"a sheet has rows and columns; {', '.join(told.sweeps)} cannot all change over it")
    choices = [sweep for sweep in sweeps if known[sweep.name].input.chosen]
    codes = [sweep for sweep in sweeps if not known[sweep.name].input.chosen]
    if len(sweeps) == 2:
        return (choices[0], (codes or choices[1:])[0]) if choices else (codes[1], codes[0])
    return (choices[0] if choices else None), (codes[0] if codes else None)


def _counts(
    known: dict[str, Place],
    options: argparse.Namespace,
    down: Sweep | None,
    across: Sweep | None,
    available: int | None,
) -> tuple[int, int, int]:
    """Return samples, rows and columns."""
    rows = _fixed(known, "rows", options.rows, down)
    columns = _fixed(known, "columns", options.columns, across)
    n = options.n
    if down is None and across is None:
        if n is None and available is not None:
            n = available
        try:
            return arranged(n, rows, columns)
        except ValueError as error:
            raise CommandError(str(error)) from None
    if across is not None and columns is None:
        columns = SWEEP_COLUMNS
    if down is not None and rows is None:
        rows = SWEEP_COLUMNS
    # What is still open is how often the sweep is repeated with another latent.
    usual = SWEEP_COLUMNS if available is None else available
    rows = rows or (math.ceil(n / (columns or 1)) if n else usual)
    columns = columns or (math.ceil(n / rows) if n else usual)
    if n is not None and n != rows * columns:
        by = " and ".join(sweep.name for sweep in (down, across) if sweep)
        raise CommandError(f"--n {n}: a sheet by {by} with {rows} rows of {columns} has {rows * columns:,} samples")
    return rows * columns, rows, columns


def _fixed(known: dict[str, Place], option: str, asked: int | None, sweep: Sweep | None) -> int | None:
    """Return how many rows or columns there are, as far as that is decided: one for each choice."""
    if sweep is None or not known[sweep.name].input.chosen:
        return asked
    choices = known[sweep.name].input.size
    if asked not in (None, choices):
        raise CommandError(f"--{option} {asked}: a sheet by {sweep.name} has {choices}, one for each")
    return choices
