"""Files of experiments: written whole or not at all, and read with errors that name the place.

An experiment's TOML holds only what differs from the defaults, if a person wrote it, or everything, if
`save` did; `steps` says how long it is trained. A comparison's TOML has `[[experiments]]`; what they have
in common may stand once under `[shared]`. In both, `method = "wgan_gp"` stands for all that the named method sets.
"""

from __future__ import annotations

import contextlib
import os
import tomllib
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli_w
from pydantic import ValidationError

from ganstudio.experiment import FORMAT_VERSION, Comparison, Experiment, merged
from ganstudio.settings import SettingsError, explain, shown

if TYPE_CHECKING:
    from ganstudio.image_experiment import ImageExperiment

__all__ = ["FileError", "load", "load_images", "parsed", "read_toml", "save", "write_whole", "written"]

LARGEST = 64_000
"""Bytes. Four experiments have ten thousand; reading a line of far more dotted names would take minutes."""

LARGEST_IN_LINES = 160_000
LONGEST_LINE = 500
"""Bytes where no line is longer than this, so that nothing takes long: room for points and drawings of one's own."""

USUAL_STEPS = 8000
"""Of an experiment on pictures that names none."""


class FileError(ValueError):
    """A file cannot be read or written. The message is one line that begins with its path."""

    def __init__(self, path: str | Path, problem: object) -> None:
        # Names inside a file may hold line breaks; an error message may not.
        super().__init__(" ".join(f"{path}: {problem}".split()))


def write_whole(path: str | Path, content: bytes | str) -> None:
    """Write a file so that nobody ever sees half of it.

    The content goes to a temporary file in the same folder, which then takes the place of `path`. If
    anything fails, whatever was at `path` is still there.

    Parameters
    ----------
    path
        Where to write. Through a symbolic link, the file that it points to is replaced.
    content
        Text is written as UTF-8 with Unix line ends.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{uuid.uuid4().hex}.part")
    # Not UTF-8 can only come from a command line in another encoding; a "?" is better than no file.
    data = content if isinstance(content, bytes) else content.encode("utf-8", errors="replace")
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        if isinstance(error, OSError):
            raise FileError(path, f"cannot be written ({error.strerror})") from None
        raise


def read_toml(path: str | Path) -> dict[str, Any]:
    """Read a small TOML file as plain values.

    Raises
    ------
    FileError
        If it is missing, a folder, too large, not UTF-8 or not TOML.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST_IN_LINES + 1)
    except IsADirectoryError:
        raise FileError(path, "is a folder; a TOML file is needed") from None
    except FileNotFoundError:
        raise FileError(path, "there is no such file") from None
    except (OSError, ValueError) as error:
        raise FileError(path, f"cannot be read ({getattr(error, 'strerror', error)})") from None
    return _tree(data, path)


def _tree(data: bytes, path: str | Path) -> dict[str, Any]:
    most = LARGEST_IN_LINES if max(map(len, data.splitlines()), default=0) <= LONGEST_LINE else LARGEST
    if len(data) > most:
        raise FileError(path, f"is too large for an experiment; at most {most:,} bytes are read")
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileError(path, f"is not UTF-8 text (line {line}); TOML files are") from None
    except (ValueError, RecursionError) as error:
        raise FileError(path, f"is not valid TOML: {error}") from None


def load(path: str | Path) -> Comparison:
    """Read an experiment or a comparison.

    Parameters
    ----------
    path
        A TOML file. Without ``[[experiments]]`` it is one experiment, perhaps with ``steps`` beside its settings,
        and the result is a comparison of one.

    Raises
    ------
    FileError
        Naming the file, and the setting that is unknown or not allowed.
    """
    return _read(read_toml(path), path)


