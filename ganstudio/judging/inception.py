"""The FID proper, in the features of the Inception network, where torch-fidelity and its weights are already here.

Nothing is downloaded: the weights, 91 MB, are looked for where torch-fidelity keeps them, in PyTorch's cache.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from ganstudio.checkpoints.inputs import picked
from ganstudio.checkpoints.sampling import Sampler
from ganstudio.imagesets import ImageSet
from ganstudio.judging.distance import in_range
from ganstudio.judging.judge import BATCH

__all__ = ["InceptionMissing", "check_available", "distance", "weights_file"]

WEIGHTS: Final = "weights-inception-2015-12-05-6726825d.pth"
DIGEST: Final = "6726825d"
"""The first digits of the file's SHA-256, which are in its name."""


class InceptionMissing(RuntimeError):
    """The FID cannot be taken here. The message is one line that says what is missing."""


def weights_file() -> Path:
    """Return where the Inception network's weights would be."""
    return Path(torch.hub.get_dir()) / "checkpoints" / WEIGHTS


def check_available() -> Path:
    """Return the file of weights.

    Raises
    ------
    InceptionMissing
        If torch-fidelity or its weights are not here, or the file is not what its name says.
    """
    if importlib.util.find_spec("torch_fidelity") is None:
        raise InceptionMissing('FID: torch-fidelity is not installed; pip install "ganstudio[fid]" brings it')
    path = weights_file()
    if not path.is_file():
        raise InceptionMissing(
            f"FID: the Inception network's weights are not here, and are not downloaded; {path} is where they belong"
        )
    with open(path, "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if not found.startswith(DIGEST):
        raise InceptionMissing(f"FID: {path} is not the Inception network's weights: its SHA-256 begins {found[:8]}")
    return path


def distance(generator: Sampler, image_set: ImageSet, count: int, seed: int = 0) -> float:
    """Return the FID of generated pictures from all training pictures, by torch-fidelity.

    Raises
    ------
    InceptionMissing
        See `check_available`.
    """
    weights = check_available()
    # The file is pickled: torch must not run what it says.
    os.environ["TORCH_FORCE_WEIGHTS_ONLY_LOAD"] = "1"
    from torch_fidelity import calculate_metrics

    found: dict[str, Any] = calculate_metrics(
        input1=_Pictures(_generated(generator, count, seed)),
        input2=_Pictures(image_set.load().pixels),
        fid=True,
        cuda=False,
        cache=False,
        verbose=False,
        save_cpu_ram=True,
        feature_extractor_weights_path=str(weights),
    )
    return float(found["frechet_inception_distance"])


def _generated(generator: Sampler, count: int, seed: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return generated pictures as pixels (n, channels, height, width)."""
    given = generator.draw(count, seed)
    parts = []
    for start in range(0, count, BATCH):
        numbers = in_range(generator, generator.sample(picked(given, np.arange(start, min(start + BATCH, count)))))
        parts.append(np.rint((numbers.clip(-1, 1) + 1) * 127.5).astype(np.uint8))
    return np.concatenate(parts)


class _Pictures(Dataset[Tensor]):
    """Pixels as torch-fidelity takes them: uint8 of three channels."""

    def __init__(self, pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> None:
        self._pixels = pixels

    def __len__(self) -> int:
        return len(self._pixels)

    def __getitem__(self, index: int) -> Tensor:
        picture = torch.tensor(self._pixels[index])
        return picture if len(picture) == 3 else picture[:1].expand(3, -1, -1).clone()
