"""Conditional GAN: Mirza and Osindero 2014, arXiv 1411.1784. Both networks are told the class."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ganstudio.additions.base import Addition, Told, one_hot, switch

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Conditional"]


class Conditional(Addition):
    """The class, one-hot, is a further input of the generator and of the critic, also for generated samples."""

    title: ClassVar[str] = "Condition"
    paper: ClassVar[str] = "CGAN, arXiv 1411.1784"
    labelled: ClassVar[bool] = True
    on: bool = switch(
        "Generator and critic are told the class of each sample: its mode, arm or box, or the eighth of its curve."
    )

    @property
    def summary(self) -> str:
        """What it is and its most telling settings, in a few words."""
        return "told the class"

    def generator_inputs(self, classes: int) -> int:
        """Return the number of classes."""
        return classes

    def generator_message(self, told: Told, classes: int) -> Tensor:
        """Return the class, one-hot."""
        return one_hot(told.labels, classes, told.uniform)

    def critic_inputs(self, classes: int) -> int:
        """Return the number of classes."""
        return classes
