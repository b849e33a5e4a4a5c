"""Differentiable augmentation of what the critic sees: Zhao et al. 2020, arXiv 2006.10738, as released.

Each function takes pictures (batch, channels, height, width) and uniform numbers (batch, n) on [0, 1), and is
differentiable in the pictures.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ganstudio.convolutional import Picture
from ganstudio.image_experiment import Augmentation

__all__ = ["NUMBERS", "augmented", "colour", "cutout", "translation"]

NUMBERS = 7
"""Uniform numbers that one picture needs: three for colour, two each for translation and cutout."""
SHIFT = 1 / 8
"""The largest translation, as a share of the side."""
HOLE = 1 / 2
"""Side of what is cut out, as a share of the side."""


def augmented(settings: Augmentation, samples: Tensor, picture: Picture, uniform: Tensor) -> Tensor:
    """Return flat samples (1, batch, pixels) augmented as the settings say.

    Parameters
    ----------
    uniform : Tensor (1, batch, 7)
    """
    pictures: Tensor = samples[0].unflatten(-1, picture)
    numbers = uniform[0]
    if settings.colour:
        pictures = colour(pictures, numbers[:, :3])
    if settings.translation:
        pictures = translation(pictures, numbers[:, 3:5])
    if settings.cutout:
        pictures = cutout(pictures, numbers[:, 5:])
    return pictures.flatten(1)[None]


def colour(pictures: Tensor, uniform: Tensor) -> Tensor:
    """Return pictures of other brightness (+-0.5), saturation (0 to 2) and contrast (0.5 to 1.5)."""
    brightness, saturation, contrast = uniform[:, :, None, None, None].unbind(1)
    pictures = pictures + (brightness - 0.5)
    grey = pictures.mean(1, keepdim=True)
    pictures = (pictures - grey) * (2 * saturation) + grey
    middle = pictures.mean((1, 2, 3), keepdim=True)
    result: Tensor = (pictures - middle) * (contrast + 0.5) + middle
    return result


def translation(pictures: Tensor, uniform: Tensor) -> Tensor:
    """Return pictures shifted by whole pixels, at most an eighth of the side; what comes in is 0."""
    side = pictures.shape[-1]
    most = int(side * SHIFT + 0.5)
    shifts = (uniform * (2 * most + 1)).long().clamp(max=2 * most)
    padded = F.pad(pictures, (most, most, most, most))
    places = torch.arange(side, device=pictures.device)
    batch = torch.arange(len(pictures), device=pictures.device)[:, None, None]
    rows, columns = (places + shift[:, None] for shift in shifts.unbind(1))
    return padded.permute(0, 2, 3, 1)[batch, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def cutout(pictures: Tensor, uniform: Tensor) -> Tensor:
    """Return pictures in which a square of half the side, perhaps partly outside, is 0."""
    side = pictures.shape[-1]
    hole = int(side * HOLE + 0.5)
    # As released, where the range of centres depends on whether the hole's side is even.
    centres = (uniform * (side + 1 - hole % 2)).long().clamp(max=side - hole % 2)
    places = torch.arange(side, device=pictures.device)
    first = centres - hole // 2
    inside = (places >= first[..., None]) & (places < first[..., None] + hole)
    kept = ~(inside[:, 0, :, None] & inside[:, 1, None, :])
    return pictures * kept[:, None].to(pictures.dtype)
