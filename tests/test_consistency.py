"""What goes together: conflicts with their place and words, and notes where they hold and only there."""

from __future__ import annotations

from typing import Any

import pytest

from ganstudio.consistency import conflicts, notes
from ganstudio.experiment import Experiment, merged
from ganstudio.methods import METHODS
from ganstudio.settings import SettingsError

Tree = dict[str, Any]


def on(*names: str, **settings: Any) -> Tree:
    """Return a tree with additions turned on; settings are of the first of them."""
    return {"additions": {name: {"on": True, **(settings if name == names[0] else {})} for name in names}}


def of(objective: str, *trees: Tree, **sections: Any) -> Tree:
    tree: Tree = {"objective": {"name": objective}, **sections}
    for above in trees:
        tree = merged(tree, above)
    return tree


CONFLICTS = [
    (
        of("variational", on("encoder")),
        "encoder",
        "the objective Variational has no critic to which this could be added",
    ),
    (of("variational", on("packing", "minibatch")), "minibatch", "the objective Variational has no critic"),
    (of("realness", on("semi_supervised")), "semi_supervised", "a critic that is also a classifier gives one number"),
    (of("tsgan", on("semi_supervised")), "semi_supervised", "turing test asks for another kind"),
    (of("began", on("semi_supervised")), "semi_supervised", "boundary equilibrium asks for another kind"),
    (of("realness", on("encoder")), "encoder", "realness does not say how an encoder learns"),
    (of("ebgan", on("encoder")), "encoder", "energy-based does not say how an encoder learns"),
    (of("hinge", on("packing", "classifier")), "packing", "a pack of samples has no single class or code; turn off cl"),
    (of("hinge", on("packing", "information")), "packing", "no single class or code; turn off information"),
    (of("hinge", on("packing", "semi_supervised")), "packing", "no single class or code; turn off semi_supervised"),
    (of("rsgan", on("quadrature")), "quadrature", "only objectives that are sums of expectations of single samples"),
    (
        of("hinge", on("quadrature"), data={"name": "parallel_lines", "thickness": 0.0}),
        "quadrature",
        "these data have no density to integrate",
    ),
    (
        of("hinge", on("quadrature"), noise={"dimensions": 3}),
        "quadrature",
        "a grid in 3 latent dimensions is too large",
    ),
    (of("hinge", on("quadrature", "packing")), "quadrature", "told nothing; turn off packing"),
    (of("hinge", on("quadrature", "packing", "encoder")), "quadrature", "turn off encoder, packing"),
    (
        of("hinge", on("quadrature"), constraints={"gradient_penalty": "between"}),
        "quadrature",
        "nodes of two grids make no pairs; choose a gradient penalty around or on the samples",
    ),
    (
        of("hinge", on("information", categories=0, continuous=0)),
        "information",
        "there is no code to read; give it categories or continuous codes",
    ),
]


@pytest.mark.parametrize(("tree", "addition", "words"), CONFLICTS)
def test_what_cannot_be_trained_is_refused_in_one_line(tree: Tree, addition: str, words: str) -> None:
    with pytest.raises(SettingsError) as error:
        Experiment.read(tree)
    message = str(error.value)
    assert message.startswith(f"additions.{addition}.on: "), message
    assert words in message
    assert "\n" not in message


@pytest.mark.parametrize(
    "tree",
    [
        of("hinge", on("quadrature", "unrolling")),
        of("hinge", on("quadrature"), constraints={"gradient_penalty": "around"}),
        of("hinge", on("quadrature"), noise={"dimensions": 1}),
        of("hinge", on("packing", "conditional", "encoder", "instance_noise", "minibatch", "unrolling")),
        of("rsgan", on("encoder")),
        of("tsgan", on("encoder", "packing")),
        of("wasserstein", on("semi_supervised", "encoder", "conditional")),
        of("began", on("conditional", "classifier", "information")),
        of("hinge", on("information", categories=0)),
        of("hinge", on("information", continuous=0)),
        of("variational"),
    ],
)
def test_what_can_be_trained_has_no_conflict(tree: Tree) -> None:
    assert list(conflicts(Experiment.read(tree))) == []


