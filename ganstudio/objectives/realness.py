"""RealnessGAN: Xiangli, Deng, Dai, Loy and Lin 2020, arXiv 2002.05512, equations (3) and (18) to (20).

The critic gives a distribution over K outcomes, D(x) = softmax of its outputs, and has an anchor for each kind:
critic E[KL(A1 || D(x))] + E[KL(A0 || D(x~))]. The generator minimises one of
(1) -E[KL(A0 || D(x~))], (2) E[KL(D(x) || D(x~))] - E[KL(A0 || D(x~))], (3) E[KL(A1 || D(x~))] - E[KL(A0 || D(x~))].
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from ganstudio.field import FieldMeaning
from ganstudio.objectives.anchors import Shape, anchor, drawn, outcomes, shape_setting, skewed
from ganstudio.objectives.base import AdversarialObjective, Critic, Rule
from ganstudio.settings import setting

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Realness"]

Float = NDArray[np.float64]


class Realness(AdversarialObjective):
    """With two outcomes and one of them in each anchor it is the standard GAN."""

    title = "Realness"
    critic: ClassVar[Literal["outcomes"]] = "outcomes"
    name: Literal["realness"] = "realness"
    outcome_count: int = setting(
        5,
        "Outcomes",
        "How many outcomes the critic distributes. 2 to 51; more are only better with more generator steps.",
        ge=2,
        le=200,
    )
    generator_objective: Literal["1", "2", "3"] = setting(
        "2",
        "Generator objective",
        "What the generator minimises: 1 away from the fake anchor; 2 also towards what the critic says of a real "
        "sample (the paper's choice); 3 also towards the real anchor.",
        choices={"1": "1: not fake", "2": "2: as a real one", "3": "3: to the anchor"},
    )
    real_shape: Shape = shape_setting("uniform", "Real anchor", "real")
    fake_shape: Shape = shape_setting("normal", "Fake anchor", "generated")
    skew: float = setting(
        1.0,
        "Skew",
        "How far the real anchor is moved up and the fake anchor down, of outcomes from -1 to 1. 1 as released; at 0 "
        "the anchors differ in shape only.",
        ge=0.0,
        le=1.0,
    )
    redraw: bool = setting(
        False,
        "Draw anew",
        "Draw the anchors' histograms of 1,000 numbers anew in every iteration, as the released code does, in place "
        "of their means.",
        expert=True,
    )

    @property
    def outputs(self) -> int:
        """The number of outcomes."""
        return self.outcome_count

    @property
    def field_meaning(self) -> FieldMeaning:
        """The expected outcome; where p = q it is that of both anchors' mean."""
        real, fake = self.anchors()
        centre = float(outcomes(self.outcome_count) @ (real + fake) / 2)
        return FieldMeaning("value", "E[u]", centre=centre, least=0.05)

    def anchors(self) -> tuple[Float, Float]:
        """Return A1 and A0, each (K,)."""
        shares = (anchor(shape, self.outcome_count) for shape in (self.real_shape, self.fake_shape))
        return self.moved(*shares)

    def moved(self, real: Float, fake: Float) -> tuple[Float, Float]:
        """Return both anchors moved apart by the skew."""
        return skewed(real, self.skew), skewed(fake, -self.skew)

    def score(self, critic: Critic, samples: Tensor) -> Tensor:
        """Return the expected outcome, (R, batch)."""
        shares = critic(samples).softmax(-1)
        return (shares * shares.new_tensor(outcomes(self.outcome_count))).sum(-1)

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return E[KL(A1 || D(x))] + E[KL(A0 || D(x~))], (R,)."""
        return self.critic_loss_with(*self.anchors(), critic, real, fake)

    def generator_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return the chosen objective, (R,)."""
        return self.generator_loss_with(*self.anchors(), critic, real, fake)

    def critic_loss_with(self, a1: Float, a0: Float, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return the critic's loss with these anchors, (K,) or (R, 1, K)."""
        r, f = critic.both(real, fake)
        return _divergence(a1, r).mean(-1) + _divergence(a0, f).mean(-1)

    def generator_loss_with(self, a1: Float, a0: Float, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return the generator's loss with these anchors, (K,) or (R, 1, K)."""
        match self.generator_objective:
            case "1":
                return -_divergence(a0, critic(fake)).mean(-1)
            case "2":
                r, f = critic.both(real, fake)
                log_real, log_fake = r.detach().log_softmax(-1), f.log_softmax(-1)
                to_real = (log_real.exp() * (log_real - log_fake)).sum(-1)
                return to_real.mean(-1) - _divergence(a0, f).mean(-1)
            case "3":
                f = critic(fake)
                return _divergence(a1, f).mean(-1) - _divergence(a0, f).mean(-1)

    def begin(self, seeds: Sequence[int]) -> Rule:
        """Return the losses with anchors that are drawn anew in every iteration, if they are to be."""
        return _Redrawn(self, seeds) if self.redraw else self


class _Redrawn:
    """RealnessGAN's losses with each seed's anchors drawn at every critic step."""

    def __init__(self, objective: Realness, seeds: Sequence[int]) -> None:
        self._objective = objective
        self._rngs = [np.random.default_rng([seed, 2020]) for seed in seeds]
        self._draw()

    def _draw(self) -> None:
        own = self._objective
        pairs = [
            own.moved(*(drawn(shape, own.outcome_count, rng) for shape in (own.real_shape, own.fake_shape)))
            for rng in self._rngs
        ]
        self._a1, self._a0 = (np.stack(column)[:, None, :] for column in zip(*pairs, strict=True))

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        self._draw()
        return self._objective.critic_loss_with(self._a1, self._a0, critic, real, fake)

    def generator_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        return self._objective.generator_loss_with(self._a1, self._a0, critic, real, fake)

    def report(self) -> dict[str, Tensor]:
        return {}

    def memory(self) -> dict[str, Any]:
        states = [json.dumps(rng.bit_generator.state).encode().ljust(STATE_BYTES) for rng in self._rngs]
        generators = np.stack([np.frombuffer(state, np.uint8) for state in states]).copy()
        return {"generators": generators, "real_anchor": self._a1, "fake_anchor": self._a0}

    def remember(self, memory: Mapping[str, Tensor]) -> None:
        generators = memory.get("generators")
        if generators is None or len(generators) != len(self._rngs):
            return
        for rng, state in zip(self._rngs, generators, strict=True):
            rng.bit_generator.state = json.loads(state.numpy().tobytes())
        self._a1, self._a0 = memory["real_anchor"].numpy(), memory["fake_anchor"].numpy()


STATE_BYTES = 256
"""Room for a generator's state in words, which has not always as many figures."""


def _divergence(shares: Float, outputs: Tensor) -> Tensor:
    """Return KL(A || softmax(outputs)) of each sample, (R, batch): the cross entropy minus A's own entropy.

    Some anchors have empty outcomes, so log A is never taken where A is 0.
    """
    log_shares = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    entropy = outputs.new_tensor(-(shares * log_shares).sum(-1))
    return -(outputs.new_tensor(shares) * outputs.log_softmax(-1)).sum(-1) - entropy
