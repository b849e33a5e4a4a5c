"""Where the files are that come with the program: pictures and trained models.

In a checkout they are the top-level folders `assets/` and `models/`; a wheel carries them inside the package.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["asset", "assets_folder", "model", "models_folder"]

_PACKAGE = Path(__file__).resolve().parent


def assets_folder() -> Path:
    """Return the folder of icons and pictures."""
    return _folder("assets")


def models_folder() -> Path:
    """Return the folder of trained models that are shipped."""
    return _folder("models")


def asset(*parts: str) -> Path:
    """Return the path of a file below `assets/`.

    Parameters
    ----------
    *parts
        Folders and the file's name, for example ``asset("icon.svg")``.

    Raises
    ------
    FileNotFoundError
        If this installation has no such file.
    """
    return _existing("assets", parts)


def model(*parts: str) -> Path:
    """Return the path of a file or folder below `models/`.

    Parameters
    ----------
    *parts
        Folders and the file's name.

    Raises
    ------
    FileNotFoundError
        If this installation has no such file.
    """
    return _existing("models", parts)


def _folder(name: str) -> Path:
    installed = _PACKAGE / "_data"
    return (installed if installed.is_dir() else _PACKAGE.parent) / name


def _existing(name: str, parts: tuple[str, ...]) -> Path:
    path = _folder(name).joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(f"{'/'.join((name, *parts))} is not part of this installation (looked for {path})")
    return path