PENALTY = {"constraints": {"gradient_penalty": "between"}}
CLIP = {"constraints": {"weight_clip": 0.1}}
SPECTRAL = {"constraints": {"spectral_norm": True}}
BATCH_NORM = {"critic": {"normalisation": "batch"}}

NOTES = [
    ("Batch normalisation in the critic", of("wasserstein", PENALTY, BATCH_NORM), of("wasserstein", PENALTY)),
    ("Batch normalisation in the critic", of("hinge", PENALTY, BATCH_NORM), of("hinge", BATCH_NORM)),
    (
        "Batch normalisation in the critic",
        of("hinge", PENALTY, BATCH_NORM),
        of("hinge", PENALTY, {"critic": {"normalisation": "layer"}}),
    ),
    ("Minibatch discrimination", of("hinge", PENALTY, on("minibatch")), of("hinge", on("minibatch"))),
    ("Nothing bounds the critic's slope", of("wasserstein"), of("wasserstein", CLIP)),
    ("Nothing bounds the critic's slope", of("twgan"), of("twgan", SPECTRAL)),
    ("Nothing bounds the critic's slope", of("wasserstein"), of("wasserstein", PENALTY)),
    ("Nothing bounds the critic's slope", of("wasserstein"), of("hinge")),
    ("Clipped weights seldom reach", of("hinge", PENALTY, CLIP), of("hinge", CLIP)),
    ("Spectral normalisation divides", of("hinge", SPECTRAL, CLIP), of("hinge", SPECTRAL)),
    ("Normalised activations undo", of("hinge", SPECTRAL, BATCH_NORM), of("hinge", SPECTRAL)),
    (
        "Momentum makes clipped",
        of("wasserstein", CLIP),
        of("wasserstein", CLIP, {"critic_optimiser": {"name": "rmsprop"}}),
    ),
    ("Momentum makes clipped", of("wasserstein", CLIP), of("wasserstein", CLIP, {"critic_optimiser": {"beta1": 0.0}})),
    (
        "A code of two or more coordinates",
        {"objective": {"name": "began", "bottleneck": 2}},
        {"objective": {"name": "began", "bottleneck": 1}},
    ),
    ("There is no critic", of("variational", PENALTY), of("variational")),
    ("Class and code both", of("hinge", on("information", "classifier")), of("hinge", on("information"))),
]


@pytest.mark.parametrize(("start", "holds", "does_not"), NOTES)
def test_notes_are_said_where_they_hold_and_only_there(start: str, holds: Tree, does_not: Tree) -> None:
    said, silent = (notes(Experiment.read(tree)) for tree in (holds, does_not))
    assert [note.startswith(start) for note in said].count(True) == 1
    assert not any(note.startswith(start) for note in silent)
    for note in said:
        assert note.endswith(".")
        assert note[0].isupper()


def test_constraints_are_not_noted_one_by_one_without_a_critic() -> None:
    tree = of("variational", PENALTY, CLIP, SPECTRAL, BATCH_NORM)
    assert notes(Experiment.read(tree)) == ["There is no critic: constraints change nothing."]


def test_named_methods_need_no_notes() -> None:
    assert notes(Experiment()) == []
    for key in METHODS:
        assert notes(Experiment.of(key)) == [], key


def test_settings_that_mean_nothing_are_named() -> None:
    plain = Experiment().constraints
    assert plain.idle == {"penalty_weight", "one_sided", "around_spread", "spectral_gain"}
    assert plain.changed(gradient_penalty="around", spectral_norm=True).idle == set()
    assert plain.changed(gradient_penalty="real").idle == {"one_sided", "around_spread", "spectral_gain"}
    assert plain.changed(gradient_penalty="between").idle == {"around_spread", "spectral_gain"}
