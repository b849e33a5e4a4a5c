"""Where results go: the folder, CSV files, and names that make file names."""

from __future__ import annotations

import contextlib
import csv
import io
import math
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganstudio.commands.arguments import CommandError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ganstudio.experiment import Experiment

__all__ = [
    "check_out",
    "csv_text",
    "default_folder",
    "file_name",
    "finite",
    "no_empty_folders",
    "npy_bytes",
    "number",
    "output_folder",
    "progress",
    "short_names",
    "tell",
    "write_all",
]

RUNS = Path("runs")
"""Where results go by default: below the folder that one is in."""

CSV_DIGITS = 8
"""Significant digits: more than any metric of 2,500 samples has."""


def tell(message: str) -> None:
    """Say something on stderr that is no result, above a progress bar if there is one."""
    from tqdm import tqdm

    tqdm.write(f"ganstudio: {message}", file=sys.stderr)


def default_folder(what: Iterable[str], data: Iterable[str]) -> Path:
    """Return where results go if nobody says: runs/ and what was asked for, for example runs/wgan_gp-swiss_roll.

    Parameters
    ----------
    what
        Methods, presets and TOML files as they were named.
    data
        Data sets as they were named.
    """
    words = [word.removesuffix(".toml").replace("\\", "/").rpartition("/")[2] for word in what]
    return RUNS / ("-".join(file_name(word) for word in [*words, *data])[:150].strip("-._") or "experiment")


def file_name(text: str) -> str:
    """Return a text as a short part of a file's name, perhaps nothing."""
    return re.sub(r"[^\w.+]+", "_", text.lower()).strip("._")[:60]


def output_folder(path: Path, own: Iterable[str]) -> Path:
    """Make the folder for results, or say that it cannot be written.

    Parameters
    ----------
    path
        The folder, which may exist.
    own
        Files that will be written there. If one exists the person is told that it is replaced; other files
        are left alone.
    """
    try:
        if path.exists() and not path.is_dir():
            raise CommandError(f"--out {path}: is a file; a folder is needed")
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"--out {path}: cannot be made ({error.strerror})") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise CommandError(f"--out {path}: is not writable")
    if any((path / name).exists() for name in own):
        tell(f"{path}: files of an earlier run are replaced")
    return path


def check_out(option: str, path: Path) -> None:
    """Refuse a file to write whose folder does not exist, before anything is computed for it.

    Raises
    ------
    CommandError
        Naming the option.
    """
    if not path.absolute().parent.is_dir():
        raise CommandError(f"{option} {path}: its folder does not exist")
    if path.is_dir():
        raise CommandError(f"{option} {path}: is a folder; a file is needed")


@contextlib.contextmanager
def no_empty_folders(folders: Iterable[Path]) -> Iterator[None]:
    """Take folders away afterwards that were made inside and into which nothing was written."""
    made: list[Path] = []
    with contextlib.suppress(OSError):
        every = dict.fromkeys(place for folder in folders for place in (folder, *folder.parents))
        made = sorted((place for place in every if not place.exists()), key=lambda place: -len(place.parts))
    try:
        yield
    finally:
        for place in made:
            with contextlib.suppress(OSError):  # one that holds something stays
                place.rmdir()


def write_all(folder: Path, contents: Mapping[str, bytes | str]) -> None:
    """Write several files, each whole or not at all."""
    from ganstudio.files import FileError, write_whole

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(folder, f"cannot be made ({error.strerror})") from None
    for name, content in contents.items():
        write_whole(folder / name, content)


def finite(value: Any) -> Any:
    """Return a value for JSON, which has no NaN and no infinity: None instead."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def number(value: Any) -> str:
    """Return a CSV cell: nothing for what was not measured, a number that reads back to `CSV_DIGITS` digits."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.{CSV_DIGITS}g}" if isinstance(value, float) else str(value)


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return a CSV table; a row may lack columns."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([number(row.get(column)) for column in columns] for row in rows)
    return text.getvalue()


def npy_bytes(array: NDArray[np.float32]) -> bytes:
    """Return an array as the content of an NPY file."""
    import numpy as np

    content = io.BytesIO()
    np.save(content, array, allow_pickle=False)
    return content.getvalue()


def short_names(experiments: Sequence[Experiment]) -> list[str]:
    """Return a name for each experiment that can be a file's: its method's, or its label's if it has one."""
    names: list[str] = []
    for experiment in experiments:
        name = file_name(experiment.label or experiment.method or experiment.title) or "experiment"
        same = sum(other == name or other.startswith(f"{name}_no") for other in names)
        names.append(f"{name}_no{same + 1}" if same else name)
    return names


def progress(total: int, description: str = "", initial: int = 0) -> Any:
    """Return a progress bar on stderr with rate and time left; it is quieter where nobody watches.

    What was done before, `initial`, is no part of the rate.
    """
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # its watching thread would outlive the bar
    interval = 0.2 if sys.stderr.isatty() else 10.0
    return tqdm(
        total=total,
        initial=initial,
        desc=description,
        unit=" steps",
        mininterval=interval,
        dynamic_ncols=True,
        file=sys.stderr,
    )
