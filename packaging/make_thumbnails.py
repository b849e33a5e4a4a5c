"""Make assets/presets/*.png, what each preset shows after its steps; run ``make thumbnails`` after changing a preset.

``make_thumbnails.py NAME ...`` makes some only. All of them take about a quarter of an hour on one core.
"""

from __future__ import annotations

import io
import math
import sys
from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image

from ganstudio import pictures, presets
from ganstudio.experiment import Experiment
from ganstudio.messages import Arrays
from ganstudio.palette import LIGHT
from ganstudio.resources import assets_folder
from ganstudio.training import NonFiniteLoss, Trainer

SIDE = 144
"""Pixels of each pane's square, so that they are sharp on screens with two pixels a point."""
GAP, CELL_GAP = 6, 2
BETWEEN = 255
"""Index of the transparent colour."""
FIELD_RESOLUTION = 64
SAMPLES = 500


def pane(experiment: Experiment, steps: int, start: Arrays | None) -> Image.Image:
    """Return what one pane shows: after so many steps, or at the state that it begins with, one cell a seed."""
    trainer = Trainer(experiment.changed(device="cpu"))
    if start is not None:
        trainer.start_from({name: torch.from_numpy(np.array(value)) for name, value in start.items()})
    else:
        train(trainer, steps)
    fields = trainer.field(experiment.data.window(), FIELD_RESOLUTION)
    samples = trainer.samples(SAMPLES)
    across = math.ceil(math.sqrt(experiment.runs))
    side = (SIDE + CELL_GAP) // across - CELL_GAP
    cells: list[Image.Image] = []
    for run in range(experiment.runs):
        view = pictures.View.of(experiment, samples[run], None if fields is None else fields[run], "")
        cells.append(Image.open(io.BytesIO(pictures.thumbnail(view, side, LIGHT))))
    places = [(run % across * (side + CELL_GAP), run // across * (side + CELL_GAP)) for run in range(len(cells))]
    return together(cells, places, (SIDE, SIDE)) if len(cells) > 1 else cells[0]


def train(trainer: Trainer, steps: int) -> None:
    """Train for so many steps, or until it explodes: then the last finite state is shown."""
    try:
        trainer.train(steps)
    except NonFiniteLoss as error:
        print(f"  {trainer.experiment.title}: {error}", file=sys.stderr)


def together(parts: Sequence[Image.Image], places: list[tuple[int, int]], size: tuple[int, int]) -> Image.Image:
    """Return pictures of the same colours in one; what is between them has a colour of its own."""
    whole = Image.new("P", size, BETWEEN)
    colours = (parts[0].getpalette() or [])[: 3 * BETWEEN]
    whole.putpalette(colours + [0] * (3 * 256 - len(colours)))
    for part, place in zip(parts, places, strict=True):
        whole.paste(part, place)
    return whole


def row(panes: Sequence[Image.Image]) -> bytes:
    """Return the panes side by side as a PNG; what is between them is transparent."""
    places = [(number * (SIDE + GAP), 0) for number in range(len(panes))]
    whole = together(panes, places, (len(panes) * (SIDE + GAP) - GAP, SIDE))
    content = io.BytesIO()
    whole.save(content, format="PNG", optimize=True, transparency=BETWEEN)
    return content.getvalue()


def main(names: list[str]) -> int:
    """Write the pictures of these presets, or of all."""
    torch.set_num_threads(1)
    for name in names or presets.names():
        comparison = presets.load(name)
        starts = presets.starts(name) or (None,) * len(comparison.experiments)
        panes = zip(comparison.experiments, starts, strict=True)
        content = row([pane(experiment, comparison.steps, start) for experiment, start in panes])
        path = assets_folder() / "presets" / f"{name}.png"
        path.write_bytes(content)
        print(f"{path.name}: {len(content):,} bytes", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
