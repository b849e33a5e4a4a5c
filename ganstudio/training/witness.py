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
    latents
        What they were made of, (R, batch, dimensions): the batch's, or an encoder's.
    encoded
        What an encoder makes of the real samples, (R, batch, dimensions); None without one.
    sample_gradient
        The loss's gradient at the generated samples, (R, batch, 2), once it has been taken; None if it was not.
    penalised
        Where a gradient penalty looked, in turn: points (R, n, features) and the critic's gradient there.
    """

    def __init__(self) -> None:
        self.batch: Batch | None = None
        self.fake: Tensor | None = None
        self.latents: Tensor | None = None
        self.encoded: Tensor | None = None
        self.sample_gradient: Tensor | None = None
        self.penalised: list[tuple[Tensor, Tensor]] = []

    def saw(self, batch: Batch, fake: Tensor, encoded: Tensor | None = None, latents: Tensor | None = None) -> None:
        """Take note of what an update works on, before its loss is differentiated; latents are the batch's if None."""
        self.batch, self.fake = batch, fake.detach()
        self.latents = batch.latents if latents is None else latents.detach()
        self.encoded = None if encoded is None else encoded.detach()
        if fake.requires_grad:
            fake.register_hook(self._note)

    def punished(self, points: Tensor, gradient: Tensor) -> None:
        """Take note of a gradient penalty's points and the critic's gradient at them."""
        self.penalised.append((points.detach(), gradient.detach()))

    def _note(self, gradient: Tensor) -> None:
        self.sample_gradient = gradient.detach()
