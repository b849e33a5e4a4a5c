"""Everything with everything: whatever an experiment allows trains, and all its numbers are finite."""

from __future__ import annotations

from collections import Counter
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganstudio.additions import Additions
from ganstudio.constraints import Constraints
from ganstudio.data import DISTRIBUTIONS
from ganstudio.experiment import Experiment, Network
from ganstudio.objectives import OBJECTIVES
from ganstudio.settings import SettingsError
from ganstudio.training import Trainer

Tree = dict[str, Any]

PENALTIES = get_args(Constraints.model_fields["gradient_penalty"].annotation)
ADDITIONS = tuple(Additions.model_fields)
SECTIONS = {"data", "objective", "constraints", "additions", "noise", "training"}
WINDOW = (-2.0, 2.0, -2.0, 2.0)


def fits(tree: Tree) -> Experiment | None:
    """Return the experiment, or None if it is refused: in one line that names a setting."""
    try:
        return Experiment.read(tree)
    except SettingsError as error:
        assert_names_a_setting(error)
        return None


def assert_names_a_setting(error: SettingsError) -> None:
    message = str(error)
    path, colon, reason = message.partition(": ")
    assert colon, message
    assert reason, message
    assert "\n" not in message
    assert path.partition(".")[0] in SECTIONS, message


def numbers_of(experiment: Experiment, iterations: int) -> dict[str, np.ndarray]:
    """Train and return every number that can be asked for, all of them finite and of the right shape."""
    trainer = Trainer(experiment)
    runs, critic = experiment.runs, experiment.objective.critic != "none"
    for _ in range(iterations):
        trainer.iterate()
    trainer.check()
    found: dict[str, np.ndarray] = {}
    for name, values in trainer.losses().terms.items():
        assert values.shape == (runs, iterations), name
        found[f"loss {name}"] = values
    found["samples"] = trainer.samples(9)
    assert found["samples"].shape == (runs, 9, 2)
    field = trainer.field(WINDOW, 4)
    assert (field is not None) == critic
    if field is not None:
        assert field.shape == (runs, 4, 4)
        found["field"] = field
    groups, encoded = trainer.groups(9), trainer.encoded((0.3, -0.4))
    additions = experiment.additions
    grouped = (
        additions.conditional.on
        or additions.classifier.on
        or (additions.information.on and additions.information.categories)
    )
    assert (groups is not None) == bool(grouped)
    if groups is not None:
        assert groups.shape == (runs, 9)
        found["groups"] = groups
    assert (encoded is not None) == (additions.encoder.on or not critic)
    if encoded is not None:
        assert encoded[0].shape == (runs, experiment.noise.dimensions)
        assert encoded[1].shape == (runs, 2)
        found["latents"], found["copies"] = encoded
    for name, value in trainer.state().items():
        assert value.shape[0] == runs, name
        found[f"state {name}"] = value.numpy()
    for name, values in found.items():
        assert np.isfinite(values).all(), name
    return found


# ---- at random -----------------------------------------------------------------------------------------

COARSE = {
    "ring": {"standard_deviation": 0.3},
    "grid25": {"standard_deviation": 0.3},
    "grid9": {"standard_deviation": 0.3},
    "two_gaussians": {"standard_deviation": 0.3},
    "three_gaussians": {"standard_deviation": 0.3},
    "swiss_roll": {},
}
"""Wide modes, so that grids over the data have few nodes."""

