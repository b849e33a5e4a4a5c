"""Draw samples of a trained generator: a sheet as PNG, the raw numbers as NPY, or a walk as GIF or MP4."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.commands.arguments import CommandError, at_least, choice, real
from ganstudio.commands.foreign import add_choices, choices

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ganstudio.architecture import Architecture
    from ganstudio.checkpoints.sampling import Sampler
    from ganstudio.sheets.recipe import Recipe

__all__ = ["add_arguments", "run"]

EPILOG = """\
The same model, seed and options give the same bytes, which are those that the window exports. The PNG says in itself
what it shows. "ganstudio list models" shows the models that come with the program.

  ganstudio sample MODEL --n 64 --seed 7 --out grid.png
  ganstudio sample MODEL --by class --columns 10 --out classes.png
  ganstudio sample MODEL --category 3 --code c1=-2..2 --out slant.png
  ganstudio sample MODEL --latents z.npy --out x.npy
  ganstudio sample MODEL --n 16 --walk 120 --out walk.gif
  ganstudio sample netG.pth --set activation=leaky_relu_0.2 --out grid.png
"""
SUFFIXES = (".png", ".npy", ".gif", ".mp4")
FILMS = (".gif", ".mp4")
LARGEST_LATENTS = 512 * 2**20
"""Bytes of an NPY file."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.epilog = EPILOG
    parser.add_argument(
        "model",
        metavar="MODEL",
        help="a file (ours, PyTorch's, ONNX), or the name of a model that is shipped",
    )
    parser.add_argument(
        "--out",
        type=_out,
        action="append",
        required=True,
        metavar="FILE",
        help="what is written: .png, .npy (n, channels, height, width) float32, .gif or .mp4; may be repeated",
    )
    parser.add_argument("--n", type=at_least(1, 10_000), metavar="N", help="samples (64)")
    parser.add_argument(
        "--seed", type=at_least(0, 2**63 - 1), default=0, metavar="N", help="start of the random stream"
    )
    parser.add_argument(
        "--latents", type=Path, metavar="FILE", help="latents as they are, NPY of shape (n, d), in place of drawn ones"
    )
    parser.add_argument("--truncation", type=real, metavar="T", help="largest size of the latents' numbers")
    inputs = parser.add_argument_group("what the generator is told (drawn, where nothing is said)")
    inputs.add_argument("--class", dest="label", metavar="CLASS", help="a class, by number from 0 or by name")
    inputs.add_argument("--category", type=at_least(0), metavar="K", help="a category, from 0")
    inputs.add_argument(
        "--code",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a code, for example c1=0.5, or c1=-1..1 from left to right; may be repeated",
    )
    sheet = parser.add_argument_group("the sheet")
    sheet.add_argument(
        "--by",
        action="append",
        default=[],
        metavar="NAME",
        help="a row for each class or category, a column for each step of a code: class, category, c1, ...",
    )
    sheet.add_argument("--rows", type=at_least(1, 1000), metavar="N", help="rows of samples")
    sheet.add_argument("--columns", type=at_least(1, 1000), metavar="N", help="samples in a row")
    sheet.add_argument("--padding", type=at_least(0, 64), default=2, metavar="PIXELS", help="space around samples (2)")
    sheet.add_argument("--scale", type=at_least(1, 32), default=1, metavar="N", help="each pixel as N x N (1)")
    sheet.add_argument("--background", default="#ffffff", metavar="#RRGGBB", help="colour of that space (#ffffff)")
    film = parser.add_argument_group("a walk, for .gif and .mp4")
    film.add_argument("--walk", type=at_least(2, 5000), default=120, metavar="FRAMES", help="frames of the film (120)")
    film.add_argument("--pins", type=at_least(2, 100), default=4, metavar="N", help="latents on the way, a circle (4)")
    film.add_argument(
        "--way", type=choice("way", "spherical", "linear"), default="spherical", help="spherical (the usual) or linear"
    )
    film.add_argument("--rate", type=at_least(1, 60), default=20, metavar="N", help="frames a second (20)")
    add_choices(parser)


