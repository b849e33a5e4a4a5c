"""Start the window."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from ganstudio import files
from ganstudio.experiment import Comparison
from ganstudio.gui import icons, theme
from ganstudio.gui.main_window import MainWindow, png
from ganstudio.gui.memory import Memory
from ganstudio.gui.session import Session
from ganstudio.messages import Arrays

__all__ = ["application", "open_window", "run"]

if TYPE_CHECKING:
    from ganstudio.commands.window import WindowOptions

DEFAULT_SIZE = (1440, 900)


def application() -> QApplication:
    """Return the application, made if it is not there."""
    # Qt fills spans in a pool of threads; with the cores busy training, waiting for them takes longer than painting.
    os.environ.setdefault("QT_NO_GUI_THREADPOOL", "1")
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    app.setApplicationName("ganstudio")
    app.setApplicationDisplayName("GAN Studio")
    app.setDesktopFileName("ganstudio")
    app.setWindowIcon(icons.application_icon())
    return app


def open_window(comparison: Comparison | None, memory: Memory, starts: Sequence[Arrays | None] = ()) -> MainWindow:
    """Return a window on a comparison, or on what was open last; its engines start after its first paint.

    Parameters
    ----------
    starts
        States that the comparison's runs begin with; without any they begin at step 0.
    """
    session = Session()
    window = MainWindow(session, memory)
    session.setParent(window)
    problems = []
    if comparison is None:
        comparison, problem = memory.last()
        if not problem:
            starts, problem = memory.last_starts(len(comparison.experiments))
        problems.append(problem)
    window.open(comparison, starts)
    for text in (*problems, memory.problem()):
        if text:
            session.message.emit("warning", text)
    window.painted.connect(session.start_soon)
    return window


def run(comparison: Comparison | None, options: WindowOptions) -> int:
    """Open the window and return the exit code when it is closed."""
    app = application()
    memory = Memory()
    mode = options.theme or memory.text("theme", "system")
    theme.current().set_mode(mode if mode in ("light", "dark") else "system")  # type: ignore[arg-type]
    window = open_window(comparison, memory, options.starts)
    if options.size:
        window.resize(*options.size)
    elif memory.bytes("geometry").isEmpty():
        room = window.screen().availableSize()
        window.resize(min(DEFAULT_SIZE[0], room.width()), min(DEFAULT_SIZE[1], room.height()))
    helper = _Photographer(window, options) if options.screenshot else None
    if options.play:
        window.session.play()
    window.show()
    interrupts = _heed_interrupts(window)
    hook = sys.excepthook
    sys.excepthook = partial(_report, window)
    code = app.exec()
    sys.excepthook = hook
    interrupts.stop()
    if helper is not None and helper.problem:
        print(helper.problem, file=sys.stderr)
        return 2
    return code


def _report(window: MainWindow, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say in the window, too, that a slot raised: nothing is only on the terminal."""
    sys.__excepthook__(kind, error, trace)
    text = f"A fault in GAN Studio: {kind.__name__}: {error}. What you were doing may not have happened."
    window.session.message.emit("error", " ".join(text.split()))


class _Photographer(QObject):
    """Saves a picture of the window some time after its first paint, and closes it."""

    def __init__(self, window: MainWindow, options: WindowOptions) -> None:
        super().__init__(window)
        self._window = window
        self._path = str(options.screenshot)
        self.problem = ""
        self._timer = QTimer(self, singleShot=True, interval=round(options.after * 1000))
        self._timer.timeout.connect(self._shoot)
        window.painted.connect(self._timer.start)

    def _shoot(self) -> None:
        try:
            files.write_whole(self._path, png(self._window))
        except files.FileError as error:
            self.problem = f"ganstudio: {error}"
        self._window.close()


def _heed_interrupts(window: MainWindow) -> QTimer:
    """Close the window on Ctrl+C in the terminal; Python sees signals only when it runs."""

    def close(*_: object) -> None:
        window.close()

    signal.signal(signal.SIGINT, close)
    signal.signal(signal.SIGTERM, close)
    timer = QTimer(window, interval=200)
    timer.timeout.connect(timer.objectName)  # any Python call lets it look for signals
    timer.start()
    return timer
