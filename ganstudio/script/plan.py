"""What a script has to have: the networks' sizes, what they are given and what is drawn, as training has them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ganstudio.additions import Addition
from ganstudio.experiment import Experiment
from ganstudio.settings import SettingsError

__all__ = ["PLANE", "SAMPLES", "Plan"]

PLANE = 2
"""Coordinates of a sample."""
SAMPLES = 2500
"""Samples that a script leaves, as many as the program measures."""
BLOCK_STEPS = 64
"""The most steps whose numbers are drawn at once."""
BLOCK_NUMBERS = 2**20
"""The most numbers in such a block."""
STRUCTURAL = ("encoder", "packing", "unrolling", "minibatch", "instance_noise", "quadrature")
"""Additions that change how a step is made. What others do they say themselves."""
HEAD_NAMES = {"classifier": "classes", "information": "codes", "semi_supervised": "logits"}
"""What a further output of the critic is called; that of any other addition has the addition's name."""


@dataclass(frozen=True)
class Plan:
    """An experiment, and what follows from it.

    Attributes
    ----------
    experiment
        What is trained.
    steps
        Generator steps, unless the script is told otherwise.
    """

    experiment: Experiment
    steps: int

    @cached_property
    def active(self) -> dict[str, Addition]:
        """The additions that are on."""
        return dict(self.experiment.additions.active())

    @property
    def has_critic(self) -> bool:
        """Whether there is a critic."""
        return self.experiment.objective.critic != "none"

    @property
    def encodes(self) -> bool:
        """Whether the critic sees pairs of a sample and a latent."""
        return self.experiment.additions.encoder.on

    @property
    def integrates(self) -> bool:
        """Whether expectations are sums over grids."""
        return self.experiment.additions.quadrature.on

    @property
    def few(self) -> bool:
        """Whether the critic learns classes from a few labelled samples."""
        return self.experiment.additions.semi_supervised.on

    @property
    def latent(self) -> int:
        """Coordinates of a latent."""
        return self.experiment.noise.dimensions

    @cached_property
    def classes(self) -> int:
        """Classes of the data."""
        return self.experiment.data.classes()

    @property
    def pack(self) -> int:
        """Samples that the critic sees at once."""
        packing = self.experiment.additions.packing
        return packing.samples if packing.on else 1

    @property
    def batch(self) -> int:
        """Samples of each kind that a step draws."""
        return self.experiment.training.batch * self.pack

    @cached_property
    def labelled(self) -> bool:
        """Whether real samples come with their classes."""
        return any(addition.labelled for addition in self.active.values())

    @cached_property
    def uniforms(self) -> int:
        """Uniform numbers of which a sample's codes are made."""
        return sum(addition.uniforms for addition in self.active.values())

    @cached_property
    def told(self) -> list[Addition]:
        """The additions that tell the generator something."""
        return [addition for addition in self.active.values() if addition.generator_inputs(self.classes)]

    @cached_property
    def condition(self) -> int:
        """Numbers by which the critic is told a sample's class."""
        return sum(addition.critic_inputs(self.classes) for addition in self.active.values())

    @property
    def features(self) -> int:
        """Numbers by which the critic sees one sample."""
        return PLANE + self.condition + (self.latent if self.encodes else 0)

    @property
    def inputs(self) -> int:
        """Numbers that the critic sees at once."""
        return self.pack * self.features

    @property
    def kind(self) -> str:
        """Which kind of critic: what the objective asks for, or "classes"."""
        return "classes" if self.few else self.experiment.objective.critic

    @cached_property
    def heads(self) -> dict[str, int]:
        """The critic's further outputs: addition -> how many, a classifier's own first."""
        order = sorted(self.active, key=lambda name: name != "semi_supervised")
        sizes = {name: self.active[name].heads(self.classes) for name in order}
        return {name: size for name, size in sizes.items() if size}

    @property
    def couples(self) -> bool:
        """Whether what the critic says of a sample depends on the others."""
        return self.experiment.critic.normalisation == "batch" or self.experiment.additions.minibatch.on

    def refuse(self) -> None:
        """Raise a `SettingsError` for what a script cannot repeat yet."""
        additions, objective = self.experiment.additions, self.experiment.objective
        if additions.unrolling.on and self.few and additions.semi_supervised.feature_matching:
            raise SettingsError(
                "additions.unrolling.on: a script cannot yet look ahead at features; turn off one of both"
            )
        if additions.unrolling.on and getattr(objective, "redraw", False):
            raise SettingsError("additions.unrolling.on: a script cannot yet draw anchors while it looks ahead")
        for name, addition in self.active.items():
            if name not in STRUCTURAL and not (addition.heads(self.classes) or addition.generator_inputs(self.classes)):
                raise SettingsError(f"additions.{name}.on: a script cannot repeat {addition.title.lower()} yet")

    def head_name(self, addition: str) -> str:
        """Return what an addition's outputs of the critic are called."""
        return HEAD_NAMES.get(addition, addition)

    def block_steps(self, numbers: int, batch: int) -> int:
        """Return for how many steps random numbers are drawn at once, so many for each sample of a batch."""
        return max(1, min(BLOCK_STEPS, BLOCK_NUMBERS // (batch * numbers)))
