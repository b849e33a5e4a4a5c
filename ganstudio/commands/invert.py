"""Find the latent with which a generator draws a picture, and how far from the picture that is."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ganstudio.commands.arguments import CommandError, at_least, choice, file_of, real

if TYPE_CHECKING:
    from ganstudio.architecture import Architecture
    from ganstudio.checkpoints.inputs import Given
    from ganstudio.dissection.inversion import Inverted

__all__ = ["add_arguments", "run"]

EPILOG = """\
The model's encoder gives a start if it has one; gradient descent goes on from there and from random latents, for each
class and category. The same model, picture and seed give the same latent, an NPY file that "ganstudio sample MODEL
--latents latent.npy" takes.

  ganstudio invert MODEL photo.jpg --out latent.npy --grid both.png
  ganstudio invert MODEL photo.jpg --out latent.npy --steps 1000 --restarts 16 --prior 0.001
"""
SMALL: Final = 5e7
"""Multiply-adds of a sample below which a second thread gains nothing."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.epilog = EPILOG
    parser.add_argument("model", metavar="MODEL", help="a model's file, or the name of one that comes with the program")
    parser.add_argument("picture", type=Path, metavar="PICTURE", help="a picture file, of any size")
    parser.add_argument(
        "--out", type=file_of(".npy"), required=True, metavar="FILE.npy", help="the latent, of shape (1, d)"
    )
    parser.add_argument(
        "--grid", type=file_of(".png"), metavar="FILE.png", help="a PNG of the picture and what the model makes of it"
    )
    parser.add_argument("--steps", type=at_least(0, 100_000), metavar="N", help="steps of gradient descent (400)")
    parser.add_argument("--restarts", type=at_least(1, 64), metavar="N", help="random starts for each class (8)")
    parser.add_argument("--rate", type=real, metavar="X", help="step size of Adam at the beginning (0.1)")
    parser.add_argument(
        "--prior", type=real, metavar="X", help="weight of the latent's mean square beside the error of pixels (0)"
    )
    parser.add_argument("--seed", type=at_least(0, 2**63 - 1), metavar="N", help="start of the random stream (0)")
    parser.add_argument("--no-encoder", action="store_true", help="do not use the model's encoder")
    parser.add_argument(
        "--fit",
        type=choice("fit", "crop", "pad"),
        default="crop",
        help="of a picture of another shape, crop takes the middle (the usual), pad adds white",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON, for programs")


def run(options: argparse.Namespace) -> int:
    """Search, write the latent, and print what else the model is told."""
    from ganstudio.checkpoints.opening import open_model
    from ganstudio.checkpoints.sampling import check_inside
    from ganstudio.commands.output import check_out, npy_bytes, progress, tell
    from ganstudio.files import write_whole
    from ganstudio.settings import SettingsError

    check_out("--out", options.out)
    if options.grid is not None:
        check_out("--grid", options.grid)
    model = open_model(options.model)
    check_inside(model)
    if not model.architecture.latent:
        raise CommandError(f"{options.model}: its generator has no latent that could be found")

    from ganstudio.checkpoints.generator import Generator
    from ganstudio.dissection.inversion import Descent, invert, picture_from, shape_note, target_of
    from ganstudio.dissection.work import cost
    from ganstudio.training.threads import use_one_thread

    named = {name: getattr(options, name) for name in ("steps", "restarts", "rate", "prior", "seed")}
    try:
        descent = Descent(encoder=not options.no_encoder).changed(
            **{name: value for name, value in named.items() if value is not None}
        )
    except SettingsError as error:
        raise CommandError(f"--{error}") from None
    picture = picture_from(options.picture, model.architecture, options.fit)
    if note := shape_note(options.picture, model.architecture, options.fit):
        tell(f"{options.picture}: {note}")
    generator = Generator(model)
    if cost(model.architecture) < SMALL:  # on busy cores threads wait for one another longer than they work
        use_one_thread()
    with progress(1, "inverting") as bar:

        def advance(found: Inverted) -> None:
            bar.total = found.total
            bar.set_postfix_str(f"{found.decibels:.1f} dB", refresh=False)
            bar.update(found.done - bar.n)

        try:
            found = invert(generator, target_of(picture, model.architecture), descent, advance)
        except ValueError as error:
            raise CommandError(f"{options.model}: {error}") from None
    latent = found.given[[one.kind for one in model.architecture.inputs].index("latent")]
    write_whole(options.out, npy_bytes(latent))
    _tell(options, found, _told(model.architecture, found.given))
    if options.grid is not None:
        _write_sheet(options.grid, picture, found, model.architecture)
    return 0


def _told(architecture: Architecture, given: Given) -> dict[str, float]:
    """Return what the generator is told beside the latent, by name."""
    from ganstudio.checkpoints.inputs import LATENT, places

    return {
        name: int(given[place.number][0]) if place.column is None else float(given[place.number][0, place.column])
        for name, place in places(architecture).items()
        if place.input.kind != LATENT
    }


def _tell(options: argparse.Namespace, found: Inverted, told: dict[str, float]) -> None:
    """Print the result."""
    if options.json:
        import json

        from ganstudio.commands.output import finite

        result: dict[str, Any] = {
            "error": found.error,
            "psnr": finite(found.decibels),
            "by_encoder": found.by_encoder,
            "told": told,
            "out": str(options.out),
        }
        print(json.dumps(result, indent=2))
        return
    said = "".join(f", {name} {value:.4g}" for name, value in told.items())
    start = "the encoder's latent" if found.by_encoder else "a random latent"
    print(f"mean squared error {found.error:.3g} (pixels from 0 to 1), {found.decibels:.1f} dB, from {start}{said}")
    print(f"latent -> {options.out}")


def _write_sheet(path: Path, picture: Any, found: Inverted, architecture: Architecture) -> None:
    """Write the picture and its reconstruction side by side."""
    import numpy as np

    from ganstudio.sheets.pixels import pixels
    from ganstudio.sheets.plain import write_sheet

    drawn = pixels(found.reconstruction[None], architecture.output_range)
    write_sheet(path, np.concatenate([picture[None], drawn]), 1, 2)
