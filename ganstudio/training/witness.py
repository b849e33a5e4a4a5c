"""Who is told what an update works on."""

from __future__ import annotations

from torch import Tensor

from ganstudio.training.draws import Batch

__all__ = ["Witness"]


class Witness:
    """Remembers what an update worked on.

    Attributes
    ----------
    batch, fake
        Its numbers, and the generated samples (R, batch, 2); None before it.
    sample_gradient
        The loss's gradient at the generated samples, (R, batch, 2), once it has been taken; None if it was not.
    """

    def __init__(self) -> None:
        self.batch: Batch | None = None
        self.fake: Tensor | None = None
        self.sample_gradient: Tensor | None = None

    def saw(self, batch: Batch, fake: Tensor) -> None:
        """Take note of an update's batch and generated samples, before their loss is differentiated."""
        self.batch, self.fake = batch, fake.detach()
        if fake.requires_grad:
            fake.register_hook(self._note)

    def _note(self, gradient: Tensor) -> None:
        self.sample_gradient = gradient.detach()
