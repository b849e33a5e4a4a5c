"""Make assets/presets/*.png, what each preset shows after its steps; run ``make thumbnails`` after changing a preset.

``make_thumbnails.py NAME ...`` makes some only. All of them take about fifteen minutes on one core.
"""

from __future__ import annotations

import io
import sys

import torch
from PIL import Image

from ganstudio import pictures, presets
from ganstudio.experiment import Experiment
from ganstudio.palette import LIGHT
from ganstudio.resources import assets_folder
from ganstudio.training import NonFiniteLoss, Trainer

SIDE = 144
"""Pixels of each pane's square, so that they are sharp on screens with two pixels a point."""
GAP = 6
FIELD_RESOLUTION = 64
SAMPLES = 500


def pane(experiment: Experiment, steps: int) -> Image.Image:
    """Return what one pane shows after so many steps, or what it last showed before it exploded."""
    trainer = Trainer(experiment.changed(device="cpu"))
    try:
        trainer.train(steps)
    except NonFiniteLoss as error:
        print(f"  {experiment.title}: {error}", file=sys.stderr)
    fields = trainer.field(experiment.data.window(), FIELD_RESOLUTION)
    view = pictures.View.of(experiment, trainer.samples(SAMPLES)[0], None if fields is None else fields[0], "")
    return Image.open(io.BytesIO(pictures.thumbnail(view, SIDE, LIGHT)))


def row(panes: list[Image.Image]) -> bytes:
    """Return the panes side by side as a PNG with their common colours; what is between them is transparent."""
    whole = Image.new("P", (len(panes) * (SIDE + GAP) - GAP, SIDE), 255)
    colours = panes[0].getpalette() or []
    whole.putpalette(colours[: 3 * 255] + [0] * (3 * 256 - len(colours[: 3 * 255])))
    for number, picture in enumerate(panes):
        whole.paste(picture, (number * (SIDE + GAP), 0))
    content = io.BytesIO()
    whole.save(content, format="PNG", optimize=True, transparency=255)
    return content.getvalue()


def main(names: list[str]) -> int:
    """Write the pictures of these presets, or of all."""
    torch.set_num_threads(1)
    for name in names or presets.names():
        comparison = presets.load(name)
        content = row([pane(experiment, comparison.steps) for experiment in comparison.experiments])
        path = assets_folder() / "presets" / f"{name}.png"
        path.write_bytes(content)
        print(f"{path.name}: {len(content):,} bytes", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
