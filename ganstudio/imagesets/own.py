"""Pictures of one's own: any folder or zip archive, with a class for each subfolder."""

from __future__ import annotations

import hashlib
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from ganstudio.imagesets.base import ImageSet, Pictures, PicturesError
from ganstudio.imagesets.containers import Container, Entry, UnreadableError, opened, printable
from ganstudio.imagesets.decoding import Fit, square
from ganstudio.imagesets.kept import recall, remember
from ganstudio.picture_files import PictureProblem
from ganstudio.settings import setting, shown

__all__ = ["FEWEST", "LONGEST_NAME", "MOST_CLASSES", "MOST_MEMORY", "WORTH_KEEPING", "OwnPictures"]

FEWEST = 2
"""Pictures with which something can be learned."""
MOST_CLASSES = 10_000
LONGEST_NAME = 60
"""Letters of a class's name that are kept."""
MOST_MEMORY = 1_000_000_000
"""Bytes that a set may have in memory."""
WORTH_KEEPING = 3.0
"""Seconds of decoding after which the result is kept on disk."""
_NAMES_KEPT = 2.0
"""Seconds."""
_LISTED = 3
"""Files that a message names of those that cannot be read."""


class OwnPictures(ImageSet):
    """The pictures in a folder or a zip archive of one's own."""

    title = "Own pictures"
    about: ClassVar[str] = (
        "The pictures in a folder or a zip archive. If they are in subfolders, each of those is a class."
    )
    name: Literal["pictures"] = "pictures"
    path: str = setting(
        "",
        "Folder or zip",
        "The folder or zip archive with the pictures. Each subfolder with pictures is a class; without subfolders "
        "there are no classes.",
    )
    size: Literal[8, 16, 28, 32, 64] = setting(
        64, "Picture size", "Side in pixels that the pictures are reduced or enlarged to.", unit="px"
    )
    colour: Literal["rgb", "grey"] = setting(
        "rgb",
        "Colour",
        "Whether pictures are learned in colour or as shades of grey, which needs a third of the memory.",
        choices={"rgb": "Red, green, blue", "grey": "Grey"},
    )
    fit: Fit = setting(
        "crop",
        "Not square",
        "What happens to pictures that are not square: crop takes the middle, pad adds white.",
        choices={"crop": "Crop", "pad": "Pad with white"},
    )

    @property
    def channels(self) -> int:
        """3 for colour, 1 for grey."""
        return 1 if self.colour == "grey" else 3

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the subfolders with pictures, sorted; empty if there are none, or no folder can be read.

        The folder is looked through, not the pictures: some ten milliseconds for a thousand files, every two seconds at
        most.
        """
        return _class_names(self.path, int(time.monotonic() / _NAMES_KEPT))

    def files(self, split: str = "train") -> tuple[Path, ...]:
        """Return the folder or the archive, or nothing if it cannot be opened."""
        try:
            with opened(self.path) as container:
                return (container.path,)
        except PicturesError:
            return ()

    def fingerprint(self, split: str) -> str:
        """Return what changes when a picture is added, removed or changed."""
        with opened(self.path) as container:
            return container.fingerprint()

    def read(self, split: str) -> Pictures:
        """Decode all pictures (see `ImageSet`); those that cannot be are left out and listed.

        Raises
        ------
        PicturesError
            If fewer than two pictures remain, if a class has none left, or if there are more than memory allows.
        """
        with opened(self.path) as container:
            key = self._key(container)
            kept = recall(key)
            if kept is not None:
                return kept
            arrangement = _arranged(container)
            self._check_memory(container.path, len(arrangement.members))
            begun = time.monotonic()
            pictures = self._decoded(container, arrangement)
            if time.monotonic() - begun > WORTH_KEEPING:
                remember(key, pictures)
            return pictures

    def _key(self, container: Container) -> str:
        """Return a digest of all that the decoded pictures depend on."""
        parts = (str(container.path.absolute()), self.size, self.colour, self.fit, container.fingerprint())
        return hashlib.sha256(repr(parts).encode(errors="surrogateescape")).hexdigest()[:32]

    def _check_memory(self, path: Path, count: int) -> None:
        each = self.channels * self.size**2
        if count * each > MOST_MEMORY:
            kind = "in colour" if self.channels == 3 else "in grey"
            raise PicturesError(
                path,
                f"has {count:,} pictures; at {self.size} x {self.size} pixels {kind} at most {MOST_MEMORY // each:,} "
                f"are read ({MOST_MEMORY / 1e9:,.0f} GB of memory); a smaller size or fewer pictures are needed",
            )

    def _decoded(self, container: Container, arrangement: _Arrangement) -> Pictures:
        pixels = np.empty((len(arrangement.members), self.channels, self.size, self.size), dtype=np.uint8)
        labels: list[int] = []
        skipped: dict[Entry, str] = {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's, of bad EXIF data and the like
            for entry, label in arrangement.members:
                try:
                    pixels[len(labels)] = square(container.read(entry), self.size, self.channels, self.fit)
                except (PictureProblem, UnreadableError) as error:
                    skipped[entry] = f"{entry.name}: {' '.join(str(error).split())}"
                    continue
                labels.append(label)
        arrangement.check_enough(container.path, labels, skipped)
        kept = np.array(labels, dtype=np.int64)
        every = (*skipped.values(), *arrangement.beside)
        return Pictures(pixels[: len(kept)], kept, arrangement.class_names, every)


@lru_cache(maxsize=8)
def _class_names(path: str, now: int) -> tuple[str, ...]:  # noqa: ARG001 - a part of the key
    """Return the classes in a folder or an archive; forms and checks ask with every key that is pressed."""
    try:
        with opened(path) as container:
            return _arranged(container).class_names
    except PicturesError:
        return ()


@dataclass(frozen=True)
class _Arrangement:
    """Which files there are with the label of each, the classes, and a line for each file that has none."""

    members: Sequence[tuple[Entry, int]]
    class_names: tuple[str, ...]
    beside: tuple[str, ...]

    def check_enough(self, path: Path, labels: Sequence[int], skipped: Mapping[Entry, str]) -> None:
        """Say what is wrong if fewer than two pictures remain, or none of a class."""
        if not self.members:
            raise PicturesError(path, f"holds no pictures; at least {FEWEST} are needed, in files ending in .png, .jpg")
        reasons = list(skipped.values())
        if len(labels) < FEWEST:
            found = f"{len(labels)} of {len(self.members):,} files can be read as a picture"
            more = [f"and {len(reasons) - _LISTED:,} more"] if len(reasons) > _LISTED else []
            listed = "; ".join([*reasons[:_LISTED], *more])
            raise PicturesError(path, f"{found}; at least {FEWEST} are needed{f' ({listed})' if listed else ''}")
        for label in sorted(set(range(len(self.class_names))) - set(labels)):
            reason = next(skipped[entry] for entry, one in self.members if one == label)
            name = self.class_names[label]
            raise PicturesError(path, f"the class {shown(name)} has no picture that can be read ({reason})")


def _arranged(container: Container) -> _Arrangement:
    """Sort a container's files into classes, by the first folder in which they differ."""
    entries = container.entries
    above = _shared_folders(entries)
    names = sorted({entry.parts[above] for entry in entries if len(entry.parts) > above + 1})
    if not names:
        return _Arrangement([(entry, 0) for entry in entries], (), ())
    if len(names) > MOST_CLASSES:
        said = f"has {len(names):,} folders of pictures, which would be classes; at most {MOST_CLASSES:,} are allowed"
        raise PicturesError(container.path, said)
    labels = {name: label for label, name in enumerate(names)}
    members = [(entry, labels[entry.parts[above]]) for entry in entries if len(entry.parts) > above + 1]
    beside = tuple(
        f"{entry.name}: lies beside the folders of the classes" for entry in entries if len(entry.parts) == above + 1
    )
    return _Arrangement(members, tuple(printable(name)[:LONGEST_NAME] for name in names), beside)


def _shared_folders(entries: Sequence[Entry]) -> int:
    """Return how many folders are around all files: archives often have one of their own name."""
    if not entries:
        return 0
    first, last = entries[0].parts[:-1], entries[-1].parts[:-1]  # sorted, so that all others are between
    count = 0
    for one, other in zip(first, last, strict=False):
        if one != other:
            break
        count += 1
    return count
