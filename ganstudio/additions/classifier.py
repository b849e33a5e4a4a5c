"""Auxiliary classifier GAN: Odena, Olah and Shlens 2016, arXiv 1610.09585.

The generator is told a class y; the critic's trunk has class logits c as well. The critic minimises
w (CE(c(x), y) + CE(c(x~), y')) as well, the generator w CE(c(x~), y').
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ganstudio.additions.base import Addition, Told, cross_entropy, one_hot, share_right, switch
from ganstudio.settings import setting

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Classifier"]


class Classifier(Addition):
    """The critic also says which class a sample is of, and both networks want it to be right."""

    title: ClassVar[str] = "Auxiliary classifier"
    paper: ClassVar[str] = "AC-GAN, arXiv 1610.09585"
    labelled: ClassVar[bool] = True
    on: bool = switch("The generator is told a class, and the critic has to read it off real and generated samples.")
    weight: float = setting(
        1.0, "Weight", "Of the cross entropies. 1 in the paper; 0.1 to 1 is sane.", ge=0.0, le=100.0, logarithmic=True
    )

    @property
    def summary(self) -> str:
        """What it is and its most telling settings, in a few words."""
        return f"auxiliary classifier, weight {self.weight:g}"

    def generator_inputs(self, classes: int) -> int:
        """Return the number of classes."""
        return classes

    def generator_message(self, told: Told, classes: int) -> Tensor:
        """Return the class, one-hot."""
        return one_hot(told.labels, classes, told.uniform)

    def heads(self, classes: int) -> int:
        """Return the number of classes."""
        return classes

    def critic_loss(self, real: Tensor, fake: Tensor, told: Told, classes: int) -> Tensor:
        """Return w (CE of real samples + CE of generated ones), (R,)."""
        both = cross_entropy(real, told.labels) + cross_entropy(fake, told.labels)
        return self.weight * both.mean(-1)

    def generator_loss(self, fake: Tensor, told: Told, classes: int) -> Tensor:
        """Return w CE of generated samples, (R,)."""
        return self.weight * cross_entropy(fake, told.labels).mean(-1)

    def report(self, fake: Tensor, told: Told, classes: int) -> dict[str, Tensor]:
        """Return the share of generated samples whose class is read right."""
        return {"class accuracy": share_right(fake, told.labels)}
