"""The table of named methods: every row is whole, valid, found again, and told apart from the others."""

from __future__ import annotations

import re
from itertools import groupby

import pytest

from ganstudio.additions import Additions
from ganstudio.constraints import Constraints
from ganstudio.experiment import Experiment, differences, flat
from ganstudio.methods import METHODS, Method, named
from ganstudio.objectives import OBJECTIVES

every = pytest.mark.parametrize(("key", "row"), METHODS.items(), ids=list(METHODS))


@every
def test_a_row_is_whole(key: str, row: Method) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", key)
    assert row.objective in OBJECTIVES
    for name in ("title", "full_name", "family", "critic_loss", "generator_loss", "paper", "watch"):
        text = getattr(row, name)
        assert text, name
        assert text == text.strip(), name
        assert "\n" not in text, name
    assert re.fullmatch(r"\d{4}\.\d{4,5}|", row.arxiv)
    assert 2010 <= row.year <= 2026
    assert row.watch.endswith(".")
    assert row.full_name[0].isupper() or row.full_name.startswith("f-GAN")


@every
def test_equations_balance(key: str, row: Method) -> None:
    for equation in (row.critic_loss, row.generator_loss):
        assert equation.count("{") == equation.count("}")
        depth = 0
        for letter in equation:
            depth += {"{": 1, "}": -1}.get(letter, 0)
            assert depth >= 0


@every
def test_its_experiment_is_what_the_row_says_and_found_again(key: str, row: Method) -> None:
    experiment = Experiment.of(key)
    assert experiment.method == named(experiment) == key
    assert experiment.title == row.title
    assert experiment.objective.name == row.objective
    plain = flat(experiment.plain())
    for path, value in flat(row.settings).items():
        assert plain[path] == value, path
    # What a row does not say it leaves at its default.
    said = set(flat(row.settings)) | {"objective.name"}
    defaults = flat(Experiment().changed(objective=OBJECTIVES[row.objective]()).plain())
    assert {path for path, value in plain.items() if value != defaults[path]} <= said


@every
def test_weights_do_not_take_its_name_away(key: str, row: Method) -> None:
    experiment = Experiment.of(key)
    changed = experiment.with_value("training.batch", 32).with_value("generator.width", 16)
    assert changed.method == key
    if experiment.constraints.penalises:
        assert experiment.with_value("constraints.penalty_weight", 0.77).method is not None


def test_another_addition_or_constraint_does() -> None:
    ns = Experiment.of("ns")
    assert ns.with_value("additions.minibatch.on", True).method == "minibatch"
    assert ns.with_value("additions.minibatch.on", True).with_value("additions.encoder.on", True).method is None
    assert ns.with_value("constraints.gradient_penalty", "real").method == "r1"
    assert ns.with_value("constraints.weight_clip", 0.5).method is None
    assert Experiment.of("wgan_gp").with_value("constraints.one_sided", True).method == "wgan_lp"


def test_families_are_in_one_piece() -> None:
    families = [family for family, _ in groupby(row.family for row in METHODS.values())]
    assert len(families) == len(set(families))


def test_titles_and_names_tell_rows_apart() -> None:
    assert len({row.title for row in METHODS.values()}) == len(METHODS)
    assert len({row.full_name for row in METHODS.values()}) == len(METHODS)
    assert len({row.watch for row in METHODS.values()}) == len(METHODS)


def test_experiments_of_all_rows_differ() -> None:
    experiments = [Experiment.of(key) for key in METHODS]
    for i, one in enumerate(experiments):
        for other in experiments[:i]:
            assert one != other
            assert differences([one, other])


def test_what_shares_a_short_name_says_so() -> None:
    least_squares, loss_sensitive = METHODS["lsgan"], METHODS["ls_gan"]
    assert "Least-squares" in least_squares.full_name
    assert "Loss-sensitive" in loss_sensitive.full_name
    assert any("not LS-GAN" in name for name in least_squares.also_called)
    assert any("not LSGAN" in name for name in loss_sensitive.also_called)
    standard = [key for key, row in METHODS.items() if any("SGAN, the standard" in name for name in row.also_called)]
    few = [key for key, row in METHODS.items() if any("SGAN, the semi" in name for name in row.also_called)]
    assert standard == ["ns"]
    assert set(few) == {"semi_gan", "semi_gan_odena"}


def test_every_objective_has_a_method() -> None:
    assert {row.objective for row in METHODS.values()} == set(OBJECTIVES)


def test_every_addition_and_penalty_is_in_a_method() -> None:
    additions = {name for row in METHODS.values() for name in row.settings.get("additions", {})}
    assert additions == set(Additions.model_fields)
    penalties = {Experiment.of(key).constraints.gradient_penalty for key in METHODS}
    kinds = set(Constraints.model_json_schema()["properties"]["gradient_penalty"]["enum"])
    assert kinds - penalties == {"around_released", "both"}


def test_papers_numbers() -> None:
    """What rows say about their papers, once more from the papers."""
    expected = {
        "mm": "1406.2661",
        "lsgan": "1611.04076",
        "wgan": "1701.07875",
        "wgan_gp": "1704.00028",
        "dragan": "1705.07215",
        "sngan": "1802.05957",
        "hinge": "1705.02894",
        "rsgan": "1807.00734",
        "tsgan": "1810.10948",
        "realness": "2002.05512",
        "ls_gan": "1701.06264",
        "began": "1703.10717",
        "ebgan": "1609.03126",
        "cgan": "1411.1784",
        "acgan": "1610.09585",
        "infogan": "1606.03657",
        "semi_gan": "1606.03498",
        "semi_gan_odena": "1606.01583",
        "bigan": "1605.09782",
        "vae": "1312.6114",
    }
    for key, arxiv in expected.items():
        assert METHODS[key].arxiv == arxiv, key
        year = METHODS[key].year
        assert abs(2000 + int(arxiv[:2]) - year) <= 1, key


def test_what_makes_a_method_is_what_its_paper_says() -> None:
    assert Experiment.of("twgan").constraints.spectral_norm
    assert Experiment.of("wgan").critic_optimiser.name == "rmsprop"
    assert Experiment.of("wgan").constraints.weight_clip > 0
    assert Experiment.of("wgan").training.critic_steps == 5
    assert Experiment.of("dragan").constraints.gradient_penalty == "around"
    assert Experiment.of("bigan_gp").constraints.gradient_penalty == "between"
    pearson = Experiment.of("lsgan_pearson").objective.model_dump(exclude={"name"})
    assert pearson == {"fake_target": -1.0, "real_target": 1.0, "generator_target": 0.0}
