"""The fixture that looks for what tests leave behind is itself worth a test."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

LEAKING = """
import multiprocessing, subprocess, sys, threading, time
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QWidget

kept = []

def test_thread():
    event = threading.Event()
    thread = threading.Thread(target=event.wait, name="forgotten", daemon=True)
    thread.start()

def test_process():
    kept.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]))

def test_multiprocessing():
    multiprocessing.get_context("spawn").Process(target=time.sleep, args=(600,), daemon=True, name="engine").start()

def test_qthread(qapp):
    thread = QThread()
    thread.setObjectName("bridge")
    kept.append(thread)
    thread.start()

def test_timer(qapp):
    timer = QTimer()
    kept.append(timer)
    timer.start(1000)

def test_single_shot(qapp):
    QTimer.singleShot(60_000, lambda: None)

def test_window(qapp):
    widget = QWidget()
    widget.setWindowTitle("Forgotten")
    widget.show()
    kept.append(widget)
"""

TIDY = """
import subprocess, sys, threading
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QWidget

kept = []

def test_ended():
    thread = threading.Thread(target=lambda: None)
    thread.start()
    subprocess.run([sys.executable, "-c", ""])

def test_qt(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    timer = QTimer(widget)
    timer.start(1000)
    QTimer.singleShot(60_000, widget, widget.hide)
    QTimer.singleShot(60_000, widget.hide)

def test_qthread(qapp):
    thread = QThread()
    kept.append(thread)
    thread.start()
    thread.quit()  # it ends soon, and soon is soon enough

def test_one_closed_late(qapp):
    widget = QWidget()
    widget.show()
    widget.deleteLater()
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    conftest = Path(__file__).with_name("conftest.py").read_text(encoding="utf-8")
    assert "GRACE = 2.0" in conftest
    pytester.makeconftest(conftest.replace("GRACE = 2.0", "GRACE = 0.3"))
    pytester.makepyprojecttoml('[tool.pytest.ini_options]\nqt_api = "pyside6"\nfilterwarnings = ["error"]\n')
    return pytester


def test_each_leak_is_named_with_its_place(suite: pytest.Pytester) -> None:
    suite.makepyfile(test_leaking=LEAKING)
    result = suite.runpytest_subprocess("-p", "no:cacheprovider", timeout=90)
    result.assert_outcomes(passed=7, errors=7)
    output = result.stdout.str()
    for kind, line in (
        ("thread 'forgotten'", "test_thread"),
        ("time.sleep(600)", "test_process"),
        (" 'engine': ", "test_multiprocessing"),
        ("QThread QThread 'bridge'", "test_qthread"),
        ("QTimer QTimer, every 1000 ms", "test_timer"),
        ("QTimer.singleShot, due in", "test_single_shot"),
    ):
        found = output.index(kind)
        assert f"in {line}" in output[found : found + 1500], kind
    assert "top-level widget QWidget, titled 'Forgotten', shown" in output


def test_tidy_tests_pass(suite: pytest.Pytester) -> None:
    suite.makepyfile(test_tidy=TIDY)
    result = suite.runpytest_subprocess("-p", "no:cacheprovider", timeout=60)
    result.assert_outcomes(passed=4)
