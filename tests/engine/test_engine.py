"""The engine process: what it answers, what it does not send, and how it ends."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest

from ganstudio.engine.client import EngineProcess
from ganstudio.experiment import Experiment
from ganstudio.messages import (
    Barrier,
    Change,
    Create,
    CreateRefused,
    Draw,
    Drawn,
    EngineReady,
    Limit,
    Pace,
    Pause,
    Play,
    Progress,
    References,
    Remove,
    RunPaused,
    RunRefused,
    Snapshot,
    Step,
    Taken,
    View,
)

Kind = TypeVar("Kind")


@pytest.fixture(scope="module")
def shared() -> Iterator[EngineProcess]:
    process = EngineProcess()
    assert isinstance(process.receive(), EngineReady)
    yield process
    process.stop()


@pytest.fixture
def engine(shared: EngineProcess) -> Iterator[EngineProcess]:
    yield shared
    shared.send(Remove("a"))
    shared.send(Remove("b"))
    shared.send(Pace(None))
    drain(shared)


def drain(engine: EngineProcess, seconds: float = 0.1) -> list[Any]:
    """Return everything that arrives until nothing has for a while."""
    messages = []
    while engine.connection.poll(seconds):
        messages.append(engine.receive())
    return messages


def wait_for(
    engine: EngineProcess, kind: type[Kind], meets: Callable[[Kind], bool] = lambda message: True, seconds: float = 20
) -> Kind:
    """Return the first message of a kind that meets a condition, taking every snapshot on the way."""
    end = time.monotonic() + seconds
    while engine.connection.poll(max(0.0, end - time.monotonic())):
        message = engine.receive()
        if isinstance(message, Snapshot):
            engine.send(Taken(message.run))
        if isinstance(message, kind) and meets(message):
            return message
    raise AssertionError(f"no such {kind.__name__} in {seconds} s")


def create(engine: EngineProcess, run: str = "a", stamp: int = 1, method: str = "ns", **values: Any) -> Experiment:
    experiment = Experiment.of(method, **values)
    engine.send(Create(run, stamp, experiment.plain()))
    return experiment


def test_a_new_run_shows_itself_at_step_0_with_its_metrics_and_references(engine: EngineProcess) -> None:
    create(engine, stamp=7)
    snapshot = wait_for(engine, Snapshot)
    assert (snapshot.run, snapshot.stamp, snapshot.step, snapshot.playing) == ("a", 7, 0, False)
    assert snapshot.generated.shape == (1, 1000, 2)
    assert snapshot.field is not None
    assert snapshot.field.shape == (1, 48, 48)
    measured = snapshot if snapshot.readings else wait_for(engine, Snapshot, lambda message: bool(message.readings))
    assert measured.readings[0].step == 0
    references = wait_for(engine, References)
    mean, deviation = references.values["high_quality"]
    assert 0.98 < mean < 0.995
    assert deviation > 0


def test_numbers_are_those_of_a_trainer(engine: EngineProcess) -> None:
    from ganstudio.training import Trainer

    experiment = create(engine)
    for _ in range(3):
        engine.send(Step("a"))
    snapshot = wait_for(engine, Snapshot, lambda message: message.step == 3)
    trainer = Trainer(experiment)
    trainer.train(3)
    np.testing.assert_allclose(snapshot.generated, trainer.samples(1000), atol=1e-6)
    np.testing.assert_allclose(snapshot.field, trainer.field(snapshot.window, 48), atol=1e-5)


def test_nothing_is_published_until_the_last_snapshot_was_taken(engine: EngineProcess) -> None:
    create(engine)
    engine.send(Play("a"))
    snapshots = [message for message in drain(engine, 0.7) if isinstance(message, Snapshot)]
    assert len(snapshots) == 1
    engine.send(Taken("a"))
    following = wait_for(engine, Snapshot)
    assert following.step > 20


def test_losses_arrive_once_each_and_in_order(engine: EngineProcess) -> None:
    create(engine, method="wgan_gp")
    engine.send(Play("a"))
    steps: list[int] = []
    while len(steps) < 40:
        snapshot = wait_for(engine, Snapshot)
        steps += snapshot.losses.step.tolist()
        assert set(snapshot.losses.terms) <= {"critic", "penalty", "generator"}
    assert steps == list(range(1, len(steps) + 1))


def test_pausing_stops_and_measures_what_is_shown(engine: EngineProcess) -> None:
    create(engine)
    engine.send(Play("a"))
    wait_for(engine, Snapshot, lambda message: message.step > 5)
    engine.send(Pause("a"))
    snapshot = wait_for(engine, Snapshot, lambda message: not message.playing and bool(message.readings))
    assert snapshot.readings[-1].step == snapshot.step
    assert not any(isinstance(message, Snapshot) for message in drain(engine, 0.3))


def test_snapshots_say_which_view_they_answer_and_how_much_is_kept(engine: EngineProcess) -> None:
    create(engine, generator={"layers": 1, "width": 4}, critic={"layers": 1, "width": 4})
    for _ in range(20):
        engine.send(Step("a"))
    now = wait_for(engine, Snapshot, lambda message: message.step == 20)
    assert (now.at, now.shown_step, now.is_past) == (None, 20, False)
    engine.send(View("a", at=8))
    engine.send(View("a", at=13))
    # Of the newest view; the one before it may have been answered before that arrived.
    then = wait_for(engine, Snapshot, lambda message: message.at == 13)
    assert (then.at, then.shown_step, then.step) == (13, 13, 20)
    assert then.history is not None
    engine.send(Limit("a", then.history.used // 3))
    less = wait_for(engine, Snapshot).history
    assert less is not None
    assert less.used <= less.limit == then.history.used // 3
    assert len(less.steps) < 0.6 * len(then.history.steps)


def test_parts_of_a_step_move_one_network_each(engine: EngineProcess) -> None:
    create(engine)
    before = wait_for(engine, Snapshot)
    engine.send(Step("a", "critic"))
    critic = wait_for(engine, Snapshot)
    engine.send(Step("a", "generator"))
    generator = wait_for(engine, Snapshot)
    assert np.array_equal(before.generated, critic.generated)
    assert not np.array_equal(before.field, critic.field)
    assert not np.array_equal(critic.generated, generator.generated)
    assert np.array_equal(critic.field, generator.field)
    assert (critic.step, generator.step) == (0, 1)


def test_pace_limits_and_lifts(engine: EngineProcess) -> None:
    create(engine)
    engine.send(Pace(10.0))
    engine.send(Play("a"))
    first = wait_for(engine, Snapshot, lambda message: message.step > 0)
    time.sleep(1.0)
    wait_for(engine, Snapshot)  # was waiting since before the pause
    second = wait_for(engine, Snapshot)
    assert 5 <= second.step - first.step <= 14
    engine.send(Pace(None))
    wait_for(engine, Snapshot, lambda message: message.step > second.step + 100, seconds=5)


def test_views_decide_what_is_computed(engine: EngineProcess) -> None:
    create(engine)
    engine.send(View("a", generated=10, field=False))
    assert wait_for(engine, Snapshot, lambda message: message.field is None).generated.shape == (1, 10, 2)
    engine.send(View("a", resolution=16, window=(0, 1, 0, 1)))
    snapshot = wait_for(engine, Snapshot, lambda message: message.field is not None)
    assert snapshot.window == (0, 1, 0, 1)
    assert snapshot.field is not None
    assert snapshot.field.shape == (1, 16, 16)


def test_live_settings_change_and_others_are_refused(engine: EngineProcess) -> None:
    create(engine, stamp=3)
    engine.send(Change("a", "training.batch", 7))
    refusal = wait_for(engine, RunRefused)
    assert refusal.message.startswith("training.batch: needs a restart")
    assert refusal.stamp == 3
    engine.send(Change("a", "generator_optimiser.learning_rate", 1e-9))
    before = wait_for_new(engine)
    engine.send(Step("a"))
    after = wait_for(engine, Snapshot, lambda message: message.step == 1)
    np.testing.assert_allclose(after.generated, before.generated, atol=1e-6)


def wait_for_new(engine: EngineProcess) -> Snapshot:
    """Return a snapshot made now."""
    engine.send(View("a", generated=999))
    engine.send(View("a"))
    return wait_for(engine, Snapshot, lambda message: message.generated.shape[1] == 1000)


def test_an_exploding_run_pauses_and_the_other_goes_on(engine: EngineProcess) -> None:
    create(engine, "a", stamp=5, method="wgan")
    create(engine, "b", stamp=6)
    for path in ("critic_optimiser.learning_rate", "generator_optimiser.learning_rate"):
        engine.send(Change("a", path, 10.0))
    engine.send(Remove("a"))
    tree = Experiment.of("lsgan").plain()
    tree["critic_optimiser"] = {"name": "sgd", "learning_rate": 10.0, "beta1": 0.9}
    tree["generator_optimiser"] = {"name": "sgd", "learning_rate": 10.0, "beta1": 0.9}
    engine.send(Create("a", 8, tree))
    engine.send(Play("a"))
    engine.send(Play("b"))
    paused = wait_for(engine, RunPaused)
    assert (paused.run, paused.stamp) == ("a", 8)
    assert "NaN or infinite at generator step" in paused.message
    last = wait_for(engine, Snapshot, lambda message: message.run == "a" and not message.playing)
    assert np.isfinite(last.generated).all()
    wait_for(engine, Snapshot, lambda message: message.run == "b" and message.step > 100)


def test_a_run_that_cannot_start_is_refused_in_words(engine: EngineProcess) -> None:
    tree = Experiment().plain() | {"device": "cuda"}
    engine.send(Create("a", 2, tree))
    refusal = wait_for(engine, CreateRefused)
    assert "device: 'cuda' is not available" in refusal.message


def test_an_idle_engine_uses_no_processor_time(engine: EngineProcess) -> None:
    create(engine)
    wait_for(engine, References)
    drain(engine)

    def ticks() -> int:
        with open(f"/proc/{engine.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    if not Path("/proc/self/stat").exists():
        pytest.skip("needs /proc")
    before = ticks()
    time.sleep(1.0)
    assert ticks() - before <= 1


@pytest.mark.parametrize("playing", [False, True])
def test_an_engine_ends_when_asked(playing: bool) -> None:
    engine = EngineProcess()
    create(engine)
    if playing:
        engine.send(Play("a"))
        wait_for(engine, Snapshot, lambda message: message.step > 0)
    else:
        wait_for(engine, Snapshot)
    pid = engine.pid
    start = time.monotonic()
    engine.stop()
    assert time.monotonic() - start < 1.5
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_an_engine_ends_when_its_window_is_gone() -> None:
    engine = EngineProcess()
    wait_for(engine, EngineReady)
    engine.connection.close()
    engine._process.join(5)
    assert engine._process.exitcode == 0
    engine._process.close()


def test_a_killed_engine_says_so() -> None:
    engine = EngineProcess()
    wait_for(engine, EngineReady)
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGKILL)
    with pytest.raises((EOFError, OSError)):
        engine.receive()
    assert engine.obituary() == "it was ended by signal 9"
    engine.stop()


def test_a_hanging_engine_is_ended_by_force() -> None:
    engine = EngineProcess()
    wait_for(engine, EngineReady)
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGSTOP)
    start = time.monotonic()
    engine.stop()
    assert time.monotonic() - start < 2.0


def test_a_barrier_holds_a_run_exactly_and_its_progress_is_told(engine: EngineProcess) -> None:
    create(engine, stamp=4)
    wait_for(engine, Snapshot)
    engine.send(Barrier("a", steps=25))
    assert wait_for(engine, Progress) == Progress("a", 4, 0, 0.0)  # answered at once, though it does not train
    engine.send(Play("a"))
    stands = wait_for(engine, Progress, lambda message: message.step == 25)
    assert stands.seconds > 0
    assert stands.held
    assert wait_for(engine, Snapshot, lambda message: message.step == 25).playing
    assert not drain(engine, 0.2)  # it waits, and says nothing more
    engine.send(Barrier("a", steps=30))
    assert wait_for(engine, Progress, lambda message: message.step == 30).step == 30
    engine.send(Barrier("a"))
    wait_for(engine, Snapshot, lambda message: message.step > 40)


def test_an_iteration_of_several_steps_does_not_pass_a_barrier(engine: EngineProcess) -> None:
    create(engine, training={"generator_steps": 3})
    engine.send(Barrier("a", steps=20))
    engine.send(Play("a"))
    wait_for(engine, Progress, lambda message: message.step == 18)
    assert all(message.step == 18 for message in drain(engine, 0.2))


def test_a_barrier_in_seconds_gives_each_run_the_same_time(engine: EngineProcess) -> None:
    create(engine, "a", stamp=1)
    create(engine, "b", stamp=2, method="wgan_gp", training={"critic_steps": 5})
    for run in "ab":
        engine.send(Barrier(run, seconds=0.3))
        engine.send(Play(run))
    stands: dict[str, Progress] = {}
    while len(stands) < 2:
        message = wait_for(engine, Progress, lambda message: message.seconds >= 0.3)
        stands[message.run] = message
    assert stands["a"].step > 2 * stands["b"].step > 0


def test_a_run_at_its_barrier_still_gets_its_references(engine: EngineProcess) -> None:
    create(engine)
    engine.send(Barrier("a", steps=0))
    engine.send(Play("a"))
    wait_for(engine, References)


def test_many_seeds_are_measured_between_slices_of_training(engine: EngineProcess) -> None:
    small = {"layers": 1, "width": 8}
    create(engine, runs=8, generator=small, critic=small)
    first = wait_for(engine, Snapshot)
    assert not first.readings  # the picture does not wait for its numbers
    measured = wait_for(engine, Snapshot, lambda message: bool(message.readings))
    assert (measured.step, measured.readings[0].step) == (0, 0)
    assert all(values.shape == (8,) for values in measured.readings[0].values.values())
    engine.send(Play("a"))
    shown = []
    while not (shown and shown[-1].readings):
        shown.append(wait_for(engine, Snapshot))
    reading = shown[-1].readings[0]
    assert len(shown) > 2  # pictures went on while it was measured
    assert reading.step < shown[-1].step
    assert set(reading.values) == set(measured.readings[0].values)
    engine.send(Pause("a"))
    still = wait_for(engine, Snapshot, lambda message: not message.playing)
    last = wait_for(engine, Snapshot, lambda message: any(r.step == still.step for r in message.readings))
    assert last.step == still.step


def test_a_run_says_at_which_step_its_metrics_were_even_if_it_is_slow(engine: EngineProcess) -> None:
    from ganstudio.training import Trainer

    small = {"layers": 1, "width": 8}
    experiment = create(engine, runs=4, generator=small, critic=small)
    engine.send(Pace(20.0))
    engine.send(Play("a"))
    snapshot = wait_for(engine, Snapshot, lambda message: any(reading.step > 0 for reading in message.readings))
    reading = snapshot.readings[-1]
    trainer = Trainer(experiment)
    trainer.train(reading.step)
    for name, values in trainer.measure().items():
        np.testing.assert_allclose(reading.values[name], values, rtol=1e-4, err_msg=name)


def test_samples_are_drawn_of_the_present_and_of_a_kept_step(engine: EngineProcess) -> None:
    create(engine)
    first = wait_for(engine, Snapshot)
    for _ in range(3):
        engine.send(Step("a"))
    shown = wait_for(engine, Snapshot, lambda snapshot: snapshot.step == 3)
    engine.send(Draw("a", "now", 3000))
    engine.send(Draw("a", "then", 10, at=0))
    now, then = wait_for(engine, Drawn), wait_for(engine, Drawn)
    assert (now.request, now.step, now.samples.shape) == ("now", 3, (1, 3000, 2))
    assert np.array_equal(now.samples[:, :1000], shown.generated)
    assert (then.request, then.step) == ("then", 0)
    assert np.array_equal(then.samples, first.generated[:, :10])
