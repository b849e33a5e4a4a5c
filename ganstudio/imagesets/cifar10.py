"""CIFAR-10 in its binary version: batches of records of 3,073 bytes, packed or not.

A record is the label and 3 x 32 x 32 bytes, red, green, blue (A. Krizhevsky, https://www.cs.toronto.edu/~kriz/cifar.html).
The Python version is pickled, and so never read.
"""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from ganstudio.imagesets.base import ImageSet, Pictures, PicturesError, PicturesMissing
from ganstudio.imagesets.places import find, looked_in
from ganstudio.imagesets.resizing import resized
from ganstudio.imagesets.sources import CIFAR10_FILES, Source
from ganstudio.settings import setting

__all__ = ["BATCHES", "CIFAR10"]

SIDE = 32
RECORD = 1 + 3 * SIDE * SIDE
LARGEST_BATCH = 50_000 * RECORD
BATCHES = {"train": tuple(f"data_batch_{number}.bin" for number in range(1, 6)), "test": ("test_batch.bin",)}
"""Names of the files of each part."""


class CIFAR10(ImageSet):
    """60,000 small photographs of animals and vehicles."""

    title = "CIFAR-10"
    about: ClassVar[str] = (
        "50,000 photographs in ten classes and 10,000 for tests, 32 x 32 pixels, in colour. A. Krizhevsky: Learning "
        "multiple layers of features from tiny images, University of Toronto 2009. No licence is stated."
    )
    name: Literal["cifar10"] = "cifar10"
    splits: ClassVar[tuple[str, ...]] = ("train", "test")
    sources: ClassVar[tuple[Source, ...]] = CIFAR10_FILES
    folders: ClassVar[tuple[str, ...]] = ("cifar-10-batches-bin", "cifar-10", "cifar10", "CIFAR10")

    size: Literal[8, 16, 32] = setting(
        32,
        "Picture size",
        "Side of the pictures in pixels. They have 32; 16 and 8 are means of squares of 2 x 2 and 4 x 4 pixels.",
        unit="px",
    )

    @property
    def channels(self) -> int:
        """Red, green and blue."""
        return 3

    @property
    def class_names(self) -> tuple[str, ...]:
        """The ten animals and vehicles."""
        return ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")

    def files(self, split: str = "train") -> tuple[Path, ...]:
        """Return the part's batches, or the archive with all of them, or nothing if neither is here."""
        archives = tuple(source.name for source in CIFAR10_FILES)
        return find(self.folders, [(name,) for name in BATCHES[split]]) or find(self.folders, [archives])

    def read(self, split: str) -> Pictures:
        """Read the pictures and labels of a part (see `ImageSet`)."""
        files = self.files(split)
        if not files:
            raise PicturesMissing(
                self.name,
                f"neither {CIFAR10_FILES[0].name} nor {', '.join(BATCHES[split])} of the binary version are in "
                f"{looked_in(self.folders[0])}; `ganstudio data get {self.name}` downloads it",
            )
        packed = files[0].name == CIFAR10_FILES[0].name
        batches = _unpacked(files[0], BATCHES[split]) if packed else ((path, _content(path)) for path in files)
        records = np.concatenate([_records(where, content) for where, content in batches])
        pixels = records[:, 1:].reshape(-1, 3, SIDE, SIDE)
        labels = records[:, 0].astype(np.int64)
        return Pictures(resized(np.ascontiguousarray(pixels), self.size), labels, self.class_names)


def _content(path: Path) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(LARGEST_BATCH + 1)
    except OSError as error:
        raise PicturesError(path, f"cannot be read ({error.strerror})") from None


def _unpacked(path: Path, names: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Return each batch in an archive, in order, with a name for messages; nothing is written to disk."""
    found: dict[str, bytes] = {}
    try:
        with tarfile.open(path, "r:gz") as archive:
            for member in archive:
                name = member.name.rpartition("/")[2]
                if name in names and member.isreg() and (file := archive.extractfile(member)):
                    found[name] = file.read(LARGEST_BATCH + 1)
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        raise PicturesError(path, f"is a broken archive ({getattr(error, 'strerror', None) or error})") from None
    missing = [name for name in names if name not in found]
    if missing:
        raise PicturesError(path, f"has no {' and no '.join(missing)}; the binary version of CIFAR-10 is needed")
    return ((f"{path}: {name}", found[name]) for name in names)


def _records(where: str | Path, content: bytes) -> NDArray[np.uint8]:
    """Return a batch as records (n, RECORD)."""
    if not content or len(content) % RECORD or len(content) > LARGEST_BATCH:
        raise PicturesError(where, f"has {len(content):,} bytes; batches have records of {RECORD:,} bytes")
    records = np.frombuffer(content, dtype=np.uint8).reshape(-1, RECORD)
    if records[:, 0].max() > 9:
        raise PicturesError(where, f"has the label {records[:, 0].max()}; 0 to 9 are allowed")
    return records
