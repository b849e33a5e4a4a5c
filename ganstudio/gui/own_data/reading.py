"""Reading a file of data without making the window wait."""

from __future__ import annotations

from PySide6.QtCore import QObject, QThread, Signal

from ganstudio import data_files
from ganstudio.files import FileError

__all__ = ["FileReader"]


class FileReader(QThread):
    """Reads one file in a thread of its own.

    Attributes
    ----------
    done : Signal(object)
        The `DataFile`.
    failed : Signal(str)
        Why it cannot be read.
    """

    done = Signal(object)
    failed = Signal(str)

    def __init__(self, path: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path

    def run(self) -> None:
        """Read it."""
        try:
            self.done.emit(data_files.read(self.path))
        except FileError as error:
            self.failed.emit(str(error))
        except Exception as error:  # a full memory, or a fault of our own: never nothing at all
            self.failed.emit(str(FileError(self.path, f"cannot be read ({error})")))
