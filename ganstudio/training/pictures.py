"""Pictures as what the trainer draws from: flat samples of numbers from -1 to 1."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from ganstudio.data.base import share_of
from ganstudio.experiment import Experiment
from ganstudio.image_experiment import ImageExperiment
from ganstudio.imagesets import ImageSet

__all__ = ["PictureSource", "Source", "source_of"]

WHITE = 255.0


class Source(Protocol):
    """What samples are drawn from: a `Distribution`, or a set of pictures.

    Attributes
    ----------
    uniforms
        How many uniform numbers a sample needs.
    """

    @property
    def uniforms(self) -> int:
        """Return how many uniform numbers a sample needs."""

    def push(self, uniform: Any, normal: Any) -> Any:
        """Turn numbers into samples."""

    def labels(self, uniform: Any) -> Any:
        """Return the class of each sample that `push` makes of these uniform numbers."""

    def classes(self) -> int:
        """Return how many classes there are."""


class PictureSource:
    """The training pictures of a set, each as likely as the others.

    Parameters
    ----------
    images
        What to draw from.
    flip
        Whether they are mirrored at random.

    Raises
    ------
    PicturesError
        If the set cannot be loaded.
    """

    def __init__(self, images: ImageSet, *, flip: bool = False) -> None:
        self._pixels, self._labels = _tensors(images)
        self._classes = max(1, len(images.load().class_names))
        self._flip = flip
        self.uniforms = 2 if flip else 1

    def push(self, uniform: Any, normal: Any) -> Any:
        """Return flat pictures (..., channels x height x width) for uniform numbers (..., n, uniforms)."""
        numbers = torch.as_tensor(uniform)
        chosen = self._pixels[self._chosen(numbers)].to(torch.float32) * (2 / WHITE) - 1
        if self._flip:
            mirrored = (numbers[..., 1] < 0.5)[..., None, None, None]
            chosen = torch.where(mirrored, chosen.flip(-1), chosen)
        flat = chosen.flatten(-3)
        return flat.numpy() if isinstance(uniform, np.ndarray) else flat

    def labels(self, uniform: Any) -> Any:
        """Return the class of each picture."""
        labels = self._labels[self._chosen(torch.as_tensor(uniform))]
        return labels.numpy() if isinstance(uniform, np.ndarray) else labels

    def classes(self) -> int:
        """Return how many classes there are, 1 if nobody names any."""
        return self._classes

    def _chosen(self, uniform: Tensor) -> Tensor:
        chosen: Tensor = share_of(uniform[..., 0], len(self._pixels))
        return chosen


def source_of(experiment: Experiment) -> Source:
    """Return what an experiment's real samples are drawn from."""
    if isinstance(experiment, ImageExperiment):
        return PictureSource(experiment.data, flip=experiment.augmentation.flip)
    return experiment.data


@lru_cache(maxsize=2)
def _tensors(images: ImageSet) -> tuple[Tensor, Tensor]:
    pictures = images.load()
    return torch.tensor(pictures.pixels), torch.tensor(pictures.labels)
