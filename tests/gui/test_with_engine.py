"""The window with a real engine: train, step, lose the engine, close."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from ganstudio import presets
from ganstudio.experiment import Comparison, Experiment
from ganstudio.gui.main_window import MainWindow

MakeWindow = Callable[..., MainWindow]

START = 60_000
"""Milliseconds that importing torch may take on a busy machine."""


@pytest.fixture(params=[1, 2], ids=["one engine", "two engines"])
def running(make_window: MakeWindow, qtbot: QtBot, request: pytest.FixtureRequest) -> MainWindow:
    window = make_window(presets.load(presets.STARTUP), engine=request.param)
    qtbot.waitUntil(lambda: all(pane.ready for pane in window.session.panes), timeout=START)
    return window


def steps(window: MainWindow) -> list[int]:
    return [pane.step for pane in window.session.panes]


def test_space_trains_both_panes_and_buttons_do_the_rest(running: MainWindow, qtbot: QtBot) -> None:
    running.activateWindow()
    running.bench.setFocus()
    qtbot.keyClick(running, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: min(steps(running)) > 30, timeout=20_000)
    for view in running.bench.views():
        assert set(view.losses.names()) >= {"critic", "generator"}
        assert len(view.plane._generated._points) == 1000
        assert view.metrics.card("modes").text.endswith("/ 8")
    qtbot.keyClick(running, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not any(pane.snapshot.playing for pane in running.session.panes), timeout=5000)
    before = steps(running)
    qtbot.wait(200)
    assert steps(running) == before

    click(running, "Step")
    qtbot.waitUntil(lambda: steps(running) == [step + 1 for step in before], timeout=5000)
    fields = [pane.snapshot.field for pane in running.session.panes]
    click(running, "D only")
    qtbot.waitUntil(lambda: all_differ(running, fields), timeout=5000)
    assert steps(running) == [step + 1 for step in before]

    click(running, "Reset")
    qtbot.waitUntil(lambda: all(pane.ready for pane in running.session.panes), timeout=5000)
    assert steps(running) == [0, 0]
    seed = running.session.panes[0].experiment.seed
    click(running, "New seed")
    assert {pane.experiment.seed for pane in running.session.panes} != {seed}
    qtbot.waitUntil(lambda: all(pane.ready for pane in running.session.panes), timeout=5000)


def click(window: MainWindow, text: str) -> None:
    button = next(b for b in window.findChildren(QPushButton) if b.text() == text and b.isVisible())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def all_differ(window: MainWindow, fields: list[np.ndarray | None]) -> bool:
    now = [pane.snapshot.field for pane in window.session.panes]
    return all(not np.array_equal(new, old) for new, old in zip(now, fields, strict=True))


def test_a_killed_engine_is_told_kept_and_restarted_at_a_click(running: MainWindow, qtbot: QtBot) -> None:
    running.session.play()
    qtbot.waitUntil(lambda: min(steps(running)) > 5, timeout=20_000)
    pid = running.session.engine_pids[0]
    os.kill(pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: bool(running.session.lost), timeout=5000)
    said = running.messages.messages()[0].text
    assert "ended by signal 9" in said
    assert running.session.playing == (len(running.session.lost) == 1)  # the other engine trains on
    for view in running.bench.views():
        assert len(view.plane._generated._points) == 1000  # the last picture stays
        assert len(view.losses.names()) >= 2
    survivors = [pane for pane in running.session.panes if pane not in running.session.lost]
    assert all(pane.playing for pane in survivors)
    running.session.pause()
    assert not running.session.playing
    click(running, "Restart the engine")
    qtbot.waitUntil(lambda: all(pane.ready for pane in running.session.panes), timeout=START)
    assert not running.messages.messages()
    assert not running.session.lost
    running.session.play()
    qtbot.waitUntil(lambda: min(steps(running)) > 5, timeout=20_000)
    assert pid not in running.session.engine_pids


def test_an_exploding_run_is_told_and_the_last_picture_stays(running: MainWindow, qtbot: QtBot) -> None:
    pane = running.session.panes[1]
    running.session.select(pane)
    for player in ("critic", "generator"):
        running.session.edit(f"{player}_optimiser.name", "sgd")
        running.session.edit(f"{player}_optimiser.learning_rate", 10.0)
    qtbot.waitUntil(lambda: pane.ready, timeout=5000)
    running.session.play()
    qtbot.waitUntil(lambda: bool(running.messages.messages()), timeout=20_000)
    assert "NaN or infinite at generator step" in running.messages.messages()[0].text
    assert not pane.playing
    assert running.session.panes[0].playing
    points = running.bench.view(pane).plane._generated._points
    assert np.isfinite(points).all()


CLOSE = """
import os, sys, time
from pathlib import Path
from PySide6.QtCore import QTimer


