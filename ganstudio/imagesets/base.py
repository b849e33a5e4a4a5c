"""What a set of pictures is: settings that say which pictures, and how to get them as arrays."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ganstudio.imagesets.sources import Source
from ganstudio.settings import Settings, shown

__all__ = ["ImageSet", "Pictures", "PicturesError", "PicturesMissing", "stamp"]

KEPT = 4
"""Sets that stay in memory: training and test pictures of two."""


class PicturesError(ValueError):
    """Pictures cannot be read. The message is one line that begins with the file or the setting that is wrong."""

    def __init__(self, where: str | Path, problem: object) -> None:
        # Names of files may hold line breaks; an error message may not.
        super().__init__(" ".join(f"{where}: {problem}".split()))


class PicturesMissing(PicturesError):
    """The files of a set are nowhere on this machine; the message says where they were looked for."""


@dataclass(frozen=True, eq=False)
class Pictures:
    """Pictures in memory, which nobody may write to.

    Attributes
    ----------
    pixels : ndarray of uint8 (n, channels, size, size)
        0 is black, 255 white.
    labels : ndarray of int64 (n,)
        Index of each picture's class in `class_names`; 0 throughout if there are no classes.
    class_names : tuple of str
        Names of the classes, empty if there are none.
    skipped : tuple of str
        A line for each file that was left out: its name, and why.
    """

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.pixels.setflags(write=False)
        self.labels.setflags(write=False)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def remark(self) -> str:
        """A line that says how many files were left out and why the first was; "" if none was."""
        if not self.skipped:
            return ""
        total, count = len(self) + len(self.skipped), len(self.skipped)
        more = f", and {count - 1:,} more" if count > 1 else ""
        return f"{count:,} of {total:,} files left out: {self.skipped[0]}{more}"


class ImageSet(Settings):
    """A set of square pictures.

    A subclass is one file: its settings, `name` (a `Literal` with a default), `title`, what is known about it,
    `files` and `read`, and a line in `IMAGE_SETS`.
    """

    name: str
    size: int
    """Side in pixels that all pictures are brought to."""
    title: ClassVar[str]
    about: ClassVar[str]
    """Who made it, how many pictures there are, and the licence, for people."""
    splits: ClassVar[tuple[str, ...]] = ("train",)
    """The parts that it has; the first is what is trained on."""
    sources: ClassVar[tuple[Source, ...]] = ()
    """Where its files can be had; empty if nothing has to be downloaded or nobody offers it."""
    folders: ClassVar[tuple[str, ...]] = ()
    """What a folder with its files may be called, with "/"; downloads go to one called like the first."""

    @property
    def channels(self) -> int:
        """How many numbers a pixel has: 1 for grey, 3 for red, green and blue."""
        return 1

    @property
    def features(self) -> int:
        """Numbers of a picture."""
        return self.channels * self.size**2

    def classes(self) -> int:
        """Return how many classes there are, 1 if nobody names any."""
        return max(1, len(self.class_names))

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes in the order of their labels; empty if there are none."""
        return ()

    @abstractmethod
    def files(self, split: str = "train") -> tuple[Path, ...]:
        """Return the files that a part is read from, empty if they are not here. Nothing is downloaded."""

    @abstractmethod
    def read(self, split: str) -> Pictures:
        """Read a part of the set from its files; `load` keeps what this returns.

        Raises
        ------
        PicturesError
        """

    def is_here(self) -> bool:
        """Return whether every part can be loaded without a download."""
        return all(self.files(split) for split in self.splits)

    def load(self, split: str = "train") -> Pictures:
        """Return the pictures of a part.

        They stay in memory for the next time, until their files change.

        Parameters
        ----------
        split
            One of `splits`: "train", or "test" where the set has such a part.

        Raises
        ------
        PicturesMissing
            If the files are not here.
        PicturesError
            If there is no such part, or a file is not what it should be.
        """
        if split not in self.splits:
            raise PicturesError(f"{self.name}: split", f"{shown(split)} is not known; one of {', '.join(self.splits)}")
        return _loaded(self, split, self.fingerprint(split))

    def fingerprint(self, split: str) -> str:
        """Return what changes when a part's files change."""
        return stamp(self.files(split))


@lru_cache(maxsize=KEPT)
def _loaded(image_set: ImageSet, split: str, fingerprint: str) -> Pictures:  # noqa: ARG001 - a part of the key
    return image_set.read(split)


def stamp(paths: Iterable[Path]) -> str:
    """Return a digest of files' names, sizes and times of change."""
    digest = hashlib.sha256()
    for path in paths:
        try:
            status = path.stat()
        except OSError:  # reading it will say what is wrong
            digest.update(f"{path}?\0".encode(errors="surrogateescape"))
            continue
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode(errors="surrogateescape"))
    return digest.hexdigest()
