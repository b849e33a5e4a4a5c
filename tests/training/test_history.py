"""A run's past: what is kept, how much of it, and that a run goes on from it as if nothing had happened."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from ganstudio.experiment import Experiment
from ganstudio.settings import SettingsError
from ganstudio.training import Trainer
from ganstudio.training.history import MOST, History
from ganstudio.training.player import branch_of

SMALL: dict[str, Any] = {"generator": {"layers": 1, "width": 8}, "critic": {"layers": 1, "width": 8}}
SMALL["training"] = {"batch": 16}


def small(**more: Any) -> Experiment:
    return Experiment.read({**SMALL, **more})


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"generator_optimiser": {"name": "rmsprop"}, "critic_optimiser": {"name": "sgd"}},
        {"constraints": {"gradient_penalty": "between", "penalty_weight": 1.0}, "runs": 3},
        {"objective": {"name": "began"}},
        {"objective": {"name": "realness", "redraw": True}},
        {"critic": {"layers": 1, "width": 8, "normalisation": "batch"}},
        {"constraints": {"spectral_norm": True}},
        {"additions": {"information": {"on": True}, "instance_noise": {"on": True}}},
        {"additions": {"encoder": {"on": True}}, "training": {"batch": 16, "average": 0.9}},
    ],
    ids=lambda more: "-".join(more) or "plain",
)
def test_a_run_goes_on_from_a_kept_state_with_the_very_same_numbers(more: dict[str, Any]) -> None:
    trainer = Trainer(small(**more))
    trainer.train(70)  # beyond the first block of random numbers
    state = trainer.saved()
    trainer.train(5)
    expected, losses = trainer.samples(50), trainer.losses().terms["critic"][..., -5:]

    again = Trainer(small(**more))
    assert again.start_from(state) == []
    assert again.step == 70
    again.train(5)
    assert np.array_equal(again.samples(50), expected)
    assert np.array_equal(again.losses().terms["critic"], losses)


def test_streams_find_their_place_without_the_generators_states() -> None:
    trainer = Trainer(small())
    trainer.train(130)
    state = {name: value for name, value in trainer.saved().items() if not name.endswith(".generators")}
    trainer.train(3)
    again = Trainer(small())
    again.start_from(state)
    again.train(3)
    assert np.array_equal(again.samples(20), trainer.samples(20))


def test_networks_of_other_shapes_begin_anew_and_the_others_go_on() -> None:
    trainer = Trainer(small())
    trainer.train(10)
    wider = Trainer(small(critic={"layers": 2, "width": 8}, objective={"name": "hinge"}))
    untrained = wider.saved()["critic.parameters"].clone()
    assert wider.start_from(trainer.saved()) == ["critic"]
    assert wider.step == 10
    assert np.array_equal(wider.samples(10), trainer.samples(10))
    assert torch.equal(wider.saved()["critic.parameters"], untrained)
    wider.train(2)


def test_looking_back_changes_nothing() -> None:
    trainer, undisturbed = Trainer(small(runs=2)), Trainer(small(runs=2))
    trainer.train(4)
    undisturbed.train(4)
    state = trainer.saved()
    then = trainer.samples(30), trainer.field((-2, 2, -2, 2), 8)
    trainer.train(6)
    undisturbed.train(6)
    with trainer.showing(state):
        assert trainer.step == 4
        assert np.array_equal(trainer.samples(30), then[0])
        assert np.array_equal(trainer.field((-2, 2, -2, 2), 8), then[1])  # type: ignore[arg-type]
    with trainer.showing(state, run=1):
        assert np.array_equal(trainer.samples(30), then[0][1:])
    assert trainer.step == 10
    trainer.train(3)
    undisturbed.train(3)
    assert np.array_equal(trainer.samples(30), undisturbed.samples(30))


def test_one_seed_alone_looks_as_it_does_beside_others() -> None:
    trainer = Trainer(small(runs=3, additions={"information": {"on": True}}))
    trainer.train(5)
    everybody, field = trainer.samples(20), trainer.field((-2, 2, -2, 2), 6)
    assert field is not None
    for run in range(3):
        with trainer.showing(run=run):
            assert np.allclose(trainer.samples(20), everybody[run : run + 1], atol=1e-6)
            assert np.allclose(trainer.field((-2, 2, -2, 2), 6), field[run : run + 1], atol=1e-6)  # type: ignore[arg-type]


def test_kept_steps_are_even_and_no_more_than_there_is_room_for() -> None:
    trainer = Trainer(small())
    size = sum(value.nbytes for value in trainer.saved().values())
    history = History(20 * (size + 2000))  # an optimiser that has made a step remembers more
    history.follow(trainer)
    for _ in range(300):
        trainer.iterate()
        history.follow(trainer)
        assert history.used <= history.limit
    steps = history.steps
    assert steps[0] == 0
    assert 5 <= len(steps) <= 20
    assert set(np.diff(steps)) == {history.spacing}
    assert trainer.step - steps[-1] < history.spacing
    kept = history.at(int(steps[3]) + 1)
    assert kept is not None
    assert kept.step == steps[3]


def test_the_best_steps_are_kept_through_thinning() -> None:
    trainer = Trainer(small())
    history = History(10**9)
    for step in range(2 * MOST):
        history.follow(trainer)
        if step in (3, 5, 9):
            good = {3: 0.2, 5: 0.9, 9: 0.5}[step]
            history.mark(
                history.take(trainer), {"high_quality": np.array([good]), "grid_js": np.array([1 - good, np.nan])}
            )
        trainer.iterate()
    assert history.best["high_quality"].kept.step == 5
    assert history.best["high_quality"].value == 0.9
    assert "grid_js" not in history.best  # it was not finite for every seed
    assert 5 not in history.steps
    found = history.at(5)
    assert found is not None
    assert found.step == 5
    history.forget_after(4)
    assert "high_quality" not in history.best


def test_a_smaller_limit_holds_at_once_and_a_larger_one_from_then_on() -> None:
    trainer = Trainer(small())
    history = History(10**9)
    for _ in range(40):
        history.follow(trainer)
        trainer.iterate()
    history.set_limit(history.used // 3)
    assert history.used <= history.limit
    assert history.steps.tolist() == list(range(0, 40, 4))
    history.set_limit(10**9)
    for _ in range(9):
        history.follow(trainer)
        trainer.iterate()
    assert history.steps.tolist() == list(range(0, 49, 4))  # what was forgotten stays so, and the spacing too
    history.set_limit(0)
    assert history.steps.tolist() == [0]


@pytest.mark.slow
def test_memory_stays_within_its_limit_over_100_000_steps() -> None:
    import resource

    experiment = Experiment.read({**SMALL, "generator": {"layers": 1, "width": 4}, "critic": {"layers": 1, "width": 4}})
    trainer, history = Trainer(experiment), History(4 * 2**20)

    def train(steps: int) -> int:
        for _ in range(steps):
            trainer.iterate()
            history.follow(trainer)
            assert history.used <= history.limit
        trainer.take_losses()
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

    first = train(10_000)
    last = train(90_000)
    assert trainer.step == 100_000
    assert last - first < 8 * 2**20


def test_weights_of_modes_change_while_running() -> None:
    trainer, late = Trainer(small()), Trainer(small())
    trainer.train(3)
    late.train(3)
    trainer.change("data.weights", [1.0, 0, 0, 0, 0, 0, 0, 0])
    centre = trainer.experiment.data.modes().centres[0]  # type: ignore[union-attr]
    batch = next(trainer._draws.critic)
    assert np.abs(batch.real.numpy() - centre).max() < 0.5
    trainer.train(3)
    late.train(3)
    assert not np.array_equal(trainer.samples(10), late.samples(10))
    with pytest.raises(SettingsError, match=r"data\.weights"):
        trainer.change("data.weights", [1.0])


def test_a_state_is_made_of_plain_named_arrays() -> None:
    trainer = Trainer(small(objective={"name": "realness", "redraw": True}))
    trainer.train(2)
    state = trainer.saved()
    assert all(isinstance(value.numpy(), np.ndarray) and value.numpy().dtype != object for value in state.values())
    assert set(branch_of(state, "critic")) >= {"parameters", "learned", "optimiser.exp_avg", "optimiser.step"}
