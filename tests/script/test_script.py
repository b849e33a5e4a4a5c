"""Scripts repeat runs: the same losses and samples, by code that a person can read, without this program."""

from __future__ import annotations

import ast
import contextlib
import csv
import io
import itertools
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
import torch

from ganstudio.additions import Additions
from ganstudio.constraints import Constraints
from ganstudio.data import DISTRIBUTIONS
from ganstudio.experiment import Experiment, Network, Optimiser, merged
from ganstudio.methods import METHODS
from ganstudio.objectives import OBJECTIVES, Pointwise
from ganstudio.objectives.base import AdversarialObjective
from ganstudio.script import script
from ganstudio.settings import SettingsError
from ganstudio.training import Trainer

Tree = dict[str, Any]

ITERATIONS = 5
ALLOWED = np.array([1e-5, 5e-5, 2e-4, 5e-4, 5e-4])
"""By how much losses may differ in each iteration: what is rounded otherwise grows."""
FLAT = ("wasserstein", "hinge", "twgan")
"""Some of these critics' parameters have a gradient of 0, as have biases before batch normalisation, and follow the
rounding: Adam makes that as large as any."""
SMALL: Tree = {"generator": {"width": 8}, "critic": {"width": 8}, "training": {"batch": 16}, "device": "cpu"}


def experiment_of(*trees: Tree) -> Experiment:
    whole = SMALL
    for tree in trees:
        whole = merged(whole, tree)
    return Experiment.read(whole)


def of_method(method: str, tree: Tree | None = None) -> Experiment:
    return Experiment.read(merged(merged(Experiment.of(method).plain(), SMALL), tree or {}))


def trained(text: str, steps: int, seed: int) -> tuple[list[dict[str, float]], np.ndarray]:
    """Run a script's training in this process: quicker than in one of its own."""
    space: dict[str, Any] = {"__name__": "of_a_test"}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(text, "run.py", "exec"), space)  # noqa: S102 - what we have just written
        result: tuple[list[dict[str, float]], np.ndarray] = space["train"](steps, seed)
    return result


def assert_repeats(
    experiment: Experiment, iterations: int = ITERATIONS, allowed: float | None = None, spread: float | None = None
) -> str:
    """Return an experiment's script, after it has given the losses and samples that the trainer gives."""
    text = script(experiment, 100)
    stride = experiment.training.generator_steps
    rows, samples = trained(text, iterations * stride, experiment.seed)
    trainer = Trainer(experiment.changed(runs=1))
    for _ in range(iterations):
        trainer.iterate()
    trainer.check()
    losses = trainer.losses()
    flat = experiment.objective.name in FLAT or experiment.generator.normalisation == "batch"
    assert [row["step"] for row in rows] == losses.step.tolist()
    assert sorted(rows[0]) == sorted(["step", *losses.terms])
    for name, values in losses.terms.items():
        mine = np.array([row[name] for row in rows])
        limit = allowed or (2e-3 if flat else ALLOWED[: len(mine)])
        if name.endswith(" read"):
            limit = 0.05  # how codes correlate with outputs that hardly differ
        off = np.abs(mine - values[0]) / (1 + np.abs(values[0]))
        assert (off <= limit).all(), f"{name}: {mine} for {values[0]}"
    np.testing.assert_allclose(samples, trainer.samples()[0], atol=spread or allowed or (2e-2 if flat else 2e-4))
    return text


def choices(settings: type[Any], name: str) -> tuple[str, ...]:
    return get_args(settings.model_fields[name].annotation)


# ---- every row of the tables ---------------------------------------------------------------------------

DATA = itertools.cycle(DISTRIBUTIONS)
PENALTIES = itertools.cycle(choices(Constraints, "gradient_penalty"))
ACTIVATIONS, OTHERS = itertools.cycle(choices(Network, "activation")), itertools.cycle(choices(Network, "activation"))
INITIALISATIONS = itertools.cycle(choices(Network, "initialisation"))
NORMALISATIONS = itertools.cycle(choices(Network, "normalisation"))
OPTIMISERS = itertools.cycle(choices(Optimiser, "name"))
LAYERS = itertools.cycle((1, 0, 2, 3))


