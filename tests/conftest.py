"""What every test has: a place of its own for its files, and a neighbour who looks whether it tidied up.

A test that leaves a thread, a timer, a process or a window behind fails, and the message says what it is and where
it was started. Otherwise the test that suffers is another one, some minutes later.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

# Before Qt, and so before pytest-qt makes an application: nothing is to appear on anybody's screen.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Before NumPy: two BLAS threads on two busy cores wait for each other a hundred times longer than they work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

_FILES = Path(tempfile.mkdtemp(prefix="ganstudio-tests-"))
# What is costly to compute, such as the metrics' perfect-sampler lines, is computed once for the whole suite.
os.environ["GANSTUDIO_CACHE"] = str(_FILES / "cache")
os.environ["GANSTUDIO_CONFIG"] = str(_FILES / "config")

GRACE = 2.0
"""Seconds that whatever has been told to end has to do so."""

HARMLESS_CHILDREN = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")
HARMLESS_THREADS = ("TMonitor",)  # tqdm's, one for the whole process
HARMLESS_WIDGETS = ("QTipLabel", "QComboBoxPrivateContainer")  # Qt's own, kept for the next time


def pytest_sessionstart() -> None:
    _watch_starts()


def pytest_unconfigure() -> None:
    shutil.rmtree(_FILES, ignore_errors=True)


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test see what another one, or the person at this machine, has saved."""
    monkeypatch.setenv("GANSTUDIO_CONFIG", str(tmp_path / "ganstudio-config"))


@pytest.fixture(autouse=True)
def _one_torch_thread() -> None:
    """Toy networks gain nothing from more threads, and with two cores their neighbours lose."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.get_num_threads() != 1:
        torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    """Fail a test after which something is still going on that was not before it."""
    before = set(_going_on())
    yield
    leaks = _leaks(before)
    if leaks:
        gc.collect()  # what only waits for the garbage collector is nobody's leak
    deadline = time.monotonic() + GRACE
    while leaks and time.monotonic() < deadline:
        _process_qt_events()
        time.sleep(0.02)
        leaks = _leaks(before)
    if leaks:
        message = "\n".join(leak.description for leak in leaks.values())
        for leak in leaks.values():
            leak.end()
        pytest.fail(f"left behind:\n{message}", pytrace=False)


# ---- what is going on ------------------------------------------------------------------------------


@dataclass
class _Leak:
    description: str
    end: Callable[[], object] = field(default=lambda: None)


_started: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()
"""Threads, QThreads and QTimers with the place where they were started."""
_spawned: dict[int, str] = {}
"""Process ids with the place where they were started."""
_single_shots: list[tuple[float, Any, str]] = []
"""When a single shot is due, a weak reference to whom it belongs (or None), and where it was asked for."""


def _leaks(before: set[object]) -> dict[object, _Leak]:
    return {key: leak for key, leak in _going_on().items() if key not in before}


def _going_on() -> dict[object, _Leak]:
    found: dict[object, _Leak] = {}
    _find_threads(found)
    _find_children(found)
    if "PySide6.QtCore" in sys.modules:
        _watch_qt_starts()
        _find_qt_objects(found)
    if "PySide6.QtWidgets" in sys.modules:
        _find_widgets(found)
    return found


def _find_threads(found: dict[object, _Leak]) -> None:
    for thread in threading.enumerate():
        # Python makes a dummy for every foreign thread it meets, and never learns of its end.
        if isinstance(thread, threading._DummyThread) or type(thread).__name__ in HARMLESS_THREADS:
            continue
        found["thread", thread] = _Leak(f"  thread {thread.name!r}{_where(thread)}")


def _find_children(found: dict[object, _Leak]) -> None:
    names = {child.pid: child.name for child in multiprocessing.active_children()}  # this also reaps the dead
    for pid in {*names, *_child_ids()} - {None}:
        command = _command(pid)
        if any(name in command for name in HARMLESS_CHILDREN):
            continue
        where = _spawned.get(pid, "")
        name = f" {names[pid]!r}" if pid in names else ""
        found["process", pid] = _Leak(f"  process {pid}{name}: {command or '?'}{where}", functools.partial(_kill, pid))


def _child_ids() -> list[int]:
    """Return the ids of this process' children that have not ended, where the system says so."""
    ids: list[int] = []
    for children in Path("/proc/self/task").glob("*/children"):
        try:
            ids += [int(pid) for pid in children.read_text().split()]
        except OSError:  # a thread that ended in between
            continue
    return [pid for pid in ids if not _is_zombie(pid)]


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return True


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()[:200]
    except OSError:
        return ""


