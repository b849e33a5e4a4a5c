"""Write the generator in another program's checkpoint as a model of GAN Studio."""

from __future__ import annotations

import argparse
import os

from ganstudio.commands.arguments import CommandError, file_of
from ganstudio.commands.foreign import add_choices, choices

__all__ = ["add_arguments", "run"]

EPILOG = """\
No code in the file is run: only tensors are read, by a process of its own. The model's card says what was assumed.

  ganstudio convert netG_epoch_24.pth generator.safetensors
  ganstudio convert checkpoint.tar generator.safetensors --part netG --set activation=leaky_relu_0.2
"""
SUFFIX = ".safetensors"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.epilog = EPILOG
    parser.add_argument(
        "file", metavar="FILE", help="a PyTorch checkpoint (.pt, .pth, .bin, .ckpt, .tar) or safetensors"
    )
    parser.add_argument("out", type=file_of(SUFFIX), metavar="OUT.safetensors", help="what is written")
    add_choices(parser)


def run(options: argparse.Namespace) -> int:
    """Write `options.out`."""
    if options.out.exists() and os.path.realpath(options.out) == os.path.realpath(options.file):
        raise CommandError(f"{options.out}: would be written over itself")

    from ganstudio.checkpoints.model import write_model
    from ganstudio.checkpoints.opening import open_model
    from ganstudio.commands.inspect import summary

    model = open_model(options.file, choices(options))
    write_model(options.out, model)
    print(f"{summary(model.architecture)} -> {options.out}")
    return 0
