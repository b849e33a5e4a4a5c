"""What would keep the window waiting, done beside it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal

from ganstudio.files import FileError

__all__ = ["Work"]


class Work(QThread):
    """Does one thing in a thread of its own, and says whether it came off.

    Attributes
    ----------
    path : str
        The file.
    done : Signal(str)
        The file is there.
    failed : Signal(str)
        It is not; one line that names it.
    """

    done = Signal(str)
    failed = Signal(str)

    def __init__(self, path: str, make: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self._make = make

    def run(self) -> None:
        """Do it."""
        try:
            self._make()
        except FileError as error:
            self.failed.emit(str(error))
        except Exception as error:  # whatever it is, it must not end in a traceback that nobody sees
            self.failed.emit(str(FileError(self.path, f"could not be made ({str(error) or type(error).__name__})")))
        else:
            self.done.emit(self.path)