def _kill(pid: int) -> None:
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)


def _find_qt_objects(found: dict[object, _Leak]) -> None:
    from PySide6.QtCore import QThread
    from shiboken6 import isValid

    for thing in list(_started):
        if isinstance(thing, threading.Thread) or not isValid(thing):
            continue
        if isinstance(thing, QThread):
            if thing.isRunning():
                found["QThread", id(thing)] = _Leak(
                    f"  QThread {_qt_name(thing)}{_where(thing)}", lambda t=thing: _stop(t)
                )
        elif thing.isActive():
            found["QTimer", id(thing)] = _Leak(
                f"  QTimer {_qt_name(thing)}, every {thing.interval()} ms{_where(thing)}", thing.stop
            )
    now = time.monotonic()
    _single_shots[:] = [shot for shot in _single_shots if shot[0] > now]
    for shot in _single_shots:
        due, owner, where = shot
        if owner is not None and (owner() is None or not isValid(owner())):
            continue  # Qt cancels a single shot when its receiver goes
        found["single shot", due] = _Leak(
            f"  QTimer.singleShot, due in {due - now:.1f} s{where}", functools.partial(_single_shots.remove, shot)
        )


def _stop(thread: Any) -> None:
    thread.requestInterruption()
    thread.quit()
    thread.wait(1000)


def _find_widgets(found: dict[object, _Leak]) -> None:
    from PySide6.QtWidgets import QApplication
    from shiboken6 import getCppPointer

    if not isinstance(QApplication.instance(), QApplication):
        return
    for widget in QApplication.topLevelWidgets():
        kind = widget.metaObject().className()
        if widget.parent() is None and kind not in HARMLESS_WIDGETS:
            title = f", titled {widget.windowTitle()!r}" if widget.windowTitle() else ""
            shown = ", shown" if widget.isVisible() else ""
            found["widget", getCppPointer(widget)[0]] = _Leak(
                f"  top-level widget {_qt_name(widget)}{title}{shown}", widget.deleteLater
            )


def _qt_name(thing: Any) -> str:
    return type(thing).__name__ + (f" {thing.objectName()!r}" if thing.objectName() else "")


def _process_qt_events() -> None:
    core = sys.modules.get("PySide6.QtCore")
    if core is not None and core.QCoreApplication.instance() is not None:
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
        core.QCoreApplication.processEvents()


# ---- where it was started --------------------------------------------------------------------------


def _where(thing: Any) -> str:
    return _started.get(thing, "")


def _caller() -> str:
    """Return the innermost lines of the call, from below this file on."""
    frames = [
        f"      {frame.filename}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_stack(limit=12)[:-2]
        if "_pytest" not in frame.filename and "pluggy" not in frame.filename
    ]
    return "\n    started at\n" + "\n".join(frames[-4:])


def _watch_starts() -> None:
    """Let threads and processes note where they are started."""
    _replace(threading.Thread, "start", _noting)
    _replace(multiprocessing.process.BaseProcess, "start", _noting_process)
    _replace(subprocess.Popen, "__init__", _noting_process)


def _watch_qt_starts() -> None:
    from PySide6.QtCore import QThread, QTimer

    _replace(QThread, "start", _noting)
    _replace(QTimer, "start", _noting)
    _replace(QTimer, "singleShot", _noting_single_shot, static=True)


def _replace(owner: Any, name: str, wrapper: Callable[[Any], Any], static: bool = False) -> None:
    original = getattr(owner, name)
    if not getattr(original, "notes_starts", False):
        replacement = functools.wraps(original)(wrapper(original))
        replacement.notes_starts = True
        setattr(owner, name, staticmethod(replacement) if static else replacement)


def _noting(start: Any) -> Any:
    def noted(self: Any, *args: Any, **kwargs: Any) -> Any:
        _started[self] = _caller()
        return start(self, *args, **kwargs)

    return noted


def _noting_process(start: Any) -> Any:
    def noted(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = start(self, *args, **kwargs)
        if getattr(self, "pid", None) is not None:
            _spawned[self.pid] = _caller()
        return result

    return noted


def _noting_single_shot(single_shot: Any) -> Any:
    def noted(milliseconds: int, *rest: Any) -> Any:
        # The receiver is named, or it is the object whose method is called.
        candidates = [*rest, getattr(rest[-1], "__self__", None)]
        owner = next((thing for thing in candidates if hasattr(thing, "metaObject")), None)
        reference = None if owner is None else weakref.ref(owner)
        _single_shots.append((time.monotonic() + int(milliseconds) / 1000, reference, _caller()))
        return single_shot(milliseconds, *rest)

    return noted