def main():
    from ganstudio import presets
    from ganstudio.gui.app import application, open_window
    from ganstudio.gui.memory import Memory

    app = application()
    window = open_window(presets.load(presets.STARTUP), Memory(Path(sys.argv[1])))
    window.session.play()
    window.show()
    start = time.monotonic()

    def look():
        if min(pane.step for pane in window.session.panes) > 5:
            timer.stop()
            print(*window.session.engine_pids, time.monotonic(), flush=True)
            window.close()
        elif time.monotonic() - start > 60:
            os._exit(3)

    timer = QTimer(interval=20)
    timer.timeout.connect(look)
    timer.start()
    sys.exit(app.exec())


if __name__ == "__main__":
    main()
"""


def close_while_training(tmp_path: Path) -> None:
    """Close a training window in a process of its own, and see that all is over within 2 s."""
    script = tmp_path / "close.py"
    script.write_text(CLOSE)
    process = subprocess.Popen([sys.executable, str(script), str(tmp_path)], stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        *pids, closed = process.stdout.readline().split()
        code = process.wait(10)
        seconds = time.monotonic() - float(closed)
        assert code == 0
        assert seconds < 2.0
        assert pids
        for pid in pids:
            assert not Path(f"/proc/{pid}").exists(), "an engine outlived its window"


@pytest.mark.parametrize("turn", range(2))
def test_closing_while_training_ends_everything(tmp_path: Path, turn: int) -> None:
    close_while_training(tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_closing_while_training_ends_everything_20_times_in_a_row(tmp_path: Path) -> None:
    for _ in range(20):
        close_while_training(tmp_path)


def test_closing_before_the_engine_is_up_ends_everything(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(engine=1)
    qtbot.waitUntil(lambda: bool(window.session.engine_pids), timeout=5000)
    start = time.monotonic()
    window.close()
    assert time.monotonic() - start < 2.0


def test_an_engine_that_hangs_is_told_and_restarted_at_a_click(
    make_window: MakeWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ganstudio.gui.session.SILENT_SECONDS", 3.0)
    window = make_window(presets.load(presets.STARTUP), engine=1)
    qtbot.waitUntil(lambda: all(pane.ready for pane in window.session.panes), timeout=START)
    window.session.play()
    pid = window.session.engine_pids[0]
    os.kill(pid, signal.SIGSTOP)
    qtbot.waitUntil(lambda: bool(window.messages.messages()), timeout=10_000)
    assert "has not answered" in window.messages.messages()[0].text
    click(window, "Restart the engine")
    qtbot.waitUntil(lambda: all(pane.ready for pane in window.session.panes), timeout=START)
    assert pid not in window.session.engine_pids
    assert not window.messages.messages()


def test_a_hanging_engine_does_not_keep_the_window_open(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(presets.load(presets.STARTUP), engine=1)
    qtbot.waitUntil(lambda: all(pane.ready for pane in window.session.panes), timeout=START)
    os.kill(window.session.engine_pids[0], signal.SIGSTOP)
    start = time.monotonic()
    window.close()
    assert time.monotonic() - start < 2.0


def test_a_window_closed_right_after_its_first_paint_starts_nothing(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    window.session.start_soon()
    window.close()
    qtbot.wait(50)
    assert not window.session._links


def test_knobs_and_clicks_are_answered_while_paused_and_while_playing(make_window: MakeWindow, qtbot: QtBot) -> None:
    comparison = Comparison(experiments=(Experiment.of("infogan"), Experiment.of("vae")))
    window = make_window(comparison, engine=1)
    told, encoded = window.session.panes
    qtbot.waitUntil(lambda: told.ready and encoded.ready, timeout=START)
    view, plane = window.bench.view(told), window.bench.view(encoded).plane
    assert len(set(told.snapshot.groups[0])) == 8
    for category, playing in ((3, False), (5, True)):
        if playing:
            window.session.play()
        before = told.snapshot.generated
        view.knobs.category_choice.set_value(category)
        view.knobs.category_choice.edited.emit(category)
        view.knobs.codes[0].slider.setValue(10 * category)
        qtbot.waitUntil(lambda wanted=category: set(told.snapshot.groups[0]) == {wanted}, timeout=5000)
        assert not np.array_equal(told.snapshot.generated, before)
    qtbot.waitUntil(lambda: "mutual information" in view.losses.names(), timeout=10_000)
    qtbot.waitUntil(lambda: view.knobs.words.text().startswith("I(c; x)"), timeout=5000)
    window.session.pause()
    qtbot.waitUntil(lambda: not encoded.snapshot.playing, timeout=5000)
    QTest.mouseClick(plane._view.viewport(), Qt.MouseButton.LeftButton, pos=plane._view.viewport().rect().center())
    qtbot.waitUntil(lambda: encoded.snapshot.encoded is not None, timeout=5000)
    assert window.bench.view(encoded).encoding.text().startswith("z = (")
    assert encoded.snapshot.field is None
