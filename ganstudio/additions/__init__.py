"""What methods add to an objective: one line here for each, whose name is its section in an experiment."""

from __future__ import annotations

from collections.abc import Iterator

from ganstudio.additions.base import Addition, Told
from ganstudio.additions.classifier import Classifier
from ganstudio.additions.conditional import Conditional
from ganstudio.additions.information import Information
from ganstudio.additions.semi_supervised import SemiSupervised
from ganstudio.additions.structural import Encoder, InstanceNoise, Minibatch, Packing, Quadrature, Unrolling
from ganstudio.settings import Settings

__all__ = ["Addition", "Additions", "Told"]


class Additions(Settings):
    """All additions, each with its switch; none is on unless a method says so."""

    conditional: Conditional = Conditional()
    classifier: Classifier = Classifier()
    information: Information = Information()
    semi_supervised: SemiSupervised = SemiSupervised()
    encoder: Encoder = Encoder()
    packing: Packing = Packing()
    unrolling: Unrolling = Unrolling()
    minibatch: Minibatch = Minibatch()
    instance_noise: InstanceNoise = InstanceNoise()
    quadrature: Quadrature = Quadrature()

    def active(self) -> Iterator[tuple[str, Addition]]:
        """Yield name and settings of each addition that is on, in the order of the table."""
        for name, addition in self:
            if addition.on:
                yield name, addition
