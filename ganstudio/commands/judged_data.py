"""The set of pictures that a model is judged with, as the command line names it."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any

from ganstudio.commands.arguments import CommandError, one_of

if TYPE_CHECKING:
    from ganstudio.checkpoints.model import Model
    from ganstudio.imagesets import ImageSet

__all__ = ["add_arguments", "chosen"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which model and which set."""
    parser.add_argument("model", metavar="MODEL", help="a model's file, or the name of one that comes with the program")
    parser.add_argument(
        "--data", metavar="SET", help="a set of pictures, a folder or a zip archive (what the model was trained on)"
    )


def chosen(model: Model, data: str | None) -> ImageSet:
    """Return the named set at the size of the model's pictures, or what the model was trained on.

    Raises
    ------
    CommandError, SettingsError
        If there is no such set, or none of that size.
    """
    from ganstudio.imagesets import IMAGE_SETS
    from ganstudio.judging.data import image_set_of, trained_on
    from ganstudio.settings import SettingsError

    if data is None:
        return trained_on(model)
    channels, height, _ = model.architecture.output
    settings: dict[str, Any] = {"name": data, "size": height}
    if data not in IMAGE_SETS or data == "pictures":
        if not os.path.exists(data):  # noqa: PTH110 - unlike Path.exists, it bears every string
            named = [name for name in IMAGE_SETS if name != "pictures"]
            raise CommandError(f"--data: {one_of('set of pictures, folder or zip archive', data, named)}")
        settings |= {"name": "pictures", "path": data, "colour": "grey" if channels == 1 else "rgb"}
    try:
        found = image_set_of(settings)
    except SettingsError as error:
        raise CommandError(f"--data {data}: at the size of the model's pictures, {error}") from None
    if found.channels != channels:
        raise CommandError(f"--data {data}: has {found.channels} channels; the model's pictures have {channels}")
    return found
