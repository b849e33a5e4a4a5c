"""Remove the feature maps of a generator that draw what is in boxes, as in the DCGAN paper, section 6.3.1."""

from __future__ import annotations

import argparse
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ganstudio.commands.arguments import CommandError, at_least, file_of

if TYPE_CHECKING:
    from ganstudio.checkpoints.generator import Generator
    from ganstudio.dissection.removal import Fit

__all__ = ["add_arguments", "run"]

EPILOG = """\
Boxes are JSON, {"seed": 0, "boxes": [[sample, x0, y0, x1, y1], ...]}, or CSV with these five columns: the number of the
sample, from 0, as "ganstudio sample MODEL --seed 0" draws it, and corners in pixels. A logistic regression tells a
layer's cells inside boxes from as many outside on the same pictures; maps with positive weights draw the object.

  ganstudio ablate MODEL --boxes windows.json --out without.safetensors --before-after grid.png
  ganstudio ablate MODEL --boxes windows.csv --layer 6 --drop top:20 --out without.safetensors
  ganstudio ablate MODEL --boxes windows.csv --random --out control.safetensors
"""
FRESH: Final = 10
"""Samples of the sheet."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.epilog = EPILOG
    parser.add_argument("model", metavar="MODEL", help="a model's file, or the name of one that comes with the program")
    parser.add_argument("--boxes", type=Path, required=True, metavar="FILE", help="boxes around the object")
    parser.add_argument(
        "--out",
        type=file_of(".safetensors"),
        required=True,
        metavar="OUT.safetensors",
        help="the model without these maps",
    )
    parser.add_argument(
        "--layer", type=at_least(0), metavar="N", help="index of the activation (the last but one that gives maps)"
    )
    parser.add_argument(
        "--drop",
        type=_drop,
        default=("positive", 0.0),
        metavar="WHICH",
        help="positive: every map with a positive weight (the usual); top:K: the K largest; above:T: those above T",
    )
    parser.add_argument("--random", action="store_true", help="remove as many random maps instead, as a control")
    parser.add_argument("--l2", type=_above_zero, default=1.0, metavar="X", help="strength of the penalty (1)")
    parser.add_argument(
        "--seed", type=at_least(0, 2**63 - 1), metavar="N", help="of the pictures (the file's, otherwise 0)"
    )
    parser.add_argument(
        "--before-after",
        type=file_of(".png"),
        metavar="FILE.png",
        help=f"a PNG of {FRESH} fresh samples: before in the first row, after in the second, and in the third with as "
        "many random maps removed",
    )


def run(options: argparse.Namespace) -> int:
    """Fit, remove, and write."""
    from ganstudio.checkpoints.opening import open_model
    from ganstudio.checkpoints.sampling import check_inside
    from ganstudio.commands.output import check_out
    from ganstudio.dissection import box_files
    from ganstudio.dissection.feature_layers import FeatureLayerError, feature_layer
    from ganstudio.dissection.regions import RegionError, checked

    check_out("--out", options.out)
    if options.before_after is not None:
        check_out("--before-after", options.before_after)
    boxes, told = box_files.read(options.boxes)
    seed = options.seed if options.seed is not None else told or 0
    model = open_model(options.model)
    check_inside(model)
    _, height, width = model.architecture.output
    try:  # what is wrong is said before torch is loaded
        place = feature_layer(model.architecture, options.layer)
        checked(boxes, box_files.MOST_SAMPLES, height, width)
    except FeatureLayerError as error:
        raise CommandError(f"{options.model}: {error}") from None
    except RegionError as error:
        raise CommandError(f"--boxes {options.boxes}: {error}") from None

    from ganstudio.checkpoints.generator import Generator, TooLargeError
    from ganstudio.checkpoints.model import write_model
    from ganstudio.dissection.baking import NotBakedError, ablated
    from ganstudio.dissection.edits import random_maps
    from ganstudio.dissection.removal import removal
    from ganstudio.dissection.work import finished

    generator = Generator(model)
    given = generator.draw(max((box.sample for box in boxes), default=0) + 1, seed)
    try:
        fit = finished(removal(generator, given, boxes, place.index, options.l2, seed))
        _tell(fit)
        maps = _selected(fit, *options.drop)
        control = random_maps(place.maps, len(maps), seed)
        dropped = control if options.random else maps
        write_model(options.out, ablated(model, place.index, dropped))
        kind = "random maps" if options.random else "maps"
        print(f"{len(dropped)} of {place.maps} {kind} removed -> {options.out}")
        if options.before_after is not None:
            rows = [(), dropped] if options.random else [(), dropped, control]
            _write_sheet(options.before_after, generator, place.index, rows, seed + 1)
    except RegionError as error:
        raise CommandError(f"--boxes {options.boxes}: {error}") from None
    except (NotBakedError, TooLargeError) as error:
        raise CommandError(f"{options.model}: {error}") from None
    return 0


def _tell(fit: Fit) -> None:
    """Print what the regression found."""
    held_out = "" if fit.held_out is None else f", {fit.held_out:.1%} on pictures left out"
    print(f"layer {fit.layer.index} ({fit.layer.title}): {fit.inside:,} cells inside, {fit.outside:,} outside")
    print(f"told apart: {fit.accuracy:.1%}{held_out}; {(fit.weights > 0).sum()} maps with positive weights")


def _selected(fit: Fit, which: str, number: float) -> tuple[int, ...]:
    from ganstudio.dissection.edits import above, positive, top

    match which:
        case "top":
            return top(fit.weights, int(number))
        case "above":
            return above(fit.weights, number)
    return positive(fit.weights)


def _write_sheet(path: Path, generator: Generator, layer: int, rows: list[tuple[int, ...]], seed: int) -> None:
    """Write the same fresh samples in every row, each with other maps removed."""
    import numpy as np

    from ganstudio.dissection.changes import without
    from ganstudio.sheets.pixels import pixels
    from ganstudio.sheets.plain import write_sheet

    given = generator.draw(FRESH, seed)
    drawn = [generator.sample(given, without(((layer, maps),))) for maps in rows]
    write_sheet(path, pixels(np.concatenate(drawn), generator.architecture.output_range), len(rows), FRESH)
    print(f"{FRESH} samples before and after -> {path}")


# ---- types of single arguments --------------------------------------------------------------------------


def _drop(text: str) -> tuple[str, float]:
    """Parse "positive", "top:20" or "above:0.5"."""
    which, _, said = text.partition(":")
    try:
        number = float(said) if said else 0.0
    except ValueError:
        number = float("nan")
    whole = which != "top" or (number >= 1 and number.is_integer())
    if which not in ("positive", "top", "above") or (which == "positive") == bool(said) or not isfinite(number):
        whole = False
    if not whole:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not allowed; positive, top:K with a whole number of at least 1, or above:T with a number is"
        )
    return which, number


def _above_zero(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not (isfinite(number) and number > 0.0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return number
