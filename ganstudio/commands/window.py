"""Open the window, on a method, a preset or a TOML file, or as it was left."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.commands.arguments import CommandError, choice, resolved

if TYPE_CHECKING:
    from ganstudio.experiment import Comparison
    from ganstudio.messages import Arrays

__all__ = ["WindowOptions", "add_arguments", "run"]


@dataclass(frozen=True)
class WindowOptions:
    """How the window is opened.

    Attributes
    ----------
    screenshot
        Write a picture of the window to this file, then quit.
    after
        Seconds from the first paint to the picture.
    size
        Width and height in pixels, or None for what was used last.
    theme
        "light", "dark", or None for what was used last.
    play
        Start training at once.
    starts
        States that the runs begin with, see `ganstudio.presets.starts`; () begins all at step 0.
    """

    screenshot: Path | None = None
    after: float = 0.0
    size: tuple[int, int] | None = None
    theme: str | None = None
    play: bool = False
    starts: tuple[Arrays | None, ...] = ()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the window's arguments."""
    parser.add_argument("what", nargs="?", metavar="WHAT", help="a method, a preset, a TOML file, or JSON of GAN Lab")
    parser.add_argument("--play", action="store_true", help="start training at once")
    parser.add_argument("--theme", type=choice("theme", "light", "dark"), help="light or dark")
    parser.add_argument("--size", type=_size, metavar="WIDTHxHEIGHT", help="for example 1280x800")
    parser.add_argument(
        "--screenshot", type=Path, metavar="FILE", help="write a picture of the window as PNG, then quit"
    )
    parser.add_argument("--after", type=_seconds, default=0.0, metavar="SECONDS", help="... after so long")


def run(options: argparse.Namespace) -> int:
    """Open the window and return its exit code when it is closed."""
    comparison, starts = _shown(options.what) if options.what else (None, ())
    if options.screenshot and not options.screenshot.absolute().parent.is_dir():
        raise CommandError(f"--screenshot {options.screenshot}: its folder does not exist")
    from ganstudio.gui.app import run as open_window

    chosen = WindowOptions(options.screenshot, options.after, options.size, options.theme, options.play, starts)
    code: int = open_window(comparison, chosen)
    return code


def _shown(what: str) -> tuple[Comparison, tuple[Arrays | None, ...]]:
    """Return what the window shows, and the states that its runs begin with."""
    from ganstudio import presets
    from ganstudio.ganlab.kind import json_of

    if what not in presets.names() and (saved := json_of(what)):
        from ganstudio.ganlab.experiment import read

        carried = read(saved)
        for text in carried.problems:
            print(f"{what}: {text}", file=sys.stderr)
        return carried.comparison, carried.states
    return resolved(what), presets.starts(what) if what in presets.names() else ()


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal() and 320 <= int(width) <= 16384 and 240 <= int(height) <= 16384):
        raise argparse.ArgumentTypeError(f"{text!r} is not WIDTHxHEIGHT in pixels, for example 1280x800")
    return int(width), int(height)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0.0 <= seconds < 86400.0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0 to 86400")
    return seconds
