"""What is remembered from one day to the next: the window's layout and the last experiment."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import platformdirs
from PySide6.QtCore import QByteArray, QSettings

from ganstudio import files, presets
from ganstudio.experiment import Comparison

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

    def problem(self) -> str:
        """Return why nothing can be remembered, or ""."""
        folder = next(parent for parent in (self._folder, *self._folder.parents) if parent.exists())
        if folder.is_dir() and os.access(folder, os.W_OK):
            return ""
        return f"Layout and experiment cannot be remembered: {self._folder} cannot be written"

    def keep(self, comparison: Comparison) -> str:
        """Keep an experiment for the next start; return what went wrong, or ""."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            files.save(self.experiment_file, comparison)
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