def run(options: argparse.Namespace) -> int:
    """Write what `options.out` names."""
    for path in options.out:
        if not path.absolute().parent.is_dir():
            raise CommandError(f"--out {path}: its folder does not exist")
        if path.is_dir():
            raise CommandError(f"--out {path}: is a folder; a file is needed")
        if not os.access(path.absolute().parent, os.W_OK):
            raise CommandError(f"--out {path}: its folder cannot be written to")

    from ganstudio.checkpoints.inputs import InputError
    from ganstudio.checkpoints.opening import open_model
    from ganstudio.commands.recipes import recipe_of

    model = open_model(options.model, choices(options))
    latents = None if options.latents is None else _latents(options.latents, model.architecture)
    films = any(path.suffix.lower() in FILMS for path in options.out)
    try:
        recipe = recipe_of(model, options, None if latents is None else 1 if films else len(latents))
        # What is wrong is said before torch is loaded.
        recipe.given(model.architecture, latents)
        for path in options.out:
            _check_sheet(path, model.architecture, recipe)

        from ganstudio.checkpoints.sampling import TooLargeError, sampler

        generator = sampler(model)
        try:
            for path in options.out:
                _write(path, generator, recipe, latents, options)
        except TooLargeError as error:
            raise CommandError(f"{options.model}: {error}") from None
    except InputError as error:
        raise CommandError(f"{options.model}: {error}") from None
    return 0


def _check_sheet(path: Path, architecture: Architecture, recipe: Recipe) -> None:
    """Refuse what makes no picture."""
    from ganstudio.sheets.pixels import check_channels, sheet_size

    if path.suffix.lower() == ".npy":
        return
    channels, height, width = architecture.output
    try:
        check_channels(channels)
        sheet_size(height, width, recipe.arrangement)
    except ValueError as error:
        raise CommandError(f"--out {path}: {error}") from None


def _write(
    path: Path, generator: Sampler, recipe: Recipe, latents: NDArray[np.float32] | None, options: argparse.Namespace
) -> None:
    """Write one file and say so."""
    from ganstudio.commands.output import npy_bytes
    from ganstudio.files import write_whole
    from ganstudio.sheets import picture

    what = f"{recipe.n:,} {'sample' if recipe.n == 1 else 'samples'} of {generator.model.name}"
    if path.suffix.lower() in FILMS:
        _write_film(path, generator, recipe, latents, options)
        print(f"{what}, {options.walk:,} frames -> {path}")
        return
    samples = generator.sample(recipe.given(generator.architecture, latents))
    if path.suffix.lower() == ".npy":
        write_whole(path, npy_bytes(samples))
    else:
        write_whole(path, picture.png(samples, generator.model, recipe, latents))
    print(f"{what} -> {path}")


def _write_film(
    path: Path, generator: Sampler, recipe: Recipe, latents: NDArray[np.float32] | None, options: argparse.Namespace
) -> None:
    """Write a walk through latents, each sample of the sheet on a way of its own."""
    from ganstudio.films.writing import write_film
    from ganstudio.sheets.pixels import sheet_size
    from ganstudio.sheets.walks import frames

    _, height, width = generator.architecture.output
    tall, wide = sheet_size(height, width, recipe.arrangement)
    try:
        walked = frames(generator.sample, generator.model, recipe, options.walk, options.pins, options.way, latents)
    except ValueError as error:
        raise CommandError(f"--out {path}: {error}") from None
    write_film(path, (wide, tall), walked, options.rate)


def _out(text: str) -> Path:
    """Parse a file's name whose suffix says what it becomes."""
    path = Path(text)
    if path.suffix.lower() not in SUFFIXES:
        raise argparse.ArgumentTypeError(f"{text!r} has to end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}")
    return path


def _latents(path: Path, architecture: Architecture) -> NDArray[np.float32]:
    """Return the latents in an NPY file."""
    import numpy as np

    from ganstudio.checkpoints import inputs
    from ganstudio.checkpoints.errors import CheckpointError
    from ganstudio.checkpoints.regular_file import opened

    needed = f"an NPY file with real numbers of shape (n, {architecture.latent}) is needed"
    with opened(path) as (file, size):
        if file.read(6) != b"\x93NUMPY":
            raise CheckpointError(path, f"is no NPY file; {needed}")
        if size > LARGEST_LATENTS:
            raise CheckpointError(path, f"has {size / 1e6:,.0f} MB; at most {LARGEST_LATENTS / 1e6:,.0f} MB are read")
    try:
        # A mapped file's shape is held against its size; an array of it would be allocated first.
        return inputs.latents(architecture, np.lib.format.open_memmap(path, mode="r"))
    except inputs.InputError as error:
        raise CheckpointError(path, error) from None
    except ValueError as error:
        if "Python objects" in str(error):
            raise CheckpointError(path, f"holds pickled Python objects, which are never loaded; {needed}") from None
        raise CheckpointError(path, f"is a broken NPY file or cut off; {needed}") from None
    except (OSError, EOFError, MemoryError, OverflowError) as error:
        raise CheckpointError(path, f"cannot be read ({getattr(error, 'strerror', None) or error})") from None
