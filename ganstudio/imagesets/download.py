"""Downloads of known sets into the user's cache folder, when a person asks for one.

A file grows as ``NAME.part`` beside ``NAME.part.json``, which says where it is from. It becomes ``NAME`` only when its
checksum is right, so that nobody ever reads half of it. What stopped is gone on with from where it was (RFC 9110: Range
with If-Range), if the server still has the same file; else it begins again.

By hand with urllib, because pooch, which checks and caches files like these, throws away what it has when a download
is interrupted, and needs requests.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

from ganstudio.imagesets.base import ImageSet
from ganstudio.imagesets.checksums import check
from ganstudio.imagesets.partial import Part
from ganstudio.imagesets.places import download_folder
from ganstudio.imagesets.problems import DownloadError, MirrorError, disk_error
from ganstudio.imagesets.sources import Source
from ganstudio.imagesets.transfer import chunks

__all__ = ["DownloadError", "Progress", "bytes_to_get", "discard_corrupt", "download", "fetch", "missing"]

ATTEMPTS = 10
"""How often a mirror is asked for the rest, if more comes each time, before the next one is."""
PAUSE = 1.0
"""Seconds before a mirror is asked again."""
MARGIN = 50_000_000
"""Bytes that are to stay free on the disk."""
_WINDOW = 5.0
"""Seconds over which the rate is averaged."""


@dataclass(frozen=True)
class Progress:
    """How far a download is.

    Attributes
    ----------
    file : str
        The file that is on its way.
    received : int
        Bytes that are here, of all files of the set, those from before included.
    total : int
        Bytes of all files.
    rate : float
        Bytes a second, over the last seconds; 0 at first.
    """

    file: str
    received: int
    total: int
    rate: float

    @property
    def seconds_left(self) -> float | None:
        """How long it takes at this rate, None while that is not known."""
        return max(0, self.total - self.received) / self.rate if self.rate > 0 else None


@dataclass
class _Meter:
    """Bytes a second over the last seconds."""

    _marks: deque[tuple[float, int]] = field(default_factory=deque)
    _received: int = 0

    def rate(self, more: int) -> float:
        """Note that so many bytes came just now, and return the rate."""
        now = time.monotonic()
        self._received += more
        self._marks.append((now, self._received))
        while len(self._marks) > 2 and now - self._marks[0][0] > _WINDOW:
            self._marks.popleft()
        since, before = self._marks[0]
        return (self._received - before) / (now - since) if now > since else 0.0


def missing(image_set: ImageSet) -> tuple[Source, ...]:
    """Return which files of a set a download would get: those that are not in the cache folder, if it is not here."""
    if not image_set.sources or image_set.is_here():
        return ()
    folder = _folder(image_set)
    return tuple(source for source in image_set.sources if not (folder / source.name).is_file())


def bytes_to_get(image_set: ImageSet) -> int:
    """Return how many bytes a download of a set would bring, without those that an earlier one has brought already."""
    return sum(source.length - Part(_folder(image_set), source).length for source in missing(image_set))


def discard_corrupt(image_set: ImageSet) -> tuple[str, ...]:
    """Delete files of a set in the cache folder that are no longer what was downloaded; return a line for each.

    Files in a folder of one's own are left alone.

    Raises
    ------
    DownloadError
        If they cannot be read or deleted.
    """
    found = []
    for source in image_set.sources:
        path = _folder(image_set) / source.name
        try:
            problem = check(path, source) if path.is_file() else ""
            if problem:
                path.unlink()
                found.append(f"{path}: was corrupt ({problem}) and was deleted")
        except OSError as error:
            raise DownloadError(f"{path}: cannot be read or deleted ({error.strerror or error})") from None
    return tuple(found)


def download(image_set: ImageSet, timeout: float = 20.0) -> Generator[Progress]:
    """Get the files of a set that are not here.

    It goes on as the iterator is asked for more. To cancel, close it, or ask no more: what has come is kept, and the
    next download goes on from there.

    Parameters
    ----------
    image_set
        A set with `sources`.
    timeout
        Seconds without a byte after which a mirror counts as silent.

    Yields
    ------
    Progress
        After each piece, some kilobytes to a quarter of a megabyte.

    Raises
    ------
    DownloadError
        If the set cannot be had: no network, an answer other than the file, a wrong checksum, no space. One line.
    """
    if not image_set.sources:
        raise DownloadError(f"{image_set.name}: there is nothing to download for it")
    wanted = missing(image_set)
    total, before, meter = sum(source.length for source in wanted), 0, _Meter()
    for source in wanted:
        last = Part(_folder(image_set), source).length
        for received in fetch(source, _folder(image_set), timeout):
            rate = meter.rate(max(0, received - last))
            last = received
            yield Progress(source.name, before + min(received, source.length), total, rate)
        before += source.length
        yield Progress(source.name, before, total, meter.rate(0))  # another packing may have been shorter


def _folder(image_set: ImageSet) -> Path:
    return download_folder(image_set.folders[0])


def fetch(source: Source, folder: Path, timeout: float = 20.0) -> Generator[int]:
    """Get one file into a folder, from the first mirror that has it.

    Yields
    ------
    int
        Bytes that are here, after each piece. Fewer than before if a mirror had to begin again.

    Raises
    ------
    DownloadError
    """
    part = Part(folder, source)
    _make_room(part, folder)
    with contextlib.closing(part):
        problems: list[str] = []
        # A part goes on only where it is from.
        for url in sorted(source.urls, key=lambda url: url != part.url):
            problem = yield from _from_mirror(part, url, timeout)
            if not problem:
                return
            problems.append(problem)
    raise DownloadError(f"{source.name} could not be downloaded: {'; '.join(problems)}")


def _from_mirror(part: Part, url: str, timeout: float) -> Generator[int, None, str]:
    """Get a file from one address, asking again as long as more comes each time; return what is wrong, or ""."""
    problem = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE)
        before = part.length
        try:
            with contextlib.closing(chunks(part, url, timeout)) as pieces:
                for piece in pieces:
                    part.append(piece)
                    yield part.length
            _finish(part, url)
        except MirrorError as error:
            problem = str(error)
            if not error.begin_again and part.length <= before:
                return problem
        else:
            return ""
    return problem


def _finish(part: Part, url: str) -> None:
    """Check a part that is complete, and give it its name; or throw it away."""
    part.close()
    try:
        problem = check(part.path, part.source)
        if not problem:
            os.replace(part.path, part.path.with_name(part.source.name))
    except OSError as error:
        raise disk_error(part.path, error) from None
    part.discard()
    if problem:
        raise MirrorError(f"{url} sent a corrupt file, which was deleted: {problem}")


def _make_room(part: Part, folder: Path) -> None:
    """Make the folder, and say so if the file does not fit on its disk."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise disk_error(folder, error) from None
    needed = part.source.length - part.length + MARGIN
    if free < needed:
        raise DownloadError(
            f"{folder}: {needed / 1e6:,.0f} MB of free space are needed for {part.source.name}, and there are "
            f"{free / 1e6:,.0f} MB; GANSTUDIO_CACHE can name a folder on another disk"
        )
