"""Panes that are kept together: who gets which barrier, and what real engines make of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ganstudio.experiment import Comparison, Experiment
from ganstudio.gui.lockstep import common_step
from ganstudio.messages import Barrier, Progress, RunPaused, Step

START = 60_000
SMALL = {"generator": {"layers": 1, "width": 8}, "critic": {"layers": 1, "width": 8}}


def small(method="ns", **more):
    return Experiment.of(method).changed(**SMALL, **more)


@pytest.fixture
def posted(window, monkeypatch):
    """Return what the session of a window without engines sends, as (pane's number, message)."""
    sent = []
    names = {pane.name: number for number, pane in enumerate(window.session.panes, start=1)}
    monkeypatch.setattr(
        window.session.lockstep, "_post", lambda pane, what: sent.append((names.get(pane.name, 3), what))
    )
    return sent


def tell(window, number, step, seconds=0.0, held=False):
    """Say how far a pane is, as its engine would."""
    pane = window.session.panes[number - 1]
    window.session._receive(Progress(pane.name, pane.stamp, step, seconds, held))


def barriers(posted):
    """Return the newest barrier of each pane, and forget what was sent."""
    newest = {number: message for number, message in posted if isinstance(message, Barrier)}
    posted.clear()
    return {number: message.steps if message.seconds is None else message.seconds for number, message in newest.items()}


def test_barriers_follow_the_slowest(window, posted, qtbot):
    session = window.session
    session.play()
    assert barriers(posted) == {}
    session.lockstep.set_mode("steps")
    assert barriers(posted) == {1: 1, 2: 1}
    tell(window, 1, 1)
    assert barriers(posted) == {2: 2}  # and the first one waits, for the second is still at 0
    tell(window, 2, 1)
    assert barriers(posted) == {1: 2}
    session.lockstep.set_mode("free")
    assert barriers(posted) == {1: None, 2: None}


def test_the_lead_is_a_tenth_of_a_second_of_the_slowest_and_grows_where_that_is_too_little(window, posted, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("ganstudio.gui.lockstep.time.monotonic", lambda: clock[0])
    session = window.session
    session.play()
    session.lockstep.set_mode("steps")
    for step in range(0, 400, 4):  # 200 steps a second, so that nobody ever stands at a barrier
        clock[0] += 0.02
        for number in (1, 2):
            tell(window, number, step + number)
            lead = session.lockstep._barriers[session.panes[0].name] - (step + 1)
    assert 12 <= lead <= 25
    for _ in range(8):  # now all stand at their barriers whenever they are heard of
        clock[0] += 0.1
        for number, pane in enumerate(session.panes, start=1):
            tell(window, number, int(session.lockstep._barriers[pane.name]), held=True)
    assert session.lockstep._lead_seconds == 0.5


def test_an_iteration_of_several_steps_fits_under_the_barrier(window, posted, qtbot):
    session = window.session
    session.edit("training.generator_steps", 5)
    session.play()
    session.lockstep.set_mode("steps")
    assert barriers(posted) == {1: 5, 2: 5}
    tell(window, 2, 5)
    assert barriers(posted) == {1: 10}
    tell(window, 1, 5)
    assert barriers(posted) == {2: 10}


def test_a_pane_that_stops_or_closes_keeps_nobody_waiting(window, posted, qtbot):
    session = window.session
    session.add()
    session.play()
    session.lockstep.set_mode("steps")
    tell(window, 1, 9)
    tell(window, 3, 7)
    assert barriers(posted) == {1: 1, 2: 8, 3: 1}
    failed = session.panes[1]
    session._receive(RunPaused(failed.name, failed.stamp, "Paused: infinite."))
    qtbot.waitUntil(lambda: bool(posted))
    assert barriers(posted) == {1: 8, 3: 10}
    session.remove(session.panes[2])
    qtbot.waitUntil(lambda: bool(posted))
    assert barriers(posted) == {1: None, 2: None}  # the only one left trains freely


def test_time_is_shared_by_seconds_of_training(window, posted):
    session = window.session
    session.play()
    session.lockstep.set_mode("time")
    assert barriers(posted) == {1: 0.1, 2: 0.1}
    tell(window, 1, 80, 0.4)
    tell(window, 2, 5, 0.3)
    assert barriers(posted) == pytest.approx({1: 0.4, 2: 0.5}, abs=0.07)


def test_who_is_far_behind_catches_up_and_the_panes_say_so(window, posted, feed, qtbot):
    session = window.session
    for pane in session.panes:
        feed(session, pane, 900)
    session.play()
    session.lockstep.set_mode("steps")
    tell(window, 1, 900, held=True)
    tell(window, 2, 900)
    session.add()
    feed(session, session.panes[2], 0)
    qtbot.waitUntil(lambda: bool(session.panes[2].note))
    pills = [view._state.text() for view in window.bench.views()]
    assert pills == ["waits for pane 3", "waits for pane 3", "catching up"]
    assert session.lockstep.holds(session.panes[0])  # and is not expected to say anything
    tell(window, 3, 899)
    assert [pane.note for pane in session.panes] == ["", "", ""]


def test_a_pause_levels_the_panes_once_all_of_them_stand(window, posted, feed):
    session = window.session
    first, second = session.panes
    session.lockstep.set_mode("steps")
    session.play()
    session.lockstep._lead = 12
    session.pause()
    posted.clear()
    feed(session, first, 40, playing=True)  # on its way when it was paused
    feed(session, first, 42)
    assert posted == []
    feed(session, second, 45)
    assert posted == [(1, Step(first.name))] * 3
    posted.clear()
    feed(session, first, 45)
    assert posted == []


def test_nobody_waits_for_the_level_of_a_pane_that_is_closed(window, posted, feed, qtbot):
    session = window.session
    session.add()
    session.lockstep.set_mode("steps")
    session.play()
    session.lockstep._lead = 12
    session.pause()
    feed(session, session.panes[0], 40)
    feed(session, session.panes[1], 42)
    posted.clear()
    session.remove(session.panes[2])
    qtbot.waitUntil(lambda: bool(posted))
    assert posted == [(1, Step(session.panes[0].name))] * 2


def test_a_new_pane_has_the_same_seed_data_and_noise(window):
    session = window.session
    session.edit("seed", 11)
    session.edit("data.radius", 1.5)
    session.add()
    assert session.sharers("seed") == session.sharers("data.radius") == session.sharers("noise.name") == session.panes
    assert {pane.draft.seed for pane in session.panes} == {11}


def test_steps_that_all_can_reach():
    assert common_step([(40, 1), (45, 1)]) == 45
    assert common_step([(40, 1), (45, 5)]) == 45
    assert common_step([(47, 1), (45, 5)]) == 50
    assert common_step([(4, 2), (9, 6)]) == 9  # an even one and an odd one: never


def test_the_bar_the_menu_and_the_keys_agree(window, qtbot):
    lockstep, bar = window.session.lockstep, window.transport.together
    window.activateWindow()
    window.bench.setFocus()
    QTest.mouseClick(bar.findChild(type(bar._buttons["time"]), "time"), Qt.MouseButton.LeftButton)
    assert (lockstep.mode, window.actions_table["lock_time"].isChecked()) == ("time", True)
    qtbot.keyClick(window, Qt.Key.Key_K)
    assert (lockstep.mode, bar.current) == ("steps", "steps")
    assert not window.actions_table["lock_time"].isChecked()
    qtbot.keyClick(window, Qt.Key.Key_K)
    assert (lockstep.mode, bar.current) == ("free", "free")
    qtbot.keyClick(window, Qt.Key.Key_T)
    assert (lockstep.mode, bar.current) == ("time", "time")
    window.session.remove(window.session.panes[0])
    assert not bar.isVisible()


def test_real_runs_stay_together_and_stop_at_the_same_step(make_window, qtbot):
    window = make_window(Comparison(experiments=(small(), small("wgan_gp"))), engine=1)
    session, lockstep = window.session, window.session.lockstep
    first, second = session.panes
    qtbot.waitUntil(lambda: first.ready and second.ready, timeout=START)
    lockstep.set_mode("steps")
    spread = []
    session.progressed.connect(lambda *_: spread.append(abs(lockstep._at(first) - lockstep._at(second))))
    session.play()
    qtbot.waitUntil(lambda: min(first.step, second.step) > 12, timeout=30_000)
    session.pause()
    qtbot.waitUntil(lambda: first.step == second.step and not first.snapshot.playing, timeout=10_000)
    assert max(spread) <= 3 * lockstep._lead

    session.add()  # it begins at step 0 and catches up while the others wait
    third, waited, notes = session.panes[2], first.step, []
    first.state_changed.connect(lambda: notes.append(first.note))
    session.play()
    qtbot.waitUntil(lambda: third.step > waited and not first.note, timeout=START)
    assert "waits for pane 3" in notes
