"""Train the classifiers that generated pictures are judged by, and write them to models/judges: ``make judges``.

MNIST, Fashion-MNIST and emoji64.zip are looked for where `ganstudio data` looks; see models/judges/README.md.
The same versions on the same machine give the same files. One thread, some minutes each.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ganstudio.architecture import Activation, Architecture, BatchNorm, Convolution, Dense, Layer, Reshape
from ganstudio.checkpoints.generator import Network
from ganstudio.checkpoints.model import Part
from ganstudio.convolutional import Convolutional
from ganstudio.imagesets import IMAGE_SETS, ImageSet, Pictures
from ganstudio.judging.judge_file import JudgeCard, read_judge, write_judge
from ganstudio.nets.mlp import Statistics
from ganstudio.nets.stack import Stack
from ganstudio.resources import models_folder
from ganstudio.training.threads import use_one_thread

__all__ = ["main"]

FEATURES = 64
"""Numbers of a judge's penultimate layer, in which pictures are compared."""
LARGEST = 400_000
"""Bytes that a file may have: it comes with every copy of the program."""
BATCH = 128
SMOOTHING = 0.05
HELD_OUT = 10
"""Of a set without a test part, every tenth picture is for the test alone."""


@dataclass(frozen=True)
class Recipe:
    """How one judge is trained.

    Attributes
    ----------
    convolutions
        (maps, kernel, stride) of each, next to the picture first.
    rotation, scale, shift
        Largest random change of a training picture: degrees, share, share of the side.
    flip, colour
        Whether it is mirrored at random, and made lighter, darker, paler.
    """

    title: str
    data: str
    licence: str
    convolutions: tuple[tuple[int, int, int], ...]
    epochs: int
    rate: float
    rotation: float
    scale: float
    shift: float
    flip: bool = False
    colour: bool = False


RECIPES = {
    "mnist": Recipe(
        "MNIST classifier",
        "MNIST, the 60,000 training pictures: Y. LeCun, C. Cortes and C. Burges",
        "Data CC BY-SA 3.0; weights CC BY-SA 3.0",
        ((16, 4, 2), (32, 3, 1), (64, 4, 2), (64, 3, 2)),
        epochs=4,
        rate=4e-3,
        rotation=8.0,
        scale=0.08,
        shift=0.04,
    ),
    "fashion_mnist": Recipe(
        "Fashion-MNIST classifier",
        "Fashion-MNIST, the 60,000 training pictures: H. Xiao, K. Rasul and R. Vollgraf, Zalando SE 2017",
        "Data MIT; weights MIT",
        ((24, 4, 2), (48, 3, 1), (64, 4, 2), (64, 3, 2)),
        epochs=6,
        rate=4e-3,
        rotation=0.0,
        scale=0.04,
        shift=0.03,
        flip=True,
    ),
    "emoji": Recipe(
        "emoji classifier",
        "Twemoji, 9 of 10 of 3,786 colour pictures of 64 x 64 pixels in ten classes: Twitter, Inc and contributors",
        "Data CC BY 4.0; weights CC BY 4.0",
        ((16, 4, 2), (32, 4, 2), (64, 4, 2), (64, 4, 2)),
        epochs=24,
        rate=4e-3,
        rotation=15.0,
        scale=0.15,
        shift=0.08,
        flip=True,
        colour=True,
    ),
}


def architecture(recipe: Recipe, picture: tuple[int, int, int], classes: int) -> Architecture:
    """Return the judge's layers: strided convolutions with batch normalisation, `FEATURES` numbers, and scores."""
    layers: list[Layer] = []
    channels, side, _ = picture
    for maps, kernel, stride in recipe.convolutions:
        padding = (kernel - 1) // 2
        layers += [
            Convolution(inputs=channels, outputs=maps, kernel=kernel, stride=stride, padding=padding, bias=False),
            BatchNorm(features=maps),
            Activation(function="relu"),
        ]
        channels, side = maps, (side + 2 * padding - kernel) // stride + 1
    flat = channels * side * side
    layers += [
        Reshape(channels=flat, height=0, width=0),
        Dense(inputs=flat, outputs=FEATURES),
        Activation(function="relu"),
        Dense(inputs=FEATURES, outputs=classes),
    ]
    return Architecture(picture=picture, layers=tuple(layers))


def split(image_set: ImageSet) -> tuple[Pictures, Pictures, str]:
    """Return training and test pictures, and what the latter are."""
    train = image_set.load()
    if "test" in image_set.splits:
        test = image_set.load("test")
        return train, test, f"the set's {len(test):,} test pictures"
    held = np.arange(len(train)) % HELD_OUT == 0
    parts = [Pictures(train.pixels[kept], train.labels[kept], train.class_names) for kept in (~held, held)]
    return parts[0], parts[1], f"every {HELD_OUT}th picture, none of which was trained on"


