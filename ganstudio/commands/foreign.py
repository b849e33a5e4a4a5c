"""Options of all commands that open other people's checkpoints."""

from __future__ import annotations

import argparse
from typing import Any

from ganstudio.commands.arguments import LONGEST_SETTING, CommandError, shown

__all__ = ["add_choices", "choices"]


def add_choices(parser: argparse.ArgumentParser) -> None:
    """Declare what can be said of another program's file where its shapes do not tell."""
    group = parser.add_argument_group("another program's file", '"ganstudio inspect FILE" shows what can be said')
    group.add_argument("--part", metavar="NAME", help="which network in the file is taken, for example netG")
    group.add_argument(
        "--set",
        type=_choice,
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="what shapes do not tell, for example activation=leaky_relu_0.2 or output=sigmoid; may be repeated",
    )


def choices(options: argparse.Namespace) -> dict[str, Any]:
    """Return what was said, as `open_model` takes it.

    Raises
    ------
    CommandError
        If one thing was said twice.
    """
    found: dict[str, Any] = {} if options.part is None else {"part": options.part}
    for key, value in options.set:
        if key in found:
            raise CommandError(f"--set {key} is said twice")
        found[key] = value
    return found


def _choice(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key.strip() and equals and value.strip()) or len(text) > LONGEST_SETTING:
        raise argparse.ArgumentTypeError(f"{shown(text)} is not of the form key=value, for example output=sigmoid")
    return key.strip(), value.strip()