def mixed(objective: str) -> Tree:
    """Return settings for an objective, so that all of them together meet every choice of everything else."""
    next(OTHERS)
    return {
        "objective": {"name": objective},
        "data": {"name": next(DATA)},
        "constraints": {"gradient_penalty": next(PENALTIES)},
        "generator": {
            "activation": next(ACTIVATIONS),
            "initialisation": next(INITIALISATIONS),
            "normalisation": next(NORMALISATIONS),
            "layers": next(LAYERS),
        },
        "critic": {"activation": next(OTHERS), "layers": next(LAYERS), "initialisation": next(INITIALISATIONS)},
        "generator_optimiser": {"name": next(OPTIMISERS)},
        "critic_optimiser": {"name": next(OPTIMISERS)},
    }


MIXED = {objective: mixed(objective) for objective in OBJECTIVES}


def test_the_mixture_meets_every_data_set_and_penalty() -> None:
    assert {tree["data"]["name"] for tree in MIXED.values()} == set(DISTRIBUTIONS)
    penalties = {tree["constraints"]["gradient_penalty"] for tree in MIXED.values()}
    assert penalties == set(choices(Constraints, "gradient_penalty"))
    networks = [tree["generator"] for tree in MIXED.values()]
    for setting in ("activation", "initialisation", "normalisation"):
        assert {network[setting] for network in networks} == set(choices(Network, setting)), setting


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_objective_is_repeated(objective: str) -> None:
    assert_repeats(experiment_of(MIXED[objective]))


def combined(objective: str, addition: str, penalty: str, spectral: bool) -> Experiment | None:
    """Return a combination, or None if it cannot be trained."""
    details = {"quadrature": {"data_nodes": 8, "latent_nodes": 3}, "unrolling": {"steps": 2}}.get(addition, {})
    tree: Tree = {
        "objective": {"name": objective},
        "additions": {addition: {"on": True, **details}},
        "constraints": {"gradient_penalty": penalty, "spectral_norm": spectral, "spectral_gain": 1.0},
        "data": {"name": "ring", "standard_deviation": 0.3},
    }
    try:
        return experiment_of(tree)
    except SettingsError:
        return None


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_objective_is_repeated_with_every_addition_and_penalty() -> None:
    penalties, repeated = choices(Constraints, "gradient_penalty"), 0
    failed: list[str] = []
    for i, objective in enumerate(OBJECTIVES):
        for j, addition in enumerate(Additions.model_fields):
            for k in (0, 3):
                combination = objective, addition, penalties[(i + j + k) % len(penalties)], k > 0
                experiment = combined(*combination)
                if experiment is None:
                    continue
                repeated += 1
                try:
                    assert_repeats(experiment, 2, allowed=2e-3)
                except AssertionError as error:
                    failed.append(f"{combination}: {error}")
    assert not failed, f"{len(failed)} of {repeated}:\n" + "\n".join(failed[:20])
    assert repeated > 250


OPTIONS: dict[str, list[Tree]] = {
    "minimax": [{"half": True, "smoothing": 0.1}],
    "f_divergence": [{"divergence": kind, "alternative": kind == "hellinger"} for kind in ("reverse_kl", "hellinger")],
    "rsgan": [{"all_pairs": True, "h": "minimax"}],
    "rasgan": [{"half": True}],
    "tsgan": [{"symmetric": False, "h": "linear"}],
    "realness": [{"redraw": True, "real_shape": "triangle", "skew": 0.5}, {"generator_objective": "3"}],
    "loss_sensitive": [{"real_weight": 0.5, "slope": 0.2}],
    "began": [{"gain": 0.1}],
}