def batches(pictures: Pictures, recipe: Recipe, random: torch.Generator) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield one epoch of changed pictures in [-1, 1] and their classes."""
    pixels, labels = torch.tensor(pictures.pixels), torch.tensor(pictures.labels)
    order = torch.randperm(len(labels), generator=random)
    for chosen in order[: len(order) // BATCH * BATCH].split(BATCH):
        yield changed(pixels[chosen].float() * (2 / 255) - 1, recipe, random), labels[chosen]


def changed(x: Tensor, recipe: Recipe, random: torch.Generator) -> Tensor:
    """Return pictures that are turned, scaled, shifted, mirrored and coloured anew at random."""

    def uniform(most: float, *shape: int) -> Tensor:
        return (2 * torch.rand(len(x), *shape, generator=random) - 1) * most

    angle, scale = torch.deg2rad(uniform(recipe.rotation)), 1 + uniform(recipe.scale)
    mirror = torch.where(torch.rand(len(x), generator=random) < 0.5, -1.0, 1.0) if recipe.flip else torch.ones(len(x))
    matrix = torch.zeros(len(x), 2, 3)
    matrix[:, 0, 0], matrix[:, 0, 1] = mirror * scale * angle.cos(), -scale * angle.sin()
    matrix[:, 1, 0], matrix[:, 1, 1] = mirror * scale * angle.sin(), scale * angle.cos()
    matrix[:, :, 2] = 2 * uniform(recipe.shift, 2)
    grid = F.affine_grid(matrix, list(x.shape), align_corners=False)
    x = F.grid_sample(x, grid, padding_mode="border", align_corners=False)
    if recipe.colour:
        grey = x.mean(1, keepdim=True)
        x = grey + (x - grey) * (1 + uniform(0.4, 1, 1, 1)) + uniform(0.2, 1, 1, 1)
        x = (x * (1 + uniform(0.3, 1, 1, 1))).clamp(-1, 1)
    return x


def trained(recipe: Recipe, described: Architecture, pictures: Pictures, seed: int) -> Part:
    """Return the trained network: AdamW, one cycle of the learning rate, smoothed labels."""
    random = torch.Generator().manual_seed(seed)
    stack = Stack(Convolutional(initialisation="he"), described)
    parameters = stack.initial([random]).requires_grad_()
    statistics: Statistics = stack.statistics(1, "cpu")
    optimiser = torch.optim.AdamW([parameters], lr=recipe.rate, weight_decay=1e-3)
    steps = recipe.epochs * (len(pictures) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.rate, total_steps=steps, pct_start=0.2)
    for epoch in range(recipe.epochs):
        losses = []
        for x, labels in batches(pictures, recipe, random):
            logits = stack.bind(parameters, statistics, "learn")(x.flatten(1)[None])[0]
            loss = F.cross_entropy(logits, labels, label_smoothing=SMOOTHING)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        print(f"  epoch {epoch + 1} of {recipe.epochs}: loss {np.mean(losses):.4f}", flush=True)
    tensors = stack.tensors(parameters.detach(), statistics)
    return Part(described, {name: value.numpy() for name, value in tensors.items()})


def right(part: Part, pictures: Pictures) -> float:
    """Return the share of pictures whose class the network names."""
    logits = Network(part).output(pictures.pixels.astype(np.float32) * np.float32(2 / 255) - 1)
    return float((logits.argmax(1) == pictures.labels).mean())


def make(name: str, image_set: ImageSet, seed: int, folder: Path) -> int:
    """Train one judge, write it, and return how many bytes it has."""
    recipe = RECIPES[name]
    pictures, test, tested_on = split(image_set)
    described = architecture(recipe, pictures.pixels.shape[1:], len(pictures.class_names))
    begun = time.process_time()
    part = trained(recipe, described, pictures, seed)
    path = folder / f"{name}.safetensors"
    card = JudgeCard(
        title=recipe.title,
        data=recipe.data,
        licence=recipe.licence,
        class_names=pictures.class_names,
        accuracy=0.0,
        tested=len(test),
        tested_on=tested_on,
        settings=f"packaging/train_judges.py {name} --seed {seed}; {recipe.epochs} epochs",
    )
    write_judge(path, part, card)
    # Measured with the numbers of the file, which have fewer digits.
    accuracy = right(read_judge(path)[0], test)
    size = write_judge(path, part, card.changed(accuracy=round(accuracy, 5)))
    seconds = time.process_time() - begun
    print(f"  {accuracy:.2%} of {tested_on}; {size:,} bytes; {seconds:.0f} s of CPU time", flush=True)
    return size


def main() -> int:
    """Train the judges that are asked for, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("judges", nargs="*", choices=[[], *RECIPES], metavar="JUDGE", help=f"{', '.join(RECIPES)}")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=models_folder() / "judges")
    options = parser.parse_args()
    use_one_thread()
    options.out.mkdir(parents=True, exist_ok=True)
    emoji = os.path.join(os.environ.get("GANSTUDIO_DATA", "."), "emoji64.zip")  # noqa: PTH118
    for name in options.judges or RECIPES:
        print(name, flush=True)
        settings = {"path": emoji, "size": 64} if name == "emoji" else {}
        kind = IMAGE_SETS["pictures" if name == "emoji" else name]
        if make(name, kind.model_validate(settings), options.seed, options.out) > LARGEST:
            print(f"{name}: more than {LARGEST:,} bytes", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
