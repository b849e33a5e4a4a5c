"""Branches, presets that begin trained, and the memory for it all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ganstudio.experiment import Comparison, Experiment
from ganstudio.gui import theme
from ganstudio.gui.main_window import MainWindow
from ganstudio.gui.memory import Memory
from ganstudio.gui.preferences import Preferences, history_bytes
from ganstudio.gui.session import HISTORY_BYTES, Pane
from ganstudio.gui.setup.panel import PendingBar
from ganstudio.messages import Create, Export, Exported, History, Limit, RunNoted

Feed = Callable[..., None]
MakeWindow = Callable[..., MainWindow]
MB = 2**20
START = 60_000
STATE = {"step": np.array(340), "averaged": np.zeros((1, 4), np.float32), "generator.parameters": np.zeros((1, 4))}


def labels(widget: object) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]  # type: ignore[attr-defined]


def press(widget: object, text: str) -> None:
    buttons = widget.findChildren(QPushButton)  # type: ignore[attr-defined]
    QTest.mouseClick(next(b for b in buttons if b.text() == text and b.isVisible()), Qt.MouseButton.LeftButton)


class Told:
    """What a session posts, in place of posting it."""

    def __init__(self, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
        self.messages: list[object] = []
        monkeypatch.setattr(window.session, "_post", lambda pane, message: self.messages.append(message))
        monkeypatch.setattr(window.session, "_home", lambda pane: SimpleNamespace(post=self.messages.append))

    def of(self, kind: type) -> list[object]:
        """Return the messages of a kind so far, and forget all."""
        found = [message for message in self.messages if isinstance(message, kind)]
        self.messages.clear()
        return found


@pytest.fixture
def told(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> Told:
    return Told(window, monkeypatch)


def test_branches_begin_where_a_pane_is_with_the_draft(
    window: MainWindow, feed: Feed, told: Told, qtbot: QtBot
) -> None:
    session = window.session
    source = session.panes[0]
    kept = History(np.arange(0, 2601, 20), {}, MB, 64 * MB)
    for pane in session.panes:
        feed(session, pane, 2600, history=kept)
    session.select(source)
    window.past.go(345)
    feed(session, source, 2600, history=kept, at=345, shown_step=340)
    session.edit("training.batch", 64)
    assert source.pending == ["training.batch"]
    bar = window.setup.findChild(PendingBar)
    told.messages.clear()
    press(bar, "Branch from here")
    [export] = told.of(Export)
    assert (export.run, export.at) == (source.name, 345)
    session._running = True
    session._receive(Exported(source.name, source.stamp, "somebody else's", 340, STATE))
    assert len(session.panes) == 2
    session._receive(Exported(source.name, source.stamp, export.request, 340, STATE))
    branch = session.panes[2]
    [create] = told.of(Create)
    assert (create.run, create.start) == (branch.name, STATE)
    assert create.experiment["training"]["batch"] == 64
    assert session.active is branch
    assert not source.pending
    assert not bar.isVisible()
    feed(session, branch, 340, readings=())
    view = window.bench.view(branch)
    qtbot.waitUntil(view.isVisible)
    [origin] = [text for text in labels(view) if text.startswith("branched from pane 1 at step 340 \N{MIDDLE DOT} ")]
    assert "batch 64" in origin
    assert "Press Space to train" in labels(view)
    assert view.losses._begin == 340
    feed(session, branch, 350)
    assert view.losses._view.box.viewRange()[0] == pytest.approx([340, 350.4], abs=0.5)
    # What does not fit is said.
    session._receive(RunNoted(branch.name, branch.stamp, "The critic begins anew, untrained"))
    assert any("begins anew" in message.text for message in window.messages.messages())
    # A reset goes back to the branching step, a new seed drops it.
    session.reset()
    assert [create.start is STATE for create in told.of(Create)] == [False, False, True]
    session.select(branch)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert not told.of(Export)  # it has not begun yet
    for pane in session.panes:
        feed(session, pane, 400)
    qtbot.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    [export] = told.of(Export)
    assert (export.run, export.at) == (branch.name, None)
    session._receive(Exported(branch.name, branch.stamp, export.request, 400, {**STATE, "step": np.array(400)}))
    assert len(session.panes) == 4
    feed(session, session.panes[3], 400)
    press(window.timeline, "Branch")
    assert "There are 4 panes" in window.messages.messages()[0].text
    assert not told.of(Export)
    session.remove(source)
    assert any(text.startswith("branched at step 340") for text in labels(view))
    qtbot.waitUntil(window.bench.views()[2].isVisible)
    assert any("from pane 2 at step 400" in text for text in labels(window.bench.views()[2]))
    session.new_seed()
    assert {create.start is None for create in told.of(Create)} == {True}
    assert not any("branched" in text for text in labels(window.bench))
    session._running = False


def test_branches_are_offered_where_the_setup_is_hidden(window: MainWindow, feed: Feed, told: Told) -> None:
    session = window.session
    feed(session, session.panes[1], 50)
    window.actions_table["setup"].trigger()
    session.edit("training.batch", 64)
    press(window.messages, "Branch from here")
    assert len(told.of(Export)) == 1


def test_preferences_hold_at_once_and_are_remembered(
    window: MainWindow, feed: Feed, told: Told, tmp_path: Path, qtbot: QtBot
) -> None:
    memory = Memory(tmp_path / "memory")
    assert history_bytes(memory) == HISTORY_BYTES
    session = window.session
    feed(session, session.panes[0], 100, history=History(np.arange(214), {}, 86 * MB, 128 * MB))
    window.actions_table["preferences"].trigger()
    [box] = window.findChildren(Preferences)
    window.show_preferences()
    assert window.findChildren(Preferences) == [box]
    assert not box.isModal()
    assert box.used.text() == "pane 1: 214 steps, 86 of 128 MB"
    feed(session, session.panes[1], 1, history=History(np.array([0]), {}, MB // 2, 128 * MB))
    assert box.used.text().splitlines()[1] == "pane 2: 1 step, 0.5 of 128 MB"
    line = box.limit.line
    told.messages.clear()
    for text, taken in (("4", False), ("5000", False), ("256", True)):
        line.setFocus()
        line.selectAll()
        qtbot.keyClicks(line, text)
        qtbot.keyClick(line, Qt.Key.Key_Return)
        limits = [limit.memory for limit in told.of(Limit)]
        assert limits == ([256 * MB] * 2 if taken else [])
        assert ("8 to 4096" in box.limit.message.replace(",", "")) != taken
    assert history_bytes(memory) == 256 * MB
    session._running = True
    session.reset()
    assert {create.memory for create in told.of(Create)} == {256 * MB}
    session._running = False
    before = theme.current().mode
    for mode in ("light", "system"):
        QTest.mouseClick(box.look.findChild(QPushButton, mode), Qt.MouseButton.LeftButton)
        assert theme.current().mode == mode
        assert memory.text("theme", "") == mode
    assert box.look.current == "system"
    theme.current().toggle()
    assert box.look.current == theme.current().mode != "system"
    theme.current().set_mode(before)
    box.close()


@pytest.mark.parametrize("text", ["", "7", "4097", "-8", "many"])
def test_a_wrong_limit_in_the_file_is_the_usual_one(tmp_path: Path, text: str) -> None:
    memory = Memory(tmp_path)
    memory.remember({"history megabytes": text})
    assert history_bytes(memory) == HISTORY_BYTES


def test_what_a_run_began_with_is_remembered(make_window: MakeWindow, tmp_path: Path) -> None:
    pair = Comparison(experiments=(Experiment(), Experiment.of("hinge")))
    memory = Memory(tmp_path / "memory")
    assert memory.keep(pair, (None, STATE)) == ""
    window = make_window()
    assert [pane.start_step for pane in window.session.panes] == [0, 340]
    assert any("began trained, at step 340" in text for text in labels(window.bench))
    window.close()
    states, problem = memory.last_starts(2)
    assert problem == ""
    assert states[0] is None
    assert np.array_equal(states[1]["averaged"], STATE["averaged"])  # type: ignore[index]
    memory.starts_file.write_bytes(b"nonsense")
    again = make_window()
    assert "untrained: damaged" in again.messages.messages()[0].text
    assert [pane.start_step for pane in again.session.panes] == [0, 0]
    again.close()
    assert not memory.starts_file.exists()


def test_with_an_engine_the_past_is_shown_branched_from_and_trained_on(make_window: MakeWindow, qtbot: QtBot) -> None:
    small = {"generator": {"layers": 1, "width": 8}, "critic": {"layers": 1, "width": 8}, "training": {"batch": 16}}
    pair = tuple(Experiment.read({**small, "label": label}) for label in "ab")
    window = make_window(Comparison(experiments=pair), engine=1)
    session, past = window.session, window.past
    qtbot.waitUntil(lambda: all(pane.ready for pane in session.panes), timeout=START)
    session.play()
    qtbot.waitUntil(lambda: min(pane.step for pane in session.panes) > 40, timeout=20_000)
    qtbot.keyClick(window, "[")
    for pane in session.panes:
        window.bench.view(pane).layers.toggle("manifold")
    pictures: dict[int, np.ndarray] = {}
    for step in (31, 20, 9, 20):
        past.go(step)
        qtbot.waitUntil(lambda at=step: shows(session.panes, at), timeout=5000)
        assert all("manifold" in pane.snapshot.layers for pane in session.panes)
        generated = session.panes[0].snapshot.generated
        assert np.array_equal(pictures.setdefault(step, generated), generated)
    assert not np.array_equal(pictures[9], pictures[31])
    window.branching.branch()
    qtbot.waitUntil(lambda: len(session.panes) == 3 and session.panes[2].ready, timeout=5000)
    branch = session.panes[2]
    assert branch.step == branch.start_step == 20
    assert np.array_equal(branch.snapshot.generated, session.panes[1].snapshot.generated)
    session.set_memory(8 * MB)
    qtbot.waitUntil(lambda: all(pane.snapshot.history.limit == 8 * MB for pane in session.panes), timeout=5000)
    presents = [pane.step for pane in session.panes]
    qtbot.keyClick(window, "S")
    qtbot.waitUntil(lambda: [pane.step for pane in session.panes] == [step + 1 for step in presents], timeout=5000)
    qtbot.waitUntil(lambda: not any(pane.snapshot.is_past for pane in session.panes), timeout=5000)
    assert len(window.bench.view(branch).losses.series("critic")) == 1
    # A preset that begins trained is seen so at once, and stands.
    window.open_preset("trained_collapse")
    qtbot.waitUntil(lambda: all(pane.ready for pane in session.panes), timeout=10_000)
    assert [(pane.step, pane.playing) for pane in session.panes] == [(2000, False)] * 2
    spread = [float(pane.snapshot.generated[0].std(axis=0).max()) for pane in session.panes]
    assert spread[0] < 1 < spread[1]  # one of the modes, and all of them


def shows(panes: list[Pane], step: int) -> bool:
    return all(pane.snapshot is not None and pane.snapshot.shown_step == step for pane in panes)
