"""Write what another program has saved as a file of GAN Studio: a generator as a model, GAN Lab's as an experiment."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from ganstudio.commands.arguments import CommandError
from ganstudio.commands.foreign import add_choices, choices

__all__ = ["add_arguments", "run"]

EPILOG = """\
No code in the file is run: only tensors are read, by a process of its own. The model's card says what was assumed.

  ganstudio convert netG_epoch_24.pth generator.safetensors
  ganstudio convert checkpoint.tar generator.safetensors --part netG --set activation=leaky_relu_0.2

What GAN Lab saved becomes an experiment; ganstudio window MODEL.json opens it with its trained networks.

  ganstudio convert ganlab_trained_model.json experiment.toml
"""
SUFFIXES = (".safetensors", ".toml")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.epilog = EPILOG
    parser.add_argument(
        "file",
        metavar="FILE",
        help="a PyTorch checkpoint (.pt, .pth, ...), safetensors, or GAN Lab's JSON",
    )
    parser.add_argument("out", type=_out, metavar="OUT", help="what is written: .safetensors, of GAN Lab's .toml")
    add_choices(parser)


def run(options: argparse.Namespace) -> int:
    """Write `options.out`."""
    if options.out.exists() and os.path.realpath(options.out) == os.path.realpath(options.file):
        raise CommandError(f"{options.out}: would be written over itself")

    from ganstudio.checkpoints.regular_file import opened
    from ganstudio.ganlab.kind import WEIGHTS_SUFFIX, json_of

    saved = json_of(options.file)
    if saved is None and str(options.file).lower().endswith((".json", WEIGHTS_SUFFIX)):
        with opened(options.file):  # says so if it cannot be
            raise CommandError(f"{options.file}: is no model that GAN Lab saved")
    if (saved is not None) != (options.out.suffix.lower() == ".toml"):
        kind = "GAN Lab's models become experiments (.toml)" if saved else "generators of pictures become .safetensors"
        raise CommandError(f"{options.out}: {kind}")
    if saved:
        _write_experiment(saved, options)
        return 0

    from ganstudio.checkpoints.model import write_model
    from ganstudio.checkpoints.opening import open_model
    from ganstudio.checkpoints.sampling import check_inside
    from ganstudio.commands.inspect import summary

    model = open_model(options.file, choices(options))
    check_inside(model)
    write_model(options.out, model)
    print(f"{summary(model.architecture)} -> {options.out}")
    return 0


def _write_experiment(saved: Path, options: argparse.Namespace) -> None:
    from ganstudio import files
    from ganstudio.ganlab.experiment import read

    if said := choices(options):
        raise CommandError(f"{min(said)} is not asked of GAN Lab's models")
    carried = read(saved)
    files.save(options.out, carried.comparison)
    for text in carried.problems:
        print(f"note: {text}")
    print(f"{carried.comparison.title}, untrained -> {options.out}")


def _out(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in SUFFIXES:
        raise argparse.ArgumentTypeError(f"{text!r} has to end in {' or '.join(SUFFIXES)}")
    return path
