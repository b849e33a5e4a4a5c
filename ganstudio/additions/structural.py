"""Additions that change how a step is made rather than what is read off it; `ganstudio.training` does what they say."""

from __future__ import annotations

from typing import ClassVar

from ganstudio.additions.base import Addition, switch
from ganstudio.settings import setting

__all__ = ["Encoder", "InstanceNoise", "Minibatch", "Packing", "Quadrature", "Unrolling"]


class Encoder(Addition):
    """BiGAN: an encoder E, and a critic of pairs (x, E(x)) and (G(z), z). E and G minimise the same loss."""

    title: ClassVar[str] = "Encoder"
    paper: ClassVar[str] = "BiGAN, arXiv 1605.09782"
    on: bool = switch(
        "A third network maps samples to latents, and the critic sees both of each: at the optimum it inverts the "
        "generator. Click a point of the plane to see where it goes."
    )
    adversarial: bool = setting(
        True,
        "Adversarial",
        "The encoder learns from the critic (BiGAN). Off: only from reconstruction (VEEGAN).",
        expert=True,
    )
    reconstruction: float = setting(
        0.0,
        "Reconstruction",
        "Weight of E||z - E(G(z))||^2, which generator and encoder minimise as well. 0 for BiGAN, 1 for VEEGAN.",
        ge=0.0,
        le=100.0,
    )

    @property
    def summary(self) -> str:
        """What it is and its most telling settings, in a few words."""
        how = "encoder" if self.adversarial else "reconstructor"
        return how + (f", weight {self.reconstruction:g}" if self.reconstruction else "")


class Packing(Addition):
    """PacGAN: the critic sees several samples at once, all real or all generated (Lin et al. 2018)."""

    title: ClassVar[str] = "Packing"
    paper: ClassVar[str] = "PacGAN, arXiv 1712.04086"
    on: bool = switch("The critic judges several samples at once: a pack of look-alikes is easily told from real ones.")
    samples: int = setting(2, "Samples in a pack", "2 to 4 in the paper.", ge=2, le=16)

    @property
    def summary(self) -> str:
        """What it is and its most telling settings, in a few words."""
        return f"packs of {self.samples}"


class Unrolling(Addition):
    """Unrolled GAN: the generator's loss looks at the critic some steps ahead (Metz et al. 2016, equations 7 to 10)."""

    title: ClassVar[str] = "Unrolling"
    paper: ClassVar[str] = "Unrolled GAN, arXiv 1611.02163"
    on: bool = switch("The generator sees the critic as it will be after some steps against it.")
    steps: int = setting(5, "Steps ahead", "Critic steps that are looked ahead. 5 to 10 in the paper.", ge=1, le=20)
    rate: float = setting(
        0.1,
        "Step size \u03b7",
        "Of the plain gradient steps that are looked ahead. 0.01 to 1 is sane.",
        gt=0.0,
        le=100.0,
        logarithmic=True,
    )

    @property
    def summary(self) -> str:
        """What it is and its most telling settings, in a few words."""
        return f"{self.steps} critic steps ahead, size {self.rate:g}"


class Minibatch(Addition):
    """Minibatch discrimination: the critic also sees how close a sample is to the others (Salimans et al. 2016)."""

    title: ClassVar[str] = "Minibatch"
    paper: ClassVar[str] = "Minibatch discrimination, arXiv 1606.03498"
    on: bool = switch("The critic's last layer also sees how close each sample is to the others of its batch.")
    kernels: int = setting(8, "Kernels", "Measures of closeness. 4 to 100.", ge=1, le=256)
    dimensions: int = setting(4, "Dimensions", "Of each measure. 2 to 5.", ge=1, le=64, expert=True)

    @property
    def summary(self) -> str:
        """What it is and its most telling settings, in a few words."""
        return f"minibatch discrimination, {self.kernels} kernels of {self.dimensions}"


class InstanceNoise(Addition):
    """Noise on all that the critic sees (Sonderby et al. 2016, arXiv 1610.04490; Arjovsky and Bottou 2017)."""

    title: ClassVar[str] = "Instance noise"
    paper: ClassVar[str] = "Instance noise, arXiv 1610.04490"
    on: bool = switch("Normal noise on real and generated samples before the critic, so that both overlap.")
    deviation: float = setting(
        0.3,
        "Deviation",
        "Standard deviation at the start, in units of the plane. 0.05 to 0.5 is sane.",
        gt=0.0,
        le=100.0,
    )
    steps: int = setting(
        1500,
        "Fades until",
        "Generator step at which the noise has fallen linearly to 0. 0 keeps it for ever.",
        ge=0,
        le=10_000_000,
        unit="steps",
    )

    def deviation_at(self, step: int) -> float:
        """Return the standard deviation at a generator step."""
        return self.deviation * (max(0.0, 1.0 - step / self.steps) if self.steps else 1.0)

    @property
    def summary(self) -> str:
        """What it is and its most telling settings, in a few words."""
        until = f" until step {self.steps:,}" if self.steps else ""
        return f"instance noise {self.deviation:g}{until}"


class Quadrature(Addition):
    """Expectations as weighted sums over a grid instead of means of samples: a survey author's proposal (Yang 2018).

    It needs the density of the data, and so is a demonstration and no method. It takes away the noise of sampling;
    what saturates still saturates.
    """

    title: ClassVar[str] = "Quadrature"
    paper: ClassVar[str] = "proposed in a survey of 2018"
    on: bool = switch(
        "Both expectations are sums over grids, of the data's density and of the latents', instead of means of samples."
    )
    data_nodes: int = setting(
        64,
        "Data grid",
        "Nodes along each axis of the plane; more if modes are narrower than their distance.",
        ge=8,
        le=512,
    )
    latent_nodes: int = setting(
        21, "Latent grid", "Nodes along each latent coordinate, from -4 to 4 or over the uniform prior.", ge=3, le=101
    )

    @property
    def summary(self) -> str:
        """What it is and its most telling settings, in a few words."""
        data, latents = self.data_nodes, self.latent_nodes
        return f"quadrature, {data} x {data} data, {latents} x {latents} latents"