def load_images(path: str | Path) -> tuple[ImageExperiment, int]:
    """Read an experiment on pictures and its steps.

    Raises
    ------
    FileError
        Naming the file, and the setting that is unknown or not allowed.
    """
    # Here: the window reads experiments of the plane before its first paint, and those of pictures later.
    from ganstudio.image_experiment import ImageExperiment

    tree = read_toml(path)
    steps = tree.pop("steps", USUAL_STEPS)
    method = tree.pop("method", None)
    try:
        if type(steps) is not int or steps < 1:
            raise SettingsError(f"steps: {shown(steps)} is not allowed; it is a whole number of at least 1")
        start = ImageExperiment() if method is None else ImageExperiment().with_method(method)
        return ImageExperiment.read(_merged(start.plain(), tree)), steps
    except SettingsError as error:
        raise FileError(path, error) from None


def parsed(data: bytes, path: str | Path) -> Comparison:
    """Read an experiment or a comparison from TOML that stands in another file; see `load`.

    Parameters
    ----------
    path
        The other file, for messages.
    """
    return _read(_tree(data, path), path)


def _read(tree: dict[str, Any], path: str | Path) -> Comparison:
    version = tree.get("version", FORMAT_VERSION)
    if type(version) is int and version > FORMAT_VERSION:
        raise FileError(
            path, f"was written by a newer GAN Studio (version {version}); this one reads up to {FORMAT_VERSION}"
        )
    try:
        if "experiments" not in tree:
            steps = {"steps": tree.pop("steps")} if "steps" in tree else {}
            experiment = _experiment(tree)
            return _comparison({"title": experiment.title, "experiments": (experiment,), **steps})
        shared = _table(tree.pop("shared", {}), "shared")
        return _comparison({**tree, "experiments": _experiments(tree["experiments"], shared)})
    except SettingsError as error:
        raise FileError(path, error) from None


def save(path: str | Path, content: Experiment | Comparison) -> None:
    """Write an experiment or a comparison as TOML, every setting in it, so that later defaults change nothing.

    Data that several experiments have in common stand once, under ``[shared]``: they may be as long as all the rest.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    write_whole(path, written(content))


def written(content: Experiment | Comparison) -> str:
    """Return an experiment or a comparison as TOML, every setting in it; data that all share stand there once."""
    tree = content.model_dump(mode="json")
    experiments = tree.pop("experiments", [])
    if len(experiments) > 1 and all(experiment["data"] == experiments[0]["data"] for experiment in experiments):
        tree["shared"] = {"data": experiments[0]["data"]}
        for experiment in experiments:
            del experiment["data"]
    if experiments:
        tree["experiments"] = experiments
    return tomli_w.dumps(tree)


def _comparison(tree: dict[str, Any]) -> Comparison:
    try:
        return Comparison.model_validate(tree)
    except ValidationError as error:
        raise SettingsError(explain(error)) from None


def _experiments(entries: Any, shared: dict[str, Any]) -> tuple[Experiment, ...]:
    """Read the tables under ``[[experiments]]``, each on top of what they share."""
    if not isinstance(entries, list):
        raise SettingsError("experiments: is a list of tables; write [[experiments]] above each")
    experiments = []
    for number, entry in enumerate(entries, start=1):
        name = f"experiment {number}"
        own = _table(entry, name)
        try:
            experiments.append(_experiment(_merged(shared, own)))
        except SettingsError as error:
            raise SettingsError(f"{name}: {error}") from None
    return tuple(experiments)


def _experiment(tree: dict[str, Any]) -> Experiment:
    """Read one experiment: its method's settings first, then what it says itself."""
    own = dict(tree)
    method = own.pop("method", None)
    start = Experiment() if method is None else Experiment().with_method(method)
    return Experiment.read(_merged(start.plain(), own))


def _table(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SettingsError(f"{name}: {shown(value)} is not allowed; it is a table of settings")
    return value


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Return `below` with the settings of `above` on top, section by section."""
    result = dict(below)
    for name, value in above.items():
        old = result.get(name)
        if not (isinstance(old, dict) and isinstance(value, dict)):
            result[name] = value
        elif name in ("data", "objective") and value.get("name", old.get("name")) != old.get("name"):
            result[name] = value  # another kind has other settings, so nothing of the old one is kept
        else:
            result[name] = merged(old, value)
    return result
