"""Who plays: the networks of an experiment, what each is given, and which outputs are whose."""

from __future__ import annotations

import torch
from torch import Tensor

from ganstudio.additions import Addition, Told
from ganstudio.additions.base import one_hot
from ganstudio.experiment import Experiment
from ganstudio.image_experiment import ImageExperiment
from ganstudio.nets import MLP, BoundCritic, Chain, Closeness, CriticShape, How, Parameters
from ganstudio.nets.pictures import Layout, generator_chain, looking, looking_parts
from ganstudio.training.augmentation import augmented
from ganstudio.training.player import Player

__all__ = ["Cast"]


class Cast:
    """The networks of an experiment.

    Attributes
    ----------
    sample : int
        Numbers of a sample: coordinates of the plane, or pixels of all channels.
    generator : Player
    critic, encoder : Player or None
    pack : int
        Samples that the critic sees at once.
    classes : int
        Of the data.
    """

    def __init__(self, experiment: Experiment, device: str) -> None:
        seeds = range(experiment.seed, experiment.seed + experiment.runs)
        additions = experiment.additions
        self._additions = dict(additions.active())
        self._picture = experiment.picture if isinstance(experiment, ImageExperiment) else None
        self._augmentation = experiment.augmentation if isinstance(experiment, ImageExperiment) else None
        self.sample = experiment.data.features
        self.classes = experiment.data.classes()
        self.latent = experiment.noise.dimensions
        self.pack = additions.packing.samples if additions.packing.on else 1
        self.labelled = any(addition.labelled for addition in self._additions.values())
        self.uniforms = sum(addition.uniforms for addition in self._additions.values())
        told = sum(addition.generator_inputs(self.classes) for addition in self._additions.values())

        def player(which: str, chain: Chain) -> Player:
            settings = experiment.critic_optimiser if which == "critic" else experiment.generator_optimiser
            return Player(which, chain, settings, seeds, device)

        self.generator = player("generator", self._generator_chain(experiment, self.latent + told))
        self.shape = self._critic_shape(experiment) if experiment.objective.critic != "none" else None
        self.critic = player("critic", self.shape.chain) if self.shape else None
        self.encoder: Player | None = None
        if additions.encoder.on or experiment.objective.critic == "none":
            # A variational encoder gives a mean and a log variance of each coordinate.
            outputs = self.latent * (2 if experiment.objective.critic == "none" else 1)
            self.encoder = player("encoder", self._encoder_chain(experiment, outputs))

    def _generator_chain(self, experiment: Experiment, inputs: int) -> Chain:
        if isinstance(experiment, ImageExperiment):
            return generator_chain(experiment.generator, inputs, experiment.picture)
        return Chain({"": MLP(experiment.generator, inputs, self.sample, output=experiment.generator.output)})

    def _encoder_chain(self, experiment: Experiment, outputs: int) -> Chain:
        if isinstance(experiment, ImageExperiment):
            return Chain(looking_parts(experiment.critic, Layout(experiment.picture), outputs))
        return Chain({"": MLP(experiment.generator, self.sample, outputs)})

    @property
    def players(self) -> list[Player]:
        """Everybody who learns."""
        return [player for player in (self.generator, self.critic, self.encoder) if player]

    def _critic_shape(self, experiment: Experiment) -> CriticShape:
        objective, constraints, additions = experiment.objective, experiment.constraints, experiment.additions
        self.condition = sum(addition.critic_inputs(self.classes) for addition in self._additions.values())
        latent = self.latent if additions.encoder.on else 0
        self._heads: dict[str, slice] = {}
        count = 0
        # A classifier's own logits come first: its T is made of them.
        for name in sorted(self._additions, key=lambda name: name != "semi_supervised"):
            size = self._additions[name].heads(self.classes)
            if size:
                self._heads[name] = slice(count, count + size)
            count += size
        kind = "classes" if additions.semi_supervised.on else objective.critic
        assert kind != "none"
        minibatch = additions.minibatch
        return CriticShape(
            settings=experiment.critic,
            kind=kind,
            inputs=self.pack * (self.sample + self.condition + latent),
            outputs=objective.outputs,
            heads=count,
            classes=self.classes if kind == "classes" else 0,
            bottleneck=getattr(objective, "bottleneck", 1),
            spectral=constraints.spectral_norm,
            gain=constraints.spectral_gain,
            closeness=Closeness(minibatch.kernels, minibatch.dimensions) if minibatch.on else None,
            layout=Layout(self._picture, self.pack, self.condition, latent) if self._picture else None,
        )

    # ---- what the generator is given ---------------------------------------------------------------

    def generate(self, parameters: Parameters, latents: Tensor, told: Told, how: How = "batch") -> Tensor:
        """Return generated samples (R, batch, sample)."""
        messages = self.messages(told)
        (network,) = self.generator.chain.bind(parameters, self.generator.statistics, how)
        return network(torch.cat([latents, *messages], dim=-1) if messages else latents)

    def messages(self, told: Told) -> list[Tensor]:
        """Return what the generator is given beside latents: classes and codes, (R, batch, numbers) each."""
        return [
            addition.generator_message(told, self.classes)
            for addition in self._additions.values()
            if addition.generator_inputs(self.classes)
        ]

    def encode(self, samples: Tensor, how: How = "batch") -> Tensor:
        """Return the encoder's output for samples (R, batch, sample)."""
        assert self.encoder is not None
        bound = self.encoder.chain.bind(self.encoder.leaves, self.encoder.statistics, how)
        if self._picture:
            return looking(Layout(self._picture), dict(zip(self.encoder.chain.parts, bound, strict=True)))(samples)
        (network,) = bound
        return network(samples)

    # ---- what the critic is given ------------------------------------------------------------------

    def features(self, samples: Tensor, labels: Tensor | None = None, latents: Tensor | None = None) -> Tensor:
        """Return samples (R, batch, sample) with their class and latent, as far as the critic is told."""
        parts = [samples]
        if self.condition:
            assert labels is not None
            parts.append(one_hot(labels, self.classes, samples))
        if latents is not None:
            parts.append(latents)
        return torch.cat(parts, dim=-1) if len(parts) > 1 else samples

    def packed(self, features: Tensor) -> Tensor:
        """Return features (R, pack x batch, n) as the critic sees them, (R, batch, pack x n)."""
        return features.unflatten(1, (-1, self.pack)).flatten(2) if self.pack > 1 else features

    @property
    def augments(self) -> bool:
        """Whether the critic sees anything but the samples themselves."""
        return self._augmentation is not None and self._augmentation.augments

    def augmented(self, samples: Tensor, uniform: Tensor) -> Tensor:
        """Return flat pictures as augmentation shows them to the critic."""
        assert self._picture is not None
        assert self._augmentation is not None
        return augmented(self._augmentation, samples, self._picture, uniform)

    def without_condition(self, seen: Tensor) -> Tensor:
        """Return numbers (..., features), one for each that the critic sees, with 0 in the place of its condition."""
        # A class is not a place: nothing is said about the critic's slope along it, and it is not to be disturbed.
        if not self.condition:
            return seen
        moving = torch.ones(seen.shape[-1], device=seen.device)
        moving.view(-1, self._features)[:, self.sample : self.sample + self.condition] = 0.0
        return moving * seen

    @property
    def _features(self) -> int:
        assert self.shape is not None
        return self.shape.inputs // self.pack

    def bind_critic(self, parameters: Parameters, how: How) -> BoundCritic:
        """Return the critic with these parameters."""
        assert self.critic is not None
        assert self.shape is not None
        return self.shape.bind(parameters, self.critic.statistics, how)

    def heads(self, critic: BoundCritic, seen: Tensor) -> dict[str, tuple[Addition, Tensor]]:
        """Return each addition that reads heads with their outputs (R, batch, heads) for what the critic sees."""
        if not self._heads:
            return {}
        outputs = critic.heads(seen)
        return {name: (self._additions[name], outputs[..., where]) for name, where in self._heads.items()}
