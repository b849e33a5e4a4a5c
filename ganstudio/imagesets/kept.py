"""Decoded pictures of one's own on disk, so that a thousand photographs are decoded once."""

from __future__ import annotations

import numpy as np

from ganstudio.array_store import ArrayStore
from ganstudio.imagesets.base import Pictures
from ganstudio.imagesets.places import download_folder

__all__ = ["MOST_FILES", "recall", "remember"]

VERSION = 1
"""To be raised with every change to how pictures are decoded or sorted into classes."""
MOST_FILES = 4


def _store() -> ArrayStore:
    return ArrayStore(download_folder("decoded"), MOST_FILES)


def recall(key: str) -> Pictures | None:
    """Return the pictures that were kept under a key, or None.

    Parameters
    ----------
    key
        A digest of everything that the pictures depend on.
    """
    match _store().recall(f"{VERSION}-{key}"):
        case {"pixels": pixels, "labels": labels, "class_names": class_names, "skipped": skipped}:
            sound = pixels.ndim == 4 and pixels.dtype == np.uint8 and labels.dtype == np.int64
            if sound and labels.shape == pixels.shape[:1]:
                return Pictures(pixels, labels, tuple(map(str, class_names)), tuple(map(str, skipped)))
    return None


def remember(key: str, pictures: Pictures) -> None:
    """Keep pictures under a key, and no more than `MOST_FILES` sets."""
    _store().remember(
        f"{VERSION}-{key}",
        pixels=pictures.pixels,
        labels=pictures.labels,
        class_names=np.array(pictures.class_names, dtype=np.str_),
        skipped=np.array(pictures.skipped, dtype=np.str_),
    )
