"""What a judge says of a set's own pictures, computed once and kept in the user's cache folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import platformdirs
from numpy.typing import NDArray

from ganstudio.array_store import ArrayStore
from ganstudio.imagesets import ImageSet
from ganstudio.judging.judge import BATCH, Judge, Looked, as_numbers, judge_for

__all__ = ["chosen", "looked_at", "looked_at_turns"]

VERSION: Final = 1
"""To be raised with every change to how a judge looks at pictures."""
MOST_FILES: Final = 16
_IN_MEMORY: Final = 8

_memory: dict[str, Looked] = {}
"""What this process has found, the oldest first."""


def chosen(total: int, most: int | None) -> NDArray[np.int64]:
    """Return the indices of at most `most` of so many pictures, evenly spaced; all for None."""
    count = total if most is None else min(total, most)
    return np.arange(count, dtype=np.int64) * total // max(count, 1)


def looked_at(image_set: ImageSet, split: str = "train", most: int | None = None) -> Looked:
    """Return what its judge says of the pictures of a part, or of `most` of them; see `chosen`.

    Raises
    ------
    PicturesError, CheckpointError
        If the pictures or the judge cannot be read.
    """
    return next(found for found in looked_at_turns(image_set, split, most) if isinstance(found, Looked))


def looked_at_turns(image_set: ImageSet, split: str = "train", most: int | None = None) -> Iterator[float | Looked]:
    """Do what `looked_at` does in turns of some ten milliseconds, for a loop that has other things to do as well.

    Yields
    ------
    float or Looked
        The share that is done, and in the last turn what was found: in the first, if it is kept already.
    """
    judge = judge_for(image_set)
    key = _key(judge, image_set, split, most)
    found = _recalled(key)
    if found is None:
        pixels = image_set.load(split).pixels
        keys = chosen(len(pixels), most)
        parts: list[Looked] = []
        for start in range(0, len(keys), BATCH):
            parts.append(judge.look(as_numbers(pixels[keys[start : start + BATCH]])))
            yield start / len(keys)
        found = Looked(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))
        _store().remember(key, features=found.features, logits=found.logits)
    _memory.pop(key, None)
    _memory[key] = found
    for old in list(_memory)[:-_IN_MEMORY]:
        del _memory[old]
    yield found


def _key(judge: Judge, image_set: ImageSet, split: str, most: int | None) -> str:
    """Return a digest of all that the result depends on."""
    settings = image_set.model_dump_json()
    parts = (VERSION, judge.fingerprint, settings, image_set.fingerprint(split), split, most)
    return hashlib.sha256(repr(parts).encode(errors="surrogateescape")).hexdigest()[:32]


def _store() -> ArrayStore:
    cache = os.environ.get("GANSTUDIO_CACHE") or platformdirs.user_cache_path("ganstudio", appauthor=False)
    return ArrayStore(Path(cache) / "judged", MOST_FILES)


def _recalled(key: str) -> Looked | None:
    if key in _memory:
        return _memory[key]
    match _store().recall(key):
        case {"features": features, "logits": logits}:
            sound = all(array.dtype == np.float32 and array.ndim == 2 for array in (features, logits))
            if sound and len(features) == len(logits):
                return Looked(features, logits)
    return None
