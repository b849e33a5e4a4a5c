"""The settings tree: round trips, methods, dotted names and one-line errors."""

from __future__ import annotations

import tomllib
from typing import Any, get_args, get_origin

import pytest
import tomli_w
from hypothesis import assume, given
from hypothesis import strategies as st

from ganstudio.constraints import Constraints
from ganstudio.data import DISTRIBUTIONS, Noise
from ganstudio.experiment import Comparison, Experiment, Network, Optimiser, Training, differences, flat
from ganstudio.methods import METHODS
from ganstudio.objectives import OBJECTIVES
from ganstudio.settings import Settings, SettingsError, hint


def values(kind: Any, rules: list[Any]) -> st.SearchStrategy[Any]:
    """Values of one setting, from its declaration."""
    if get_origin(kind) is not None and not isinstance(get_args(kind)[0], type):
        return st.sampled_from(get_args(kind))
    if kind is bool:
        return st.booleans()
    if kind is str:
        return st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=20)
    if get_origin(kind) is tuple:
        return st.just(())
    found = {name: getattr(rule, name) for rule in rules for name in ("ge", "gt", "le", "lt") if hasattr(rule, name)}
    low, high = found.get("ge", found.get("gt", -1e6)), found.get("le", found.get("lt", 1e6))
    if kind is int:
        return st.integers(low, min(high, low + 1000))
    assert kind is float
    return st.floats(low, high, exclude_min="gt" in found, exclude_max="lt" in found)


def groups(kind: type[Settings]) -> st.SearchStrategy[dict[str, Any]]:
    """Trees of one section."""
    return st.fixed_dictionaries(
        {},
        optional={
            name: values(field.annotation, field.metadata)
            for name, field in kind.model_fields.items()
            if not hint(field, "embedded")
        },
    )