@pytest.mark.parametrize(
    ("objective", "options"), [(name, options) for name, several in OPTIONS.items() for options in several]
)
def test_options_of_objectives_are_repeated(objective: str, options: Tree) -> None:
    assert_repeats(experiment_of({"objective": {"name": objective, **options}}))


ADDED: dict[str, Tree] = {
    "conditional": {"objective": {"name": "hinge"}, "additions": {"packing": {"on": True}}},
    "classifier": {"additions": {"classifier": {"weight": 0.5}}, "objective": {"name": "tsgan"}},
    "information": {"additions": {"information": {"continuous": 2}}, "data": {"name": "circle"}},
    "semi_supervised": {"additions": {"conditional": {"on": True}, "information": {"on": True, "categories": 0}}},
    "encoder": {
        "additions": {"encoder": {"reconstruction": 0.5}, "instance_noise": {"on": True, "steps": 3}},
        "constraints": {"gradient_penalty": "around"},
    },
    "packing": {"additions": {"packing": {"samples": 3}}, "constraints": {"gradient_penalty": "between"}},
    "unrolling": {
        "additions": {"unrolling": {"steps": 2}, "classifier": {"on": True}},
        "constraints": {"gradient_penalty": "real", "spectral_norm": True, "spectral_gain": 1.0, "weight_clip": 0.3},
    },
    "minibatch": {"constraints": {"gradient_penalty": "both", "spectral_norm": True}},
    "instance_noise": {"additions": {"instance_noise": {"steps": 0}}, "training": {"generator_steps": 2}},
    "quadrature": {
        "additions": {"quadrature": {"data_nodes": 9, "latent_nodes": 4}},
        "constraints": {"gradient_penalty": "both"},
        "data": {"name": "checkerboard"},
        "noise": {"distribution": "uniform", "dimensions": 1},
    },
}


@pytest.mark.parametrize("addition", Additions.model_fields)
def test_every_addition_is_repeated(addition: str) -> None:
    assert_repeats(experiment_of({"additions": {addition: {"on": True}}}, ADDED[addition]))


@pytest.mark.parametrize("method", ["semi_gan_features", "semi_gan_odena", "veegan", "quadrature"])
def test_methods_with_further_kinds_of_steps_are_repeated(method: str) -> None:
    few: Tree = {"additions": {"quadrature": {"data_nodes": 9}}, "data": {"standard_deviation": 0.4}}
    assert_repeats(of_method(method, few))


def test_classes_of_every_data_set_are_repeated() -> None:
    for data in DISTRIBUTIONS:
        assert_repeats(experiment_of({"data": {"name": data}, "additions": {"conditional": {"on": True}}}), 1)


SETTINGS: dict[str, Tree] = {
    "tanh behind the generator": {"generator": {"output": "tanh"}, "additions": {"encoder": {"on": True}}},
    "weights of modes": {"data": {"name": "ring", "count": 3, "weights": [1, 0, 2]}},
    "one mode": {"data": {"name": "ring", "count": 1}},
    "many latents": {"noise": {"dimensions": 700}, "training": {"batch": 500}},
    "one-sided": {"constraints": {"gradient_penalty": "between", "one_sided": True, "weight_clip": 0.1}},
    "released": {"constraints": {"gradient_penalty": "around_released"}, "objective": {"name": "twgan"}},
    "loop": {
        "training": {"critic_steps": 2, "generator_steps": 2, "average": 0.8, "decay_steps": 8},
        "generator": {"normalisation": "batch"},
        "generator_optimiser": {"name": "sgd", "beta1": 0.0},
        "critic_optimiser": {"name": "rmsprop"},
    },
    "autoencoding": {
        "objective": {"name": "variational", "deviation": 0.3},
        "training": {"generator_steps": 2, "average": 0.5, "decay_steps": 9},
        "noise": {"distribution": "uniform", "dimensions": 3},
    },
}


