"""What objectives share whose critic copies samples: an energy, low where the copy is good."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ganstudio.field import FieldMeaning
from ganstudio.objectives.base import AdversarialObjective, Critic
from ganstudio.settings import setting

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["AutoencoderObjective"]


def _bottleneck() -> Any:
    return setting(
        1,
        "Bottleneck",
        "Coordinates of the autoencoder's code. On the plane only 1 is narrower than the data: with 2 it learns to "
        "copy every point, and tells the generator nothing.",
        ge=1,
        le=256,
    )


class AutoencoderObjective(AdversarialObjective):
    """The critic is an autoencoder: critic(v) is its copy of v."""

    critic: ClassVar[Literal["autoencoder"]] = "autoencoder"
    bottleneck: int = _bottleneck()

    @property
    def field_meaning(self) -> FieldMeaning:
        """Minus the energy, so that high means real here, too."""
        return FieldMeaning("score", "median L \u2212 L", centre=0.0)

    @abstractmethod
    def energy(self, critic: Critic, samples: Tensor) -> Tensor:
        """Return how far the copies are from the samples, (R, batch); gradients pass through both."""

    def energies(self, critic: Critic, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        """Return the mean energies of real and generated samples, each (R,)."""
        return self.energy(critic, real).mean(-1), self.energy(critic, fake).mean(-1)

    def score(self, critic: Critic, samples: Tensor) -> Tensor:
        """Return minus the energy, (R, batch)."""
        return -self.energy(critic, samples)
