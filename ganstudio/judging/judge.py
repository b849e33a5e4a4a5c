"""Which classifier judges pictures of which set, and what it says of them."""

from __future__ import annotations

import hashlib
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from ganstudio import resources
from ganstudio.checkpoints.generator import Network
from ganstudio.checkpoints.model import Part
from ganstudio.imagesets import ImageSet
from ganstudio.judging.judge_file import JudgeCard, read_judge
from ganstudio.nets import layers

__all__ = ["BATCH", "Judge", "Looked", "as_numbers", "judge_for"]

Float = NDArray[np.float32]

BATCH: Final = 32
"""Pictures that are looked at together: some ten milliseconds on one core."""
BLACK: Final = -1.0

OWN: Final = {"mnist": "mnist", "fashion_mnist": "fashion_mnist", "digits": "mnist"}
"""Set of pictures -> the judge that was trained on such pictures; MNIST's knows scikit-learn's digits as well."""
OTHERS: Final = {1: "mnist", 3: "emoji"}
"""Channels -> whose features serve for all other sets."""
PADDED: Final = {"mnist": 32, "fashion_mnist": 32, "digits": 18}
"""Side to which pictures of a set are brought before the judge's size is cut out of their middle, or black put around.

Where MNIST's pictures do not have 28 pixels they were made of 32, two black ones on each side. The small digits fill
their 8 pixels; of 18 to 28 pixels, MNIST's judge knows most of them, 96 %, at 18.
"""


class Looked(NamedTuple):
    """What a judge says of n pictures: features (n, d) of its penultimate layer, and logits (n, classes)."""

    features: Float
    logits: Float


class Judge:
    """A trained classifier that pictures of one kind are judged by.

    Parameters
    ----------
    name
        Of its file in `models/judges`.
    part, card
        What is in it.
    padded
        See `PADDED`; None brings pictures to the judge's size at once.

    Attributes
    ----------
    class_names : tuple of str
        Of its classes, in the order of its logits.
    dimensions : int
        d, numbers of a picture's features.
    """

    def __init__(self, name: str, part: Part, card: JudgeCard, padded: int | None = None) -> None:
        assert part.architecture.picture is not None
        self.name = name
        self.card = card
        self.class_names = card.class_names
        self._part = part
        self._architecture = part.architecture
        self._tensors = Network(part).tensors
        self._channels, self._side, _ = part.architecture.picture
        self._padded = padded or self._side
        self._last = len(part.architecture.layers) - 1
        (self.dimensions,) = part.architecture.shapes()[self._last]

    @property
    def title(self) -> str:
        """What it is called, for example "GAN Studio's MNIST classifier"."""
        return f"GAN Studio's {self.card.title}"

    @property
    def distance_name(self) -> str:
        """What the Frechet distance in its features is called. It is no FID: that has the Inception network's."""
        return f"Frechet distance in the features of {self.title}"

    @cached_property
    def fingerprint(self) -> str:
        """What changes when the judge, or how it looks at pictures, changes."""
        digest = hashlib.sha256(f"{self._architecture.model_dump_json()} {self._padded}".encode())
        for name, array in self._part.tensors.items():
            digest.update(name.encode() + array.tobytes())
        return digest.hexdigest()

    def knows(self, class_names: tuple[str, ...]) -> bool:
        """Whether these classes are its own, in their order, so that its answers are answers about them."""
        return tuple(class_names) == self.class_names

    def look(self, pictures: NDArray[Any]) -> Looked:
        """Return features and logits of pictures (n, channels, height, width) in [-1, 1].

        Raises
        ------
        ValueError
            If they have another number of channels than the judge.
        """
        if pictures.ndim != 4 or pictures.shape[1] != self._channels:
            raise ValueError(f"pictures of shape {pictures.shape}: {self.title} takes (n, {self._channels}, h, w)")
        features = np.empty((len(pictures), self.dimensions), np.float32)
        logits = np.empty((len(pictures), len(self.class_names)), np.float32)
        for start in range(0, len(pictures), BATCH):
            part = slice(start, start + BATCH)
            features[part], logits[part] = self._evaluated(pictures[part])
        return Looked(features, logits)

    def classify(self, pictures: NDArray[Any]) -> Float:
        """Return logits (n, classes) of pictures (n, channels, height, width) in [-1, 1]."""
        return self.look(pictures).logits

    def features(self, pictures: NDArray[Any]) -> Float:
        """Return features (n, dimensions), those of the penultimate layer; see `classify`."""
        return self.look(pictures).features

    @torch.no_grad()
    def _evaluated(self, pictures: NDArray[Any]) -> tuple[Float, Float]:
        x = self._framed(torch.tensor(np.asarray(pictures, np.float32)))
        stack, tensors = self._architecture.layers, self._tensors
        features = layers.run(stack[:-1], tensors, x)
        return features.numpy(), layers.run(stack, tensors, features, first=self._last).numpy()

    def _framed(self, x: Tensor) -> Tensor:
        """Return pictures at the judge's size."""
        if x.shape[-2:] != (self._side, self._side):
            mode = "bicubic" if self._padded > x.shape[-1] else "bilinear"
            size = (self._padded, self._padded)
            x = F.interpolate(x, size, mode=mode, antialias=True, align_corners=False).clamp(-1.0, 1.0)
        # Negative margins cut off.
        margin = self._side - x.shape[-1]
        before = margin // 2
        return F.pad(x, (before, margin - before) * 2, value=BLACK) if margin else x


def judge_for(image_set: ImageSet) -> Judge:
    """Return who judges pictures of a set: the classifier trained on it, or for colour and grey sets the nearest.

    Raises
    ------
    CheckpointError
        If its file is missing or broken.
    """
    name = OWN.get(image_set.name, OTHERS[image_set.channels])
    part, card = _kept(name)
    return Judge(name, part, card, PADDED.get(image_set.name))


def as_numbers(pixels: NDArray[np.uint8]) -> Float:
    """Return pixels, 0 to 255, as the numbers from -1 to 1 that networks see."""
    return pixels.astype(np.float32) * np.float32(2 / 255) - np.float32(1)


@lru_cache(maxsize=4)
def _kept(name: str) -> tuple[Part, JudgeCard]:
    return read_judge(resources.models_folder() / "judges" / f"{name}.safetensors")