@pytest.mark.parametrize("tree", SETTINGS.values(), ids=SETTINGS)
def test_settings_are_repeated(tree: Tree) -> None:
    assert_repeats(experiment_of(tree, {"seed": 5, "runs": 3}))


WITHOUT_TORCH = """
import sys
from ganstudio.experiment import Experiment
from ganstudio.script import script
for method in ("wgan_gp", "ns", "infogan", "semi_gan", "quadrature", "tsgan", "realness", "vae"):
    script(Experiment.of(method), 1)
assert not {"torch", "PySide6"} & set(sys.modules)
"""


def test_writing_a_script_does_not_load_torch() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_TORCH], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_running_statistics_are_learned_by_the_generator_alone() -> None:
    both: Tree = {"generator": {"normalisation": "batch"}, "critic": {"normalisation": "batch"}}
    assert_repeats(experiment_of(both, {"generator_optimiser": {"learning_rate": 1e-5}}), spread=2e-4)


# ---- without this program ------------------------------------------------------------------------------

ALONE = """
import runpy, sys
sys.path.extend(sys.argv.pop(1).split("|"))
try:
    import ganstudio
except ImportError:
    runpy.run_path(sys.argv.pop(1), run_name="__main__")
    assert not [name for name in sys.modules if name.startswith("ganstudio")]
else:
    sys.exit("GAN Studio can be imported here")
"""
BARRED = "raise ImportError('not in this test')"


