"""What an addition is: a group of settings with a switch, and how it takes part in a step.

Additions that only feed the networks something or read heads of the critic say so here, with the methods of the
tensors that they are given, so that importing them needs no torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from ganstudio.settings import Settings, setting

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Addition", "Told", "cross_entropy", "one_hot", "switch"]


def switch(description: str) -> Any:
    """Declare the setting that turns an addition on."""
    return setting(False, "On", description)


@dataclass(frozen=True)
class Told:
    """What is known of a batch beside its samples.

    Attributes
    ----------
    labels : Tensor (R, batch)
        Classes, whole numbers: of the real samples, and asked for of the generated ones.
    uniform : Tensor (R, batch, numbers)
        What codes are made of, uniform on [0, 1).
    """

    labels: Tensor
    uniform: Tensor


class Addition(Settings):
    """Something that a method adds to an objective; `on` says whether it takes part.

    Attributes
    ----------
    title, paper
        What it is called, and where it comes from.
    labelled
        Whether it needs the classes of samples.
    uniforms
        How many uniform numbers of a sample its codes are made of.
    """

    title: ClassVar[str]
    paper: ClassVar[str]
    labelled: ClassVar[bool] = False
    on: bool = switch("Whether it takes part.")

    @property
    def summary(self) -> str:
        """What it is, with its most telling settings, in a few words."""
        return self.title.lower()

    @property
    def uniforms(self) -> int:
        """None, unless it makes codes."""
        return 0

    def generator_inputs(self, classes: int) -> int:
        """Return how many numbers the generator is given beside its latent."""
        return 0

    def generator_message(self, told: Told, classes: int) -> Tensor:
        """Return those numbers, (R, batch, generator_inputs)."""
        raise TypeError(f"{self.title} tells the generator nothing")

    def critic_inputs(self, classes: int) -> int:
        """Return how many numbers the critic is given beside a sample."""
        return 0

    def heads(self, classes: int) -> int:
        """Return how many further outputs of the critic it reads."""
        return 0

    def critic_loss(self, real: Tensor, fake: Tensor, told: Told, classes: int) -> Tensor:
        """Return what it adds to the critic's loss, (R,), from its heads' outputs (R, batch, heads)."""
        raise TypeError(f"{self.title} has no heads")

    def generator_loss(self, fake: Tensor, told: Told, classes: int) -> Tensor:
        """Return what it adds to the generator's loss, (R,)."""
        raise TypeError(f"{self.title} has no heads")

    def report(self, fake: Tensor, told: Told, classes: int) -> dict[str, Tensor]:
        """Return what is plotted of the generator's step, name -> (R,)."""
        return {}


def one_hot(labels: Tensor, classes: int, like: Tensor) -> Tensor:
    """Return labels (R, batch) as (R, batch, classes) of the same dtype as `like`."""
    return (labels.unsqueeze(-1) == labels.new_tensor(range(classes))).to(like.dtype)


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Return -log softmax(logits)[label] of each sample, (R, batch)."""
    return logits.logsumexp(-1) - logits.gather(-1, labels.unsqueeze(-1)).squeeze(-1)


def share_right(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the share of samples whose largest logit is that of their label, (R,)."""
    return (logits.argmax(-1) == labels).to(logits.dtype).mean(-1)