networks = st.fixed_dictionaries(
    {
        "layers": st.integers(0, 2),
        "width": st.integers(1, 8),
        "activation": st.sampled_from(get_args(Network.model_fields["activation"].annotation)),
        "normalisation": st.sampled_from(get_args(Network.model_fields["normalisation"].annotation)),
        "initialisation": st.sampled_from(get_args(Network.model_fields["initialisation"].annotation)),
    }
)
optimisers = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["adam", "rmsprop", "sgd"]),
        "learning_rate": st.floats(1e-6, 1e-3),
        "beta1": st.sampled_from([0.0, 0.5, 0.9]),
    }
)
constraints = st.fixed_dictionaries(
    {},
    optional={
        "gradient_penalty": st.sampled_from(PENALTIES),
        "penalty_weight": st.floats(0.0, 10.0),
        "one_sided": st.booleans(),
        "around_spread": st.floats(0.05, 2.0),
        "weight_clip": st.sampled_from([0.0, 0.01, 0.1, 1.0]),
        "spectral_norm": st.booleans(),
        "spectral_gain": st.floats(0.1, 10.0),
    },
)
DETAILS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "conditional": {},
    "classifier": {"weight": st.floats(0.0, 2.0)},
    "information": {"categories": st.integers(0, 5), "continuous": st.integers(0, 3), "weight": st.floats(0.0, 2.0)},
    "semi_supervised": {
        "labels_per_class": st.integers(1, 4),
        "unlabelled": st.booleans(),
        "feature_matching": st.booleans(),
    },
    "encoder": {"adversarial": st.booleans(), "reconstruction": st.sampled_from([0.0, 1.0])},
    "packing": {"samples": st.integers(2, 4)},
    "unrolling": {"steps": st.integers(1, 3), "rate": st.floats(0.001, 0.1)},
    "minibatch": {"kernels": st.integers(1, 4), "dimensions": st.integers(1, 3)},
    "instance_noise": {"deviation": st.floats(0.01, 1.0), "steps": st.integers(0, 3)},
    "quadrature": {"data_nodes": st.integers(8, 12), "latent_nodes": st.integers(3, 5)},
}


def detailed(name: str) -> st.SearchStrategy[Tree]:
    return st.fixed_dictionaries({"on": st.just(True)}, optional=DETAILS[name])


additions = st.lists(st.sampled_from(ADDITIONS), max_size=3, unique=True).flatmap(
    lambda chosen: st.fixed_dictionaries({name: detailed(name) for name in chosen})
)
DETAILED_OBJECTIVES: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "f_divergence": {
        "divergence": st.sampled_from(["kl", "reverse_kl", "pearson", "hellinger", "jensen_shannon"]),
        "alternative": st.booleans(),
    },
    "rsgan": {"all_pairs": st.booleans(), "h": st.sampled_from(["non_saturating", "minimax", "linear"])},
    "rlsgan": {"all_pairs": st.booleans()},
    "rhinge": {"all_pairs": st.booleans()},
    "tsgan": {"symmetric": st.booleans(), "h": st.sampled_from(["non_saturating", "minimax", "linear"])},
    "realness": {
        "outcome_count": st.integers(2, 7),
        "generator_objective": st.sampled_from(["1", "2", "3"]),
        "real_shape": st.sampled_from(["normal", "uniform", "triangle", "peak", "two_peaks"]),
        "redraw": st.booleans(),
        "skew": st.floats(0.0, 1.0),
    },
    "loss_sensitive": {"real_weight": st.floats(0.0, 1.0), "slope": st.floats(0.0, 1.0)},
    "began": {"bottleneck": st.integers(1, 3), "diversity": st.floats(0.1, 1.0)},
    "ebgan": {"bottleneck": st.integers(1, 3), "margin": st.floats(0.1, 2.0)},
}
objectives = st.sampled_from(tuple(OBJECTIVES)).flatmap(
    lambda name: st.fixed_dictionaries({"name": st.just(name)}, optional=DETAILED_OBJECTIVES.get(name, {}))
)
data = st.sampled_from(tuple(DISTRIBUTIONS)).map(lambda name: {"name": name, **COARSE.get(name, {})})
TREES = st.fixed_dictionaries(
    {
        "objective": objectives,
        "data": data,
        "constraints": constraints,
        "additions": additions,
        "noise": st.fixed_dictionaries(
            {"distribution": st.sampled_from(["normal", "uniform"]), "dimensions": st.integers(1, 3)}
        ),
        "generator": networks,
        "critic": networks,
        "generator_optimiser": optimisers,
        "critic_optimiser": optimisers,
        "training": st.fixed_dictionaries(
            {
                "batch": st.integers(2, 12),
                "critic_steps": st.integers(1, 2),
                "average": st.sampled_from([0.0, 0.9]),
            }
        ),
        "runs": st.integers(1, 2),
        "seed": st.integers(0, 1000),
        "device": st.just("cpu"),
    }
)


