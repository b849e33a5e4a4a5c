"""What goes together: combinations that cannot be trained, and ones that can but are known to make little sense.

Each is one row of a table: where it is said, when it holds, and the words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ganstudio.objectives import AdversarialObjective, Pointwise

if TYPE_CHECKING:
    from ganstudio.experiment import Experiment

__all__ = ["Conflict", "conflicts", "notes"]


@dataclass(frozen=True)
class Conflict:
    """Two settings that exclude one another: the dotted name of one, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class Note:
    """A combination that is allowed, and what to know about it."""

    holds: Callable[[Experiment], bool]
    text: str


def conflicts(experiment: Experiment) -> Iterator[Conflict]:
    """Yield what cannot be trained, in words that say what to change."""
    on = {name for name, _ in experiment.additions.active()}
    yield from _without_a_critic(experiment, on)
    yield from _kinds_of_critic(experiment, on)
    yield from _packs(on)
    if "quadrature" in on:
        yield from _quadrature(experiment, on)
    codes = experiment.additions.information
    if codes.on and not (codes.categories or codes.continuous):
        yield Conflict("additions.information.on", "there is no code to read; give it categories or continuous codes")


def _without_a_critic(experiment: Experiment, on: set[str]) -> Iterator[Conflict]:
    if experiment.objective.critic == "none":
        for name in sorted(on):
            yield Conflict(
                f"additions.{name}.on",
                f"the objective {experiment.objective.title} has no critic to which this could be added",
            )


def _kinds_of_critic(experiment: Experiment, on: set[str]) -> Iterator[Conflict]:
    objective = experiment.objective
    if "semi_supervised" in on and objective.critic not in ("scalar", "none"):
        yield Conflict(
            "additions.semi_supervised.on",
            f"a critic that is also a classifier gives one number; {objective.title.lower()} asks for another kind",
        )
    if "encoder" in on and isinstance(objective, AdversarialObjective) and not objective.teaches_encoder:
        yield Conflict(
            "additions.encoder.on",
            f"{objective.title.lower()} does not say how an encoder learns; choose one with a number a sample",
        )


def _packs(on: set[str]) -> Iterator[Conflict]:
    for name in ("classifier", "information", "semi_supervised"):
        if {"packing", name} <= on:
            yield Conflict("additions.packing.on", f"a pack of samples has no single class or code; turn off {name}")


def _quadrature(experiment: Experiment, on: set[str]) -> Iterator[Conflict]:
    path = "additions.quadrature.on"
    if not isinstance(experiment.objective, Pointwise):
        yield Conflict(path, "only objectives that are sums of expectations of single samples can be integrated")
    if experiment.data.density(np.zeros((1, 2))) is None:
        yield Conflict(path, "these data have no density to integrate")
    if experiment.noise.dimensions > 2:
        yield Conflict(path, f"a grid in {experiment.noise.dimensions} latent dimensions is too large; at most 2")
    others = sorted(on - {"quadrature", "unrolling"})
    if others:
        yield Conflict(path, f"a grid goes with single samples that are told nothing; turn off {', '.join(others)}")
    if experiment.constraints.gradient_penalty == "between":
        yield Conflict(path, "nodes of two grids make no pairs; choose a gradient penalty around or on the samples")


def notes(experiment: Experiment) -> list[str]:
    """Return what to know about the combination, in whole sentences; an empty list if there is nothing."""
    return [note.text for note in _NOTES if note.holds(experiment)]


def _has_critic(experiment: Experiment) -> bool:
    return experiment.objective.critic != "none"


def _lipschitz(experiment: Experiment) -> bool:
    chosen = experiment.constraints
    return chosen.penalises or chosen.weight_clip > 0 or chosen.spectral_norm


_NOTES = (
    Note(
        lambda e: _has_critic(e) and e.constraints.penalises and e.critic.normalisation == "batch",
        "Batch normalisation in the critic makes each output depend on the whole batch, but the gradient penalty "
        "bounds slopes sample by sample. The WGAN-GP paper leaves it out; layer normalisation goes with it.",
    ),
    Note(
        lambda e: e.constraints.penalises and e.additions.minibatch.on,
        "Minibatch discrimination makes each output depend on the whole batch, but the gradient penalty bounds slopes "
        "sample by sample.",
    ),
    Note(
        lambda e: e.objective.name in ("wasserstein", "twgan") and not _lipschitz(e),
        "Nothing bounds the critic's slope, so its loss has no minimum: clip its weights, add a gradient penalty or "
        "normalise spectrally.",
    ),
    Note(
        lambda e: _has_critic(e) and e.constraints.penalises and e.constraints.weight_clip > 0,
        "Clipped weights seldom reach the slopes that the gradient penalty wants: one of the two is enough.",
    ),
    Note(
        lambda e: _has_critic(e) and e.constraints.spectral_norm and e.constraints.weight_clip > 0,
        "Spectral normalisation divides the weights' size out again, so clipping them changes little.",
    ),
    Note(
        lambda e: _has_critic(e) and e.constraints.spectral_norm and e.critic.normalisation != "none",
        "Normalised activations undo the bound of spectral normalisation: the critic's slope is no longer limited.",
    ),
    Note(
        lambda e: (
            e.objective.name == "wasserstein"
            and e.constraints.weight_clip > 0
            and e.critic_optimiser.name == "adam"
            and e.critic_optimiser.beta1 > 0
        ),
        "Momentum makes clipped Wasserstein critics unstable; the paper takes RMSprop.",
    ),
    Note(
        lambda e: getattr(e.objective, "bottleneck", 1) > 1,
        "A code of two or more coordinates can copy every point of the plane: the critic tells the generator little.",
    ),
    Note(
        lambda e: not _has_critic(e) and e.noise.distribution != "normal",
        "The autoencoder presses its codes into a normal prior, but samples come from uniform noise.",
    ),
    Note(
        lambda e: not _has_critic(e) and _lipschitz(e),
        "There is no critic: constraints change nothing.",
    ),
    Note(
        lambda e: e.additions.information.on and e.additions.classifier.on,
        "Class and code both want to decide where a sample lies; the class usually wins.",
    ),
)
