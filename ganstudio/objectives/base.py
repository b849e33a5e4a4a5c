"""What an objective is: its settings, and two functions of a critic and two batches.

An objective is one file that reads like its equation, and one row of `OBJECTIVES`. It is written with the methods
of the tensors that it is given, so importing it needs no torch and the window can show what there is.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from ganstudio.field import FieldMeaning
from ganstudio.settings import Settings

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["AdversarialObjective", "Critic", "Objective", "Pointwise", "Rule"]


class Critic(Protocol):
    """A critic T: raw samples (R, batch, features) to raw outputs, never squashed."""

    def __call__(self, samples: Tensor) -> Tensor:
        """Return T(samples): (R, batch), or (R, batch, outputs) where there are several."""

    def both(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        """Return T(real) and T(fake), in one pass where samples do not influence each other."""


class Rule(Protocol):
    """Two losses to minimise. Both reduce over the batch axis and keep the run axis: (R,)."""

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return the critic's loss (R,) for real and generated samples (R, batch, features)."""

    def generator_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return the generator's loss (R,), differentiable in `fake`."""

    def report(self) -> dict[str, Tensor]:
        """Return what else there is to plot at each step, name -> (R,)."""

    def memory(self) -> dict[str, Any]:
        """Return what changes from step to step, as arrays by name."""

    def remember(self, memory: Mapping[str, Tensor]) -> None:
        """Go back to what `memory` returned; what is missing in it stays as it is."""


class Objective(Settings):
    """What is minimised; a subclass is a row of `OBJECTIVES`.

    Attributes
    ----------
    title
        What it is called in a list.
    critic
        What kind of critic it asks: "scalar" gives one number a sample, "outcomes" several, "pair" one number for
        two samples in a row, "autoencoder" a copy of the sample; "none" has no critic.
    """

    name: str
    title: ClassVar[str]
    critic: ClassVar[Literal["scalar", "outcomes", "pair", "autoencoder", "none"]] = "scalar"

    @property
    def field_meaning(self) -> FieldMeaning:
        """What is shown of the critic's score; unless told otherwise, a constant in T means nothing."""
        return FieldMeaning("score", "T \u2212 median", centre=0.0)

    @property
    def outputs(self) -> int:
        """How many numbers the critic gives for a sample, where that is for the objective to say."""
        return 1

    def score(self, critic: Critic, samples: Tensor) -> Tensor:
        """Return the one number (R, batch) by which a sample is drawn, and whose slope constraints look at."""
        return critic(samples)


class AdversarialObjective(Objective):
    """An objective of two players.

    Attributes
    ----------
    teaches_encoder
        Whether its generator's loss, or its `encoder_loss`, teaches an encoder of real samples as well.
    """

    teaches_encoder: ClassVar[bool] = False

    @abstractmethod
    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return the critic's loss (R,) for real and generated samples (R, batch, features)."""

    @abstractmethod
    def generator_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return the generator's loss (R,), differentiable in `fake`."""

    def inputs(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        """Return what the critic is asked about in place of real and generated samples: for most, these."""
        return real, fake

    def encoder_loss(self, critic: Critic, real: Tensor) -> Tensor | None:
        """Return what moves real pairs towards generated ones, (R,); None if the generator's loss does that itself."""
        return None

    def begin(self, seeds: Sequence[int]) -> Rule:
        """Return the losses of a run of these seeds: itself, unless something changes from step to step."""
        return self

    def report(self) -> dict[str, Tensor]:
        """Return what else there is to plot: nothing."""
        return {}

    def memory(self) -> dict[str, Any]:
        """Return nothing: nothing changes from step to step."""
        return {}

    def remember(self, memory: Mapping[str, Tensor]) -> None:
        """Do nothing."""


class Pointwise(AdversarialObjective):
    """A sum of expectations of single samples.

    Critic E[real_term(T(x))] + E[fake_term(T(x~))], generator E[generator_term(T(x~))]. The expectations may be
    taken over batches or by quadrature.

    Attributes
    ----------
    neutral
        The value of T around which exchanging real and generated samples mirrors the game; BiGAN's encoder
        minimises the generator's loss in that mirror.
    """

    teaches_encoder: ClassVar[bool] = True

    @property
    def neutral(self) -> float:
        """0, unless targets lie otherwise."""
        return 0.0

    @abstractmethod
    def real_term(self, r: Tensor) -> Tensor:
        """Return the critic's loss of each real sample with T(x) = r."""

    @abstractmethod
    def fake_term(self, f: Tensor) -> Tensor:
        """Return the critic's loss of each generated sample with T(x~) = f."""

    @abstractmethod
    def generator_term(self, f: Tensor) -> Tensor:
        """Return the generator's loss of each sample with T(x~) = f."""

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return E[real_term(T(x))] + E[fake_term(T(x~))], (R,)."""
        r, f = critic.both(real, fake)
        return self.real_term(r).mean(-1) + self.fake_term(f).mean(-1)

    def generator_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return E[generator_term(T(x~))], (R,)."""
        return self.generator_term(critic(fake)).mean(-1)

    def encoder_loss(self, critic: Critic, real: Tensor) -> Tensor:
        """Return E[generator_term(T)] with T mirrored: what moves real pairs towards generated ones, (R,)."""
        return self.generator_term(2 * self.neutral - critic(real)).mean(-1)