def test_a_script_repeats_a_run_where_this_program_is_not_installed(tmp_path: Path) -> None:
    experiment = Experiment.of("wgan_gp", seed=3).with_value("training.batch", 64)
    for player in ("generator", "critic"):
        experiment = experiment.with_value(f"{player}_optimiser.learning_rate", 2e-4)
    (tmp_path / "run.py").write_text(script(experiment, 7), encoding="utf-8")
    barred, empty = tmp_path / "barred", tmp_path / "empty"
    (barred / "ganstudio").mkdir(parents=True)
    (barred / "ganstudio" / "__init__.py").write_text(BARRED)
    empty.mkdir()
    # Without `site` nothing is on the path but the standard library, and what is named here.
    places = "|".join([str(barred), *dict.fromkeys(str(Path(m.__file__ or "").parents[1]) for m in (np, torch))])
    files = ["--losses", "a.csv", "--samples", "b.npy"]
    command = [sys.executable, "-I", "-S", "-W", "error", "-c", ALONE, places, str(tmp_path / "run.py")]
    done = subprocess.run([*command, "--steps", "36", *files], cwd=empty, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("step 36  critic ")
    assert {path.name for path in empty.iterdir()} == {"a.csv", "b.npy"}

    trainer = Trainer(experiment)
    trainer.train(36)
    losses = trainer.losses()
    with (empty / "a.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["step"]) for row in rows] == losses.step.tolist()
    for name, values in losses.terms.items():
        mine = np.array([float(row[name]) for row in rows])
        # At the usual learning rate 180 critic steps would make more of what is rounded otherwise.
        np.testing.assert_allclose(mine, values[0], atol=2e-3 * np.abs(values).max(), rtol=0, err_msg=name)
    samples = np.load(empty / "b.npy")
    assert samples.dtype == np.float32
    np.testing.assert_allclose(samples, trainer.samples()[0], atol=2e-3)


# ---- to be read ----------------------------------------------------------------------------------------

READ = ("wgan_gp", "acgan", "infogan", "pacgan2", "bigan_gp", "unrolled", "minibatch", "sn_hinge", "semi_gan", "vae")
RULES = "E,F,W,I,B,UP,C4,SIM,RET,PERF,PIE,RUF,N,A001,A002,ARG"
"""What ruff looks for; `D` wants more docstrings than a script needs."""


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return {method: script(Experiment.of(method), 2000) for method in READ}


def test_scripts_are_formatted_and_without_anything_unused(texts: dict[str, str], tmp_path: Path) -> None:
    redrawn = experiment_of({"objective": {"name": "realness", "redraw": True}, "data": {"name": "grid25"}})
    weighted = experiment_of(
        {"data": {"name": "ring", "count": 64, "weights": list(range(64))}, "training": {"average": 0.9}}
    )
    for name, text in {**texts, "redrawn": script(redrawn, 1), "weighted": script(weighted, 1)}.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    isolated = ["--isolated", "--line-length", "120", "--no-cache", str(tmp_path)]
    ignored = ["--ignore", "N812,RUF001,RUF002,RUF003"]
    for arguments in (["check", "--select", RULES, *ignored, *isolated], ["format", "--diff", *isolated]):
        done = subprocess.run([*ruff, *arguments], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr


def test_scripts_define_nothing_that_they_do_not_use(texts: dict[str, str]) -> None:
    for method, text in texts.items():
        tree = ast.parse(text)
        defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        defined |= {node.targets[0].id for node in tree.body if isinstance(node, ast.Assign)}  # type: ignore[attr-defined]
        read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        assert defined <= read, (method, defined - read)


def test_a_script_is_short_and_says_what_it_is(texts: dict[str, str]) -> None:
    text = texts["wgan_gp"]
    assert len(text.splitlines()) <= 220
    header = ast.get_docstring(ast.parse(text)) or ""
    for words in ("WGAN-GP", "Ring of Gaussians", METHODS["wgan_gp"].paper, "arXiv 1704.00028", "--steps 2000"):
        assert words in header
    assert "    r, f = critic(torch.cat([real, fake])).chunk(2)\n    return f.mean() - r.mean()\n" in text
    for other in ("ganstudio", "spectral", "encoder", "classes", "average("):
        assert other not in text.lower()


def test_losses_read_like_their_equations() -> None:
    def losses(objective: str, **options: Any) -> list[str]:
        text = script(Experiment.read({"objective": {"name": objective, **options}}), 1)
        return [line.strip() for line in text.splitlines() if line.startswith("    return ") and ".mean()" in line]

    assert losses("non_saturating") == [
        "return F.softplus(-r).mean() + F.softplus(f).mean()",
        "return F.softplus(-f).mean()",
    ]
    assert losses("least_squares", fake_target=-1.0, generator_target=0.0) == [
        "return 0.5 * (r - 1).square().mean() + 0.5 * (f + 1).square().mean()",
        "return 0.5 * f.square().mean()",
    ]
    assert losses("rahinge")[0] == "return (1 - a).relu().mean() + (1 + b).relu().mean()"
    assert losses("f_divergence", divergence="jensen_shannon")[1] == "return math.log(2) - F.softplus(f).mean()"


def test_the_first_of_several_seeds_is_named() -> None:
    experiment = Experiment.of("ns", seed=4, runs=3)
    header = ast.get_docstring(ast.parse(script(experiment, 50))) or ""
    assert "The experiment has 3 seeds; this trains the first. The others: --seed 5 to 6." in header
    assert "--steps 50 --seed 4" in header
    assert "--seed 5." in script(experiment.changed(runs=2), 50)


def test_any_label_may_stand_in_a_script() -> None:
    text = script(experiment_of({"label": '"""\\N{x} % {} \\'}), 5)
    assert "'''/N{x} % {} /" in (ast.get_docstring(ast.parse(text)) or "")
    trained(text, 1, 0)


# ---- what a script cannot do ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tree", "path"),
    [
        (
            {"additions": {"unrolling": {"on": True}, "semi_supervised": {"on": True, "feature_matching": True}}},
            "additions.unrolling.on",
        ),
        (
            {"additions": {"unrolling": {"on": True}}, "objective": {"name": "realness", "redraw": True}},
            "additions.unrolling.on",
        ),
        ({"additions": {"quadrature": {"on": True}}, "data": {"name": "spirals"}}, "additions.quadrature.on"),
        (
            {
                "additions": {"quadrature": {"on": True, "data_nodes": 8}},
                "data": {"name": "ring", "count": 3, "start_angle": 33.0, "radius": 100.0, "standard_deviation": 0.001},
            },
            "additions.quadrature.data_nodes",
        ),
    ],
)
def test_what_cannot_be_repeated_is_refused_in_a_line_that_names_it(tree: Tree, path: str) -> None:
    with pytest.raises(SettingsError, match=f"^{path}: [^\n]+$"):
        script(experiment_of(tree), 10)


class Exponential(Pointwise):
    """From outside the package."""

    title = "Exponential"
    name: str = "exponential"

    def real_term(self, r: Any) -> Any:
        return (-2.0 * r).exp()

    def fake_term(self, f: Any) -> Any:
        return (2.0 * f).exp()

    def generator_term(self, f: Any) -> Any:
        return -f


class Counting(Exponential):
    """Its losses remember a number, as BEGAN's do."""

    title = "Counting"
    name: str = "counting"

    def begin(self, seeds: Any) -> Any:
        return _Counted(self)


class _Counted:
    def __init__(self, objective: Counting) -> None:
        self._objective = objective
        self._steps = 0.0

    def critic_loss(self, critic: Any, real: Any, fake: Any) -> Any:
        self._steps = self._steps + 1.0
        return self._objective.critic_loss(critic, real, fake) / self._steps

    def generator_loss(self, critic: Any, real: Any, fake: Any) -> Any:
        return self._objective.generator_loss(critic, real, fake) * self._steps

    def report(self) -> dict[str, Any]:
        return {}

    memory = remember = report


class Drawing(Counting):
    """Its losses remember an array, which nobody can write down."""

    title = "Drawing"
    name: str = "drawing"

    def begin(self, seeds: Any) -> Any:
        rule = _Counted(self)
        rule._steps = np.zeros(3)  # type: ignore[assignment]
        return rule


class Asking(Exponential):
    """Does one or the other, as a tensor has it."""

    title = "Asking"
    name: str = "asking"

    def fake_term(self, f: Any) -> Any:
        return f.exp() if (f > 0).all() else f


@pytest.mark.parametrize("kind", [Exponential, Counting])
def test_an_objective_from_outside_needs_nothing_to_have_a_script(
    kind: type[AdversarialObjective], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = kind.model_fields["name"].default
    monkeypatch.setitem(OBJECTIVES, name, kind)
    text = assert_repeats(experiment_of({"objective": {"name": name}, "constraints": {"gradient_penalty": "real"}}))
    assert "(-2 * r).exp()" in text
    assert ("memory.steps = memory.steps + 1" in text) == (kind is Counting)


@pytest.mark.parametrize("kind", [Drawing, Asking])
def test_an_objective_that_cannot_be_written_down_is_refused(
    kind: type[AdversarialObjective], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = kind.model_fields["name"].default
    monkeypatch.setitem(OBJECTIVES, name, kind)
    with pytest.raises(SettingsError, match=f"^objective.name: a script cannot repeat {name} yet: "):
        script(experiment_of({"objective": {"name": name}}), 10)


class Choosing(DISTRIBUTIONS["circle"]):  # type: ignore[misc]
    """Data that do one or the other, as a tensor has it."""

    title = "Choosing"
    name: str = "choosing"

    def push(self, uniform: Any, normal: Any) -> Any:
        return normal if uniform[0, 0] > 0.5 else -normal


def test_data_that_cannot_be_written_down_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DISTRIBUTIONS, "choosing", Choosing)
    with pytest.raises(SettingsError, match=r"^data\.name: a script cannot repeat choosing yet: what is done depends"):
        script(experiment_of({"data": {"name": "choosing"}}), 10)


def test_names_are_not_looked_at_afterwards() -> None:
    def look(*_: Any) -> None:
        pass

    sys.setprofile(look)
    try:
        script(Experiment(), 1)
        assert sys.getprofile() is look
    finally:
        sys.setprofile(None)