def holds_for(tree: Tree) -> None:
    experiment = fits(tree)
    if experiment is None:
        return
    try:
        first = numbers_of(experiment, 2)
    except SettingsError as error:  # a grid that meets no data can be told only when it is made
        assert_names_a_setting(error)
        return
    second = numbers_of(experiment, 2)
    assert first.keys() == second.keys()
    for name, values in first.items():
        assert np.array_equal(values, second[name]), name


@settings(max_examples=60, deadline=None)
@given(TREES)
def test_whatever_is_allowed_trains_with_finite_numbers_twice_the_same(tree: Tree) -> None:
    holds_for(tree)


@pytest.mark.slow
@pytest.mark.timeout(1500)
@settings(max_examples=2000, deadline=None)
@given(TREES)
def test_whatever_is_allowed_trains_in_two_thousand_examples(tree: Tree) -> None:
    holds_for(tree)


# ---- one after the other -------------------------------------------------------------------------------


def base(objective: str, penalty: str, spectral: bool, addition: str | None) -> Tree:
    tree: Tree = {
        "objective": {"name": objective},
        "constraints": {"gradient_penalty": penalty, "spectral_norm": spectral},
        "additions": {} if addition is None else {addition: {"on": True}},
        "data": {"name": "ring", "standard_deviation": 0.3, "count": 4},
        "generator": {"width": 4, "layers": 1},
        "critic": {"width": 4, "layers": 1},
        "training": {"batch": 4},
        "device": "cpu",
    }
    if addition == "unrolling":
        tree["additions"]["unrolling"]["steps"] = 2
    if addition == "quadrature":
        tree["additions"]["quadrature"] |= {"data_nodes": 8, "latent_nodes": 3}
    return tree


def sweep(combinations: list[tuple[str, str, bool, str | None]]) -> Counter[tuple[str, str | None]]:
    """Train one tiny experiment of each combination and return how many of which were allowed."""
    allowed: Counter[tuple[str, str | None]] = Counter()
    failed: list[str] = []
    for combination in combinations:
        experiment = fits(base(*combination))
        if experiment is None:
            continue
        allowed[combination[0], combination[3]] += 1
        try:
            numbers_of(experiment, 2)
        except Exception as error:
            failed.append(f"{combination}: {type(error).__name__}: {error}")
    assert not failed, f"{len(failed)} of {sum(allowed.values())} combinations failed:\n" + "\n".join(failed[:20])
    return allowed


PRODUCT = [
    (objective, penalty, spectral, addition)
    for objective in OBJECTIVES
    for penalty in PENALTIES
    for spectral in (False, True)
    for addition in (None, *ADDITIONS)
]


def covering() -> list[tuple[str, str, bool, str | None]]:
    """Return every objective with every addition, and the penalties dealt out so that every pair is met."""
    names = tuple(OBJECTIVES)
    chosen = []
    for i, objective in enumerate(names):
        for j, addition in enumerate((None, *ADDITIONS)):
            # Eleven additions and seven penalties have no common factor: every objective meets every penalty.
            chosen.append((objective, PENALTIES[(i + j) % len(PENALTIES)], (i + j) % 2 == 0, addition))
            chosen.append((objective, PENALTIES[(i + j + 3) % len(PENALTIES)], (i + j) % 2 == 1, addition))
    return chosen


def test_every_objective_trains_with_every_addition_and_penalty() -> None:
    combinations = covering()
    assert {(o, p) for o, p, _, _ in combinations} == {(o, p) for o in OBJECTIVES for p in PENALTIES}
    assert {(p, a) for _, p, _, a in combinations} == {(p, a) for p in PENALTIES for a in (None, *ADDITIONS)}
    allowed = sweep(combinations)
    for addition in ADDITIONS:
        assert any(allowed[objective, addition] for objective in OBJECTIVES), addition
    for objective, kind in OBJECTIVES.items():
        assert allowed[objective, None], objective
        has_additions = any(allowed[objective, addition] for addition in ADDITIONS)
        assert has_additions == (kind.critic != "none"), objective


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_the_whole_product_trains() -> None:
    assert len(PRODUCT) == len(OBJECTIVES) * 7 * 2 * 11
    assert sum(sweep(PRODUCT).values()) > 2000
