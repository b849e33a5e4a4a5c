"""What is remembered from one day to the next: the window's layout and the last experiment."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

import platformdirs
from PySide6.QtCore import QByteArray, QSettings

from ganstudio import files, presets, states
from ganstudio.experiment import Comparison
from ganstudio.messages import Arrays

__all__ = ["Memory"]


class Memory:
    """Reads and writes the user's folder of settings; nothing in it is needed to start.

    Parameters
    ----------
    folder
        Where; None is the platform's place, or the environment's ``GANSTUDIO_CONFIG``.
    """

    def __init__(self, folder: Path | None = None) -> None:
        chosen = folder or os.environ.get("GANSTUDIO_CONFIG") or platformdirs.user_config_dir("ganstudio", False)
        self._folder = Path(chosen)
        self._settings = QSettings(str(self._folder / "window.ini"), QSettings.Format.IniFormat)

    @property
    def experiment_file(self) -> Path:
        """Where the last experiment is kept."""
        return self._folder / "last.toml"

    def last(self) -> tuple[Comparison, str]:
        """Return the last experiment, or the start-up comparison and what was wrong with the file."""
        if not self.experiment_file.exists():
            return presets.load(presets.STARTUP), ""
        try:
            return files.load(self.experiment_file), ""
        except files.FileError as error:
            spare = self.experiment_file.with_suffix(".toml.bak")
            with contextlib.suppress(OSError):
                self.experiment_file.replace(spare)  # the next one must not overwrite it
            text = f"The last experiment could not be opened; it is kept as {spare.name}: {error}"
            return presets.load(presets.STARTUP), text

    @property
    def starts_file(self) -> Path:
        """Where the states are kept that the last experiment's runs began with, if they did not at step 0."""
        return self._folder / "last.npz"

    def last_starts(self, runs: int) -> tuple[tuple[Arrays | None, ...], str]:
        """Return the states that so many runs of the last experiment began with, and what was wrong with the file."""
        try:
            return states.unpack_all(self.starts_file.read_bytes(), runs), ""
        except FileNotFoundError:
            return (), ""
        except (OSError, states.StateError) as error:
            return (), f"The states that the last experiment began with could not be read, so it is untrained: {error}"

    def problem(self) -> str:
        """Return why nothing can be remembered, or ""."""
        folder = next(parent for parent in (self._folder, *self._folder.parents) if parent.exists())
        if folder.is_dir() and os.access(folder, os.W_OK):
            return ""
        return f"Layout and experiment cannot be remembered: {self._folder} cannot be written"

    def keep(self, comparison: Comparison, starts: Sequence[Arrays | None] = ()) -> str:
        """Keep an experiment, and the states that its runs began with, for the next start; return what went wrong."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            files.save(self.experiment_file, comparison)
            if any(start is not None for start in starts):
                files.write_whole(self.starts_file, states.pack_all(starts))
            else:
                self.starts_file.unlink(missing_ok=True)
        except (OSError, files.FileError) as error:
            return f"The experiment could not be remembered: {error}"
        return ""

    def bytes(self, name: str) -> QByteArray:
        """Return a remembered state, empty if there is none."""
        value = self._settings.value(name)
        return value if isinstance(value, QByteArray) else QByteArray()

    def text(self, name: str, default: str) -> str:
        """Return a remembered word."""
        return str(self._settings.value(name, default))

    def remember(self, values: dict[str, object]) -> None:
        """Write states and words."""
        for name, value in values.items():
            self._settings.setValue(name, value)
        self._settings.sync()
