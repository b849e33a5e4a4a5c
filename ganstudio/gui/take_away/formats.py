"""What can be taken away, in one table: the panel, the menu and the names of files share it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from ganstudio.gui.session import Pane

__all__ = ["FORMATS", "Choices", "Format", "file_name", "formats"]


@dataclass(frozen=True)
class Format:
    """One row.

    Attributes
    ----------
    title, line
        A word, and a line that says what it is good for.
    suffix
        Of the file.
    options
        Fields of `Choices` that matter to it.
    of_pane
        Whether it is always of the selected pane.
    """

    title: str
    line: str
    suffix: str
    options: tuple[str, ...] = ()
    of_pane: bool = False


FORMATS: dict[str, Format] = {
    "png": Format(
        "PNG",
        "Picture; dropped on the window, it brings experiment and run back",
        "png",
        ("subject", "scale", "carries"),
    ),
    "svg": Format("SVG", "Drawing whose lines, dots and words can be edited", "svg", ("subject",)),
    "gif": Format("GIF", "Film of the timeline that plays everywhere", "gif", ("subject", "rate", "frames")),
    "mp4": Format("MP4", "Film of the timeline, smaller and in all colours", "mp4", ("subject", "rate", "frames")),
    "csv": Format("CSV", "Losses and metrics of the selected pane, all steps and seeds", "csv", (), True),
    "npy": Format("NPY", "Samples of the selected pane as an array of float32", "npy", ("count",), True),
    "script": Format("PyTorch", "Script that repeats the selected run without GAN Studio", "py", (), True),
}


def formats() -> dict[str, Format]:
    """Return the rows that there is everything for."""
    missing = {"script"} if find_spec("ganstudio.script") is None else set()
    return {key: row for key, row in FORMATS.items() if key not in missing}


@dataclass(frozen=True)
class Choices:
    """How something is taken away.

    Attributes
    ----------
    subject
        "pane" (the selected one), "panes" (all) or "window".
    scale
        Pixels of a picture for each on the screen.
    carries
        Whether a PNG carries experiment and run.
    rate
        Frames a second of a film.
    frames
        At most so many of the timeline's steps.
    count
        How many samples.
    """

    subject: str = "panes"
    scale: int = 2
    carries: bool = True
    rate: int = 10
    frames: int = 120
    count: int = 10_000


def file_name(panes: Sequence[Pane], suffix: str) -> str:
    """Return a name that says what is in a file, for example "wgan-gp-seed-0-step-2600.png"."""
    titles = "-".join(re.sub(r"[^a-z0-9]+", "-", pane.experiment.title.lower()).strip("-") for pane in panes)
    seeds = "-".join(str(seed) for seed in sorted({pane.experiment.seed for pane in panes}))
    steps = {pane.snapshot.shown_step if pane.snapshot else pane.start_step for pane in panes}
    return f"{titles[:80].strip('-') or 'run'}-seed-{seeds[:20]}-step-{max(steps, default=0)}.{suffix}"
