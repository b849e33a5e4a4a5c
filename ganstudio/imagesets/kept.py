"""Decoded pictures of one's own on disk, so that a thousand photographs are decoded once.

Plain arrays in an uncompressed NPZ file, never pickled. Nothing depends on them: what cannot be read or written is
decoded again.
"""

from __future__ import annotations

import contextlib
import os
import uuid
import zipfile
from pathlib import Path

import numpy as np

from ganstudio.imagesets.base import Pictures
from ganstudio.imagesets.places import download_folder

__all__ = ["MOST_FILES", "recall", "remember"]

VERSION = 1
"""To be raised with every change to how pictures are decoded or sorted into classes."""
MOST_FILES = 4


def _file(key: str) -> Path:
    return download_folder("decoded") / f"{VERSION}-{key}.npz"


def recall(key: str) -> Pictures | None:
    """Return the pictures that were kept under a key, or None.

    Parameters
    ----------
    key
        A digest of everything that the pictures depend on.
    """
    path = _file(key)
    try:
        # Opened here: np.load leaves a broken file open.
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
            pixels, labels = arrays["pixels"], arrays["labels"]
            class_names, skipped = (tuple(map(str, arrays[name])) for name in ("class_names", "skipped"))
        os.utime(path)  # the one that was not used for longest is deleted first
    except (OSError, ValueError, KeyError, EOFError, TypeError, AttributeError, zipfile.BadZipFile):
        return None
    sound = pixels.ndim == 4 and pixels.dtype == np.uint8 and labels.dtype == np.int64
    return Pictures(pixels, labels, class_names, skipped) if sound and labels.shape == pixels.shape[:1] else None


def remember(key: str, pictures: Pictures) -> None:
    """Keep pictures under a key, and no more than `MOST_FILES` sets."""
    path = _file(key)
    temporary = path.with_name(f".{uuid.uuid4().hex}.part")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(temporary, "xb") as file:
                np.savez(
                    file,
                    pixels=pictures.pixels,
                    labels=pictures.labels,
                    class_names=np.array(pictures.class_names, dtype=np.str_),
                    skipped=np.array(pictures.skipped, dtype=np.str_),
                )
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        kept = sorted(path.parent.glob("*.npz"), key=lambda one: one.stat().st_mtime, reverse=True)
        for old in kept[MOST_FILES:]:
            old.unlink()
