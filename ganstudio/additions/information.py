"""InfoGAN: Chen et al. 2016, arXiv 1606.03657, equations (5) and (6).

The generator is given a code c, and Q, a head on the critic's trunk, reads it back. Both networks minimise -lambda L_I
with the bound L_I = E[log Q(c | x)] + H(c) <= I(c; G(z, c)).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

from array_api_compat import array_namespace

from ganstudio.additions.base import Addition, Told, cross_entropy, one_hot, share_right, switch
from ganstudio.settings import setting

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Information"]

CONTINUOUS_ENTROPY = math.log(2.0)
"""Of a code that is uniform on [-1, 1], in nats."""


class Information(Addition):
    """Codes that have to be readable in what is generated: one of several categories, and numbers from -1 to 1."""

    title: ClassVar[str] = "Codes"
    paper: ClassVar[str] = "InfoGAN, arXiv 1606.03657"
    on: bool = switch("The generator is given codes that the critic has to read back, and so gives them a meaning.")
    categories: int = setting(
        8, "Categories", "Of the categorical code; 0 leaves it out. The number of modes is natural.", ge=0, le=64
    )
    continuous: int = setting(
        1, "Continuous codes", "Numbers from -1 to 1: c1, c2, ... The paper's MNIST has 2.", ge=0, le=8
    )
    weight: float = setting(
        1.0,
        "Weight \u03bb",
        "Of the mutual information. 1 in the paper.",
        ge=0.0,
        le=100.0,
        logarithmic=True,
    )

    @property
    def summary(self) -> str:
        """What it is and its most telling settings, in a few words."""
        parts = [f"{self.categories} categories"] if self.categories else []
        parts += [f"{self.continuous} continuous"] if self.continuous else []
        return f"codes: {', '.join(parts)}, weight {self.weight:g}"

    @property
    def uniforms(self) -> int:
        """One number for the category and one for each continuous code."""
        return 1 + self.continuous

    @property
    def most(self) -> float:
        """The largest value of the bound in nats: a Gaussian of deviation 1 cannot tell all that is in a number."""
        density = 0.5 * math.log(2 * math.pi)
        return (math.log(self.categories) if self.categories else 0.0) + self.continuous * (
            CONTINUOUS_ENTROPY - density
        )

    def generator_inputs(self, classes: int) -> int:
        """Return the categories and the continuous codes."""
        return self.categories + self.continuous

    def generator_message(self, told: Told, classes: int) -> Tensor:
        """Return the category, one-hot, and the continuous codes, beside one another."""
        numbers = self.numbers(told)
        if not self.categories:
            return numbers
        category = one_hot(self.category(told), self.categories, told.uniform)
        codes: Tensor = array_namespace(numbers).concat([category, numbers], axis=-1)
        return codes

    def category(self, told: Told) -> Tensor:
        """Return the category of each sample, (R, batch)."""
        # float32 can round up to the number of categories itself.
        return (told.uniform[..., 0] * self.categories).long().clamp(max=max(self.categories - 1, 0))

    def numbers(self, told: Told) -> Tensor:
        """Return the continuous codes of each sample, (R, batch, continuous), from -1 to 1."""
        return 2 * told.uniform[..., 1:] - 1

    def heads(self, classes: int) -> int:
        """Return the categories' logits and the continuous codes' means."""
        return self.categories + self.continuous

    def information(self, read: Tensor, told: Told) -> Tensor:
        """Return the bound L_I in nats, (R,), the sum over the codes; a continuous one has deviation 1 as released."""
        bound = read.new_zeros(read.shape[0])
        if self.categories:
            miss = cross_entropy(read[..., : self.categories], self.category(told)).mean(-1)
            bound = bound + math.log(self.categories) - miss
        for index in range(self.continuous):
            code, mean = self.numbers(told)[..., index], read[..., self.categories + index]
            bound = bound + CONTINUOUS_ENTROPY - gaussian_miss(code, mean).mean(-1)
        return bound

    def critic_loss(self, real: Tensor, fake: Tensor, told: Told, classes: int) -> Tensor:
        """Return -lambda L_I, (R,)."""
        return -self.weight * self.information(fake, told)

    def generator_loss(self, fake: Tensor, told: Told, classes: int) -> Tensor:
        """Return -lambda L_I, (R,)."""
        return -self.weight * self.information(fake, told)

    def report(self, fake: Tensor, told: Told, classes: int) -> dict[str, Tensor]:
        """Return the bound, the share of categories read right, and how well numbers are read (correlation)."""
        report = {"mutual information": self.information(fake, told)}
        if self.categories:
            report["category read"] = share_right(fake[..., : self.categories], self.category(told))
        for index in range(self.continuous):
            mean = fake[..., self.categories + index]
            report[f"c{index + 1} read"] = correlation(self.numbers(told)[..., index], mean)
        return report


def gaussian_miss(code: Tensor, mean: Tensor, deviation: float | Tensor = 1.0) -> Tensor:
    """Return -log of the normal density of a code, in nats."""
    variance = deviation**2
    return 0.5 * (code - mean).square() / variance + 0.5 * (mean.new_tensor(2 * math.pi) * variance).log()


def correlation(a: Tensor, b: Tensor) -> Tensor:
    """Return Pearson's correlation over the last axis, 0 where one side does not vary."""
    a, b = a - a.mean(-1, keepdim=True), b - b.mean(-1, keepdim=True)
    return (a * b).sum(-1) / (a.square().sum(-1) * b.square().sum(-1)).sqrt().clamp(min=1e-12)