def named(table: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.sampled_from(sorted(table)).flatmap(
        lambda name: groups(table[name]).map(lambda tree: {**tree, "name": name})
    )


def valid(table: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Trees that pass what a kind checks across its settings."""

    def passes(tree: dict[str, Any]) -> bool:
        try:
            table[tree["name"]].model_validate(tree)
        except ValueError:
            return False
        return True

    return named(table).filter(passes)


TREES = st.fixed_dictionaries(
    {"data": valid(DISTRIBUTIONS), "objective": valid(OBJECTIVES)},
    optional={
        "label": values(str, []),
        "seed": st.integers(0, 2**31 - 1),
        "runs": st.integers(1, 64),
        "noise": groups(Noise),
        "constraints": groups(Constraints),
        "generator": groups(Network),
        "critic": groups(Network),
        "generator_optimiser": groups(Optimiser),
        "critic_optimiser": groups(Optimiser),
        "training": groups(Training),
    },
)


@given(TREES)
def test_experiments_survive_toml(tree: dict[str, Any]) -> None:
    experiment = Experiment.read(tree)
    again = Experiment.read(tomllib.loads(tomli_w.dumps(experiment.plain())))
    assert again == experiment
    assert again.plain() == experiment.plain()
    for name, value in flat(tree).items():
        assert flat(again.plain())[name] == (list(value) if isinstance(value, tuple) else value)


@given(TREES, st.sampled_from(sorted(METHODS)))
def test_a_method_changes_only_what_methods_are_about(tree: dict[str, Any], method: str) -> None:
    before = Experiment.read(tree)
    assume(method != "quadrature" or (before.noise.dimensions <= 2 and before.data.density([0.0, 0.0]) is not None))
    after = before.with_method(method)
    assert after.method == method
    for kept in ("data", "noise", "generator", "critic", "seed", "runs", "device"):
        assert getattr(after, kept) == getattr(before, kept)
    assert after.training.batch == before.training.batch


def test_methods_do_not_depend_on_what_was_before() -> None:
    alone = {method: Experiment.of(method) for method in METHODS}
    for before in alone.values():
        for method in METHODS:
            assert before.with_method(method) == alone[method], (before.title, method)


def test_wgan_gp_is_the_papers() -> None:
    experiment = Experiment.of("wgan_gp")
    assert experiment.objective.name == "wasserstein"
    assert experiment.constraints.gradient_penalty == "between"
    assert experiment.constraints.weight_clip == 0.0
    assert experiment.training.critic_steps == 5


@pytest.mark.parametrize(
    ("path", "value"),
    [("seed", 3), ("training.batch", 32), ("data.count", 12), ("objective.name", "hinge"), ("data.name", "spirals")],
)
def test_one_setting_is_replaced(path: str, value: Any) -> None:
    assert flat(Experiment().with_value(path, value).plain())[path] == value


def test_another_kind_of_data_takes_its_own_defaults() -> None:
    grid = Experiment().with_value("data.standard_deviation", 0.3).with_value("data.name", "grid25")
    assert grid.data == DISTRIBUTIONS["grid25"].model_validate({})


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("", 1, "is a section, not a setting"),
        ("data", "ring", "data: is a section, not a setting"),
        ("data.name.x", 1, "data.name.x: there is no such setting"),
        ("nothing.batch", 1, "nothing.batch: there is no such setting"),
        ("training.nothing", 1, "training.nothing: there is no such setting"),
        ("training.batch", 1, "training.batch: 1 is not allowed; input should be greater than or equal to 2"),
        ("training.batch", 2.5, "training.batch: 2.5 is not allowed"),
        ("training.average", 1.0, "training.average: 1.0 is not allowed; input should be less than 1"),
        ("critic.activation", "gelu", "critic.activation: 'gelu' is not allowed; input should be 'relu', 'leaky_relu'"),
        ("data.name", "rings", "data.name: 'rings' is not known; one of ring,"),
        ("data.name", None, "data.name: None is not known; one of ring,"),
        ("objective.name", {}, "objective.name: {} is not known; one of minimax,"),
        ("data.weights", [1.0, 1.0], "data.weights: 2 numbers for 8 modes"),
        ("version", 2, "written by a newer GAN Studio"),
        ("seed", True, "seed: True is not allowed; input should be a valid integer"),
        ("training.batch", False, "training.batch: False is not allowed; input should be a valid integer"),
        ("data.count", True, "data.count: True is not allowed; input should be a valid integer"),
        ("training.batch", "128", "training.batch: '128' is not allowed; input should be a valid integer"),
        ("training.critic_steps", 2.0, "training.critic_steps: 2.0 is not allowed; input should be a valid integer"),
        ("critic_optimiser.learning_rate", "1e-3", "critic_optimiser.learning_rate: '1e-3' is not allowed"),
        ("constraints.one_sided", "yes", "constraints.one_sided: 'yes' is not allowed; input should be a valid bool"),
        ("constraints.one_sided", 1, "constraints.one_sided: 1 is not allowed"),
        ("data.weights", ["1"] * 8, "data.weights.0: '1' is not allowed"),
        ("label", 3, "label: 3 is not allowed"),
        ("label", "x" * 61, "label: 61 characters; at most 60 are allowed"),
        ("label", "two\nlines", r"label: 'two\nlines' is not allowed; it is one line of text without control"),
        ("label", "\x1b[31m", r"label: '\x1b[31m' is not allowed"),
        ("label", "\udcff", r"label: '\udcff' is not allowed"),
        ("label", "a\u2028b", r"label: 'a\u2028b' is not allowed"),
        ("version", 0, "version: 0 is not known; it is a whole number from 1 to 1"),
        ("version", True, "version: True is not known"),
        ("version", 1.0, "version: 1.0 is not known"),
        ("training." + "n" * 45, 1, "training." + "n" * 45 + ": there is no such setting"),
        ("training.two\nlines", 1, r"training.two\nlines: there is no such setting"),
        ("training." + "n" * 1000, 1, "training." + "n" * 51 + "...: there is no such setting"),
        ("data.radius", True, "data.radius: True is not allowed; input should be a valid number"),
    ],
)
def test_wrong_values_are_named_in_one_line(path: str, value: Any, said: str) -> None:
    with pytest.raises(SettingsError) as error:
        Experiment().with_value(path, value)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_numbers_are_finite(value: float) -> None:
    with pytest.raises(SettingsError):
        Experiment().with_value("critic_optimiser.learning_rate", value)


def test_whole_numbers_and_lists_become_what_is_wanted() -> None:
    rate = Experiment().with_value("critic_optimiser.learning_rate", 1).critic_optimiser.learning_rate
    assert (rate, type(rate)) == (1.0, float)
    weighted = Experiment().with_value("data.weights", [1, 1, 1, 1, 2, 2, 2, 2])
    assert weighted == Experiment().with_value("data.weights", (1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0))
    assert Comparison.model_validate({"experiments": [weighted]}).experiments == (weighted,)


@pytest.mark.parametrize("label", ["λ = 0.1 · 二つ", "x" * 60])
def test_a_label_may_be_any_short_line(label: str) -> None:
    assert Experiment(label=label).title == label


def test_experiments_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Experiment().seed = 1


def test_differences_name_every_setting_that_is_not_the_same() -> None:
    a = Experiment()
    b = a.with_value("training.batch", 32).with_value("critic.width", 65)
    assert set(differences([a, b])) == {"training.batch", "critic.width"}
    assert differences([a, a]) == []
    # A setting that only one side has is a difference too.
    assert {"data.name", "data.count"} <= set(differences([a, a.with_value("data.name", "spirals")]))


def test_titles_without_a_name() -> None:
    both = Experiment.of("hinge").with_value("constraints.gradient_penalty", "between")
    assert both.method is None
    assert both.title == "Hinge + gradient penalty"
    assert both.changed(label="mine").title == "mine"


def test_a_comparison_has_one_to_four_panes() -> None:
    with pytest.raises(SettingsError, match="1 to 4 are allowed"):
        Comparison().changed(experiments=())
