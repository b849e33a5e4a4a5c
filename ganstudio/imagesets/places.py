"""Where the files of known sets are looked for: a folder that a person names, then what was downloaded."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import platformdirs

__all__ = ["DATA", "download_folder", "find", "looked_in"]

DATA = "GANSTUDIO_DATA"
"""The environment variable that names a folder of one's own with sets of pictures."""


def download_folder(folder: str) -> Path:
    """Return where downloads of a set are kept, below the user's cache folder.

    Parameters
    ----------
    folder
        The set's own folder, for example "mnist".
    """
    cache = os.environ.get("GANSTUDIO_CACHE") or platformdirs.user_cache_path("ganstudio", appauthor=False)
    return Path(cache) / "data" / folder


def looked_in(folder: str) -> str:
    """Return for a message where the files of a set are looked for."""
    own = os.environ.get(DATA)
    named = f"{own} ({DATA})" if own else f"the folder that {DATA} names (it names none)"
    return f"{named} and {download_folder(folder)}"


def find(
    folders: tuple[str, ...],
    names: Iterable[tuple[str, ...]],
    is_it: Callable[[tuple[Path, ...]], bool] | None = None,
) -> tuple[Path, ...]:
    """Return the files of a set, all from one folder, or nothing if no folder has all of them.

    Parameters
    ----------
    folders
        What a person's folder for the set may be called, as paths with "/"; downloads are in the first.
    names
        For each file, what it may be called.
    is_it
        Whether files that lie directly in `GANSTUDIO_DATA` are those of the set, where sets share names of files.
    """
    wanted = list(names)
    for folder in _subfolders(folders):
        files = _all_of(folder, wanted)
        if files:
            return files
    own = os.environ.get(DATA)
    files = _all_of(Path(own), wanted) if own else ()
    return files if files and (is_it is None or is_it(files)) else ()


def _subfolders(folders: tuple[str, ...]) -> Iterator[Path]:
    own = os.environ.get(DATA)
    if own:
        yield from (Path(own, folder) for folder in folders)
        if Path(own).name in folders:  # it names the set's own folder
            yield Path(own)
    yield download_folder(folders[0])


def _all_of(folder: Path, names: list[tuple[str, ...]]) -> tuple[Path, ...]:
    found = []
    for variants in names:
        path = next((folder / name for name in variants if _is_file(folder / name)), None)
        if path is None:
            return ()
        found.append(path)
    return tuple(found)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
