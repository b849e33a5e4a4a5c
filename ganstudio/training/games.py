"""What one update is: the critic's and the generator's, and that of a method without a critic."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Protocol

import torch
from torch import Tensor

from ganstudio.experiment import Experiment
from ganstudio.nets import BoundCritic, Parameters
from ganstudio.nets.penalties import (
    around,
    around_released,
    batch_deviation,
    between,
    centred_on_one,
    centred_on_zero,
)
from ganstudio.nets.protocols import input_gradient
from ganstudio.objectives import AdversarialObjective, Rule
from ganstudio.objectives.base import Objective
from ganstudio.objectives.variational import Variational
from ganstudio.training import streams
from ganstudio.training.augmentation import NUMBERS
from ganstudio.training.cast import Cast
from ganstudio.training.draws import Batch, Draws
from ganstudio.training.labels import labelled_points
from ganstudio.training.optimisers import decayed
from ganstudio.training.player import State, descend
from ganstudio.training.quadrature import Grids
from ganstudio.training.witness import Witness

__all__ = ["Adversarial", "Autoencoding", "Game", "Terms", "begin"]

Terms = dict[str, Tensor]
"""What an update has to plot: name -> (R,), detached."""


class Game(Protocol):
    """Two kinds of update. `experiment` is the present one, in which live settings may have changed.

    Attributes
    ----------
    witness
        Who is told of each update's samples, if anybody is.
    """

    witness: Witness | None

    def critic_update(self, experiment: Experiment, step: int) -> Terms:
        """Do one critic step at a generator step."""

    def generator_update(self, experiment: Experiment, step: int) -> Terms:
        """Do one generator step."""

    def saved(self) -> State:
        """Return a copy of what changes beside the networks."""

    def restore(self, saved: State) -> None:
        """Go back to what `saved` returned."""

    def change_data(self, experiment: Experiment) -> None:
        """Learn other data of the same kind from now on."""


def begin(experiment: Experiment, cast: Cast, draws: Draws, device: str) -> Game:
    """Return the game that an experiment is."""
    if isinstance(experiment.objective, Variational):
        return Autoencoding(experiment.objective, cast, draws)
    return Adversarial(experiment, cast, draws, device)


class Adversarial:
    """A critic against a generator, and an encoder on the generator's side if there is one."""

    def __init__(self, experiment: Experiment, cast: Cast, draws: Draws, device: str) -> None:
        assert isinstance(experiment.objective, AdversarialObjective)
        self._objective = experiment.objective
        self._cast = cast
        self.witness: Witness | None = None
        self._device = device
        self._real_weights: Tensor | None = None
        self._fake_weights: Tensor | None = None
        self._rule: Rule = self._objective.begin(range(experiment.seed, experiment.seed + experiment.runs))
        self._critic_batches, self._generator_batches = draws.critic, draws.generator
        if experiment.additions.quadrature.on:
            self._use_grids(Grids(experiment, device))
        self._streams: dict[str, Iterator[Tensor]] = {}
        self._draws = draws
        if experiment.additions.semi_supervised.on:
            self._labelled = labelled_points(experiment, device)

    def saved(self) -> State:
        """Return a copy of the losses' memory."""
        return {name: torch.as_tensor(value).clone() for name, value in self._rule.memory().items()}

    def restore(self, saved: State) -> None:
        """Go back to it."""
        self._rule.remember(saved)

    def change_data(self, experiment: Experiment) -> None:
        """Take a grid over the other data, if expectations are sums over one."""
        if experiment.additions.quadrature.on:
            self._use_grids(Grids(experiment, self._device))

    def _use_grids(self, grids: Grids) -> None:
        """Take weighted sums over grids for expectations."""
        self._rule = grids.rule
        self._real_weights, self._fake_weights = grids.rule.real_weights, grids.rule.fake_weights
        self._critic_batches, self._generator_batches = grids.critic, grids.generator

    # ---- updates -----------------------------------------------------------------------------------

    def critic_update(self, experiment: Experiment, step: int) -> Terms:
        """Do one critic step; return its loss without and with what is added to it."""
        cast, player = self._cast, self._cast.critic
        assert player is not None
        batch = self._next(experiment, self._critic_batches)
        with torch.no_grad():
            fake = cast.generate(cast.generator.constants, batch.latents, batch.told)
            encoded = cast.encode(batch.real) if experiment.additions.encoder.on else None
        if self.witness:
            self.witness.saw(batch, fake, encoded)
        critic = cast.bind_critic(player.leaves, "learn")
        real, fake = self._seen(experiment, step, batch, fake, encoded)
        few = experiment.additions.semi_supervised.on
        # First, so that the company that minibatch discrimination remembers is a whole batch.
        labelled = {"labelled": self._labelled_loss(experiment, critic)} if few else {}
        losses = {"critic": self._rule.critic_loss(critic, real, fake)}
        losses |= self._critic_heads(critic, real, fake, batch)
        reports = self._classes_right(experiment, critic, real, batch)
        losses |= labelled
        if experiment.constraints.penalises:
            inputs = self._objective.inputs(real, fake)
            losses["penalty"] = self._penalty(experiment, critic, player.leaves, *inputs)
        descend([player], _total(losses), _rate(experiment, "critic", step))
        clip = experiment.constraints.weight_clip
        if clip > 0:
            player.parameters.clamp_(-clip, clip)
        return {name: value.detach() for name, value in (losses | reports).items()}

    def generator_update(self, experiment: Experiment, step: int) -> Terms:
        """Do one generator step; the critic's parameters are constants in it, or, unrolled, a function of it."""
        cast, additions = self._cast, experiment.additions
        assert cast.critic is not None
        batch = self._next(experiment, self._generator_batches)
        fake = cast.generate(cast.generator.leaves, batch.latents, batch.told, "learn")
        encoded = cast.encode(batch.real, "learn") if additions.encoder.on else None
        if self.witness:
            self.witness.saw(batch, fake, encoded)
        if encoded is not None and not additions.encoder.adversarial:
            encoded = encoded.detach()
        real, seen = self._seen(experiment, step, batch, fake, encoded)
        parameters: Parameters = cast.critic.constants
        if additions.unrolling.on:
            parameters = self._unrolled(experiment, cast.critic.parameters.detach(), real, seen)
        critic = cast.bind_critic(parameters, "batch")
        losses = {"generator": self._generator_loss(experiment, critic, real, seen)}
        if encoded is not None:
            losses |= self._encoder_losses(experiment, critic, real, batch, fake)
        head_losses, reports = self._generator_heads(critic, real, seen, batch)
        losses |= head_losses
        players = [cast.generator, cast.encoder] if cast.encoder else [cast.generator]
        descend(players, _total(losses), _rate(experiment, "generator", step))
        return {name: value.detach() for name, value in (losses | reports | self._rule.report()).items()}

    # ---- what the critic sees ----------------------------------------------------------------------

    def _next(self, experiment: Experiment, batches: Iterator[Batch]) -> Batch:
        """Return the next step's numbers; Odena's critic knows no other real samples than the labelled ones."""
        batch, few = next(batches), experiment.additions.semi_supervised
        if not few.on or few.unlabelled:
            return batch
        points, labels = self._labelled
        chosen = torch.arange(batch.real.shape[1], device=points.device) % points.shape[1]
        return batch.with_real(points[:, chosen], labels[:, chosen])

    def _seen(
        self, experiment: Experiment, step: int, batch: Batch, fake: Tensor, encoded: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """Return what the critic sees of real and generated samples: noisy, with class and latent, in packs."""
        cast, noise, real = self._cast, experiment.additions.instance_noise, batch.real
        if noise.on:
            both = self._stream("instance noise", partial(streams.normals, 2 * cast.sample))
            of_real, of_fake = (noise.deviation_at(step) * both).chunk(2, dim=-1)
            real, fake = real + of_real, fake + of_fake
        if cast.augments:
            real, fake = (
                cast.augmented(side, self._stream(f"augmentation of {which}", partial(streams.uniforms, NUMBERS)))
                for which, side in (("real", real), ("generated", fake))
            )
        latents = batch.latents if encoded is not None else None
        labels = batch.told.labels
        return (
            cast.packed(cast.features(real, labels, encoded)),
            cast.packed(cast.features(fake, labels, latents)),
        )

    def _stream(self, purpose: str, draw: Any, count: int | None = None) -> Tensor:
        """Return the next numbers (R, batch, features) of a stream that begins when it is first asked for."""
        if purpose not in self._streams:
            self._streams[purpose] = self._draws.stream(purpose, draw, count)
        return next(self._streams[purpose])

    # ---- losses ------------------------------------------------------------------------------------

    def _critic_heads(self, critic: BoundCritic, real: Tensor, fake: Tensor, batch: Batch) -> Terms:
        """Return what additions that read heads add to the critic's loss."""
        of_real, of_fake = (self._heads(critic, side) for side in self._objective.inputs(real, fake))
        return {
            addition.title.lower(): addition.critic_loss(outputs, of_fake[name][1], batch.told, self._cast.classes)
            for name, (addition, outputs) in of_real.items()
        }

    def _heads(self, critic: BoundCritic, seen: Tensor) -> dict[str, tuple[Any, Tensor]]:
        heads = self._cast.heads(critic, seen)
        heads.pop("semi_supervised", None)  # which learns from its own samples
        return heads

    def _generator_heads(self, critic: BoundCritic, real: Tensor, fake: Tensor, batch: Batch) -> tuple[Terms, Terms]:
        """Return what additions that read heads add to the generator's loss, and what they have to plot."""
        _, seen = self._objective.inputs(real, fake)
        losses: Terms = {}
        reports: Terms = {}
        for addition, outputs in self._heads(critic, seen).values():
            losses[f"{addition.title.lower()} (G)"] = addition.generator_loss(outputs, batch.told, self._cast.classes)
            reports |= addition.report(outputs.detach(), batch.told, self._cast.classes)
        return losses, reports

    def _labelled_loss(self, experiment: Experiment, critic: BoundCritic) -> Tensor:
        points, labels = self._labelled
        with torch.no_grad():
            encoded = self._cast.encode(points) if experiment.additions.encoder.on else None
        outputs = self._cast.heads(critic, self._cast.features(points, labels, encoded))["semi_supervised"][1]
        return experiment.additions.semi_supervised.supervised_loss(outputs, labels)

    def _classes_right(self, experiment: Experiment, critic: BoundCritic, real: Tensor, batch: Batch) -> Terms:
        """Return how many real samples a critic that learns from few labels names right, which it is never told."""
        few = experiment.additions.semi_supervised
        if not (few.on and few.unlabelled):
            return {}
        outputs = self._cast.heads(critic, real)["semi_supervised"][1]
        return {"class accuracy": (outputs.argmax(-1) == batch.told.labels).float().mean(-1)}

    def _generator_loss(self, experiment: Experiment, critic: BoundCritic, real: Tensor, fake: Tensor) -> Tensor:
        few = experiment.additions.semi_supervised
        if few.on and few.feature_matching:
            return few.matching_loss(critic.features(real), critic.features(fake))
        return self._rule.generator_loss(critic, real, fake)

    def _encoder_losses(
        self, experiment: Experiment, critic: BoundCritic, real: Tensor, batch: Batch, fake: Tensor
    ) -> Terms:
        """Return the loss by which real pairs are moved towards generated ones, and that of reconstructed latents."""
        settings, losses = experiment.additions.encoder, {}
        if settings.adversarial:
            loss = self._objective.encoder_loss(critic, real)
            if loss is not None:
                losses["encoder"] = loss
        if settings.reconstruction > 0:
            miss = (batch.latents - self._cast.encode(fake)).square().sum(-1).mean(-1)
            losses["latent miss"] = settings.reconstruction * miss
        return losses

    def _unrolled(self, experiment: Experiment, parameters: Tensor, real: Tensor, fake: Tensor) -> Tensor:
        """Return the critic's parameters some plain gradient steps ahead, as a function of the generator's."""
        settings, clip = experiment.additions.unrolling, experiment.constraints.weight_clip
        parameters = parameters.requires_grad_()
        for _ in range(settings.steps):
            critic = self._cast.bind_critic(parameters, "batch")
            loss = self._rule.critic_loss(critic, real, fake)
            if experiment.constraints.penalises:
                inputs = self._objective.inputs(real, fake)
                loss = loss + self._penalty(experiment, critic, parameters, *inputs)
            (gradient,) = torch.autograd.grad(loss.sum(), parameters, create_graph=True)
            parameters = parameters - settings.rate * gradient
            if clip > 0:
                parameters = parameters.clamp(-clip, clip)
        return parameters

    # ---- the gradient penalty ----------------------------------------------------------------------

    def _penalty(
        self, experiment: Experiment, critic: BoundCritic, parameters: Parameters, real: Tensor, fake: Tensor
    ) -> Tensor:
        """Return the weighted gradient penalty, (R,), of a critic with these parameters."""
        constraints, cast = experiment.constraints, self._cast
        if critic.couples_samples:
            # The points are nobody's samples: what the critic remembers does not learn from them.
            critic = cast.bind_critic(parameters, "batch")
        features, real, fake = real.shape[-1], real.detach(), fake.detach()

        def slope(points: Tensor) -> Tensor:
            found = cast.without_condition(self._slope(critic, points))
            if self.witness:
                self.witness.punished(points, found)
            return found

        def uniform(count: int) -> Tensor:
            purpose = f"penalty {count}" if count > 1 else "penalty"
            # A grid has as many nodes as it has, whatever the batch.
            nodes = None if self._real_weights is None else real.shape[1]
            return self._stream(purpose, partial(streams.uniforms, count), nodes)[:, : real.shape[1]]

        match constraints.gradient_penalty:
            case "between":
                values = centred_on_one(slope(between(real, fake, uniform(1))), one_sided=constraints.one_sided)
                return constraints.penalty_weight * values.mean(-1)
            case "around":
                normal = self._stream("penalty normal", partial(streams.normals, features), real.shape[1])
                spread = constraints.around_spread * batch_deviation(real[..., : cast.sample])
                points = around(real, cast.without_condition(normal), spread)
            case "around_released":
                points = around_released(
                    real,
                    cast.without_condition(uniform(features)),
                    uniform(1),
                    batch_deviation(real[..., : cast.sample]),
                )
            case "real":
                return constraints.penalty_weight * self._mean(centred_on_zero(slope(real)), self._real_weights)
            case "fake":
                return constraints.penalty_weight * self._mean(centred_on_zero(slope(fake)), self._fake_weights)
            case _:
                on_real = self._mean(centred_on_zero(slope(real)), self._real_weights)
                on_fake = self._mean(centred_on_zero(slope(fake)), self._fake_weights)
                return constraints.penalty_weight * (on_real + on_fake)
        values = centred_on_one(slope(points), one_sided=constraints.one_sided)
        return constraints.penalty_weight * self._mean(values, self._real_weights)

    def _slope(self, critic: BoundCritic, points: Tensor) -> Tensor:
        """Return the gradient of the objective's score in the points."""
        if type(self._objective).score is Objective.score:
            return critic.input_gradient(points)
        return input_gradient(partial(self._objective.score, critic), points)

    def _mean(self, values: Tensor, weights: Tensor | None) -> Tensor:
        return values.mean(-1) if weights is None else (weights * values).sum(-1)


class Autoencoding:
    """An encoder and the generator as its decoder, without a critic."""

    def __init__(self, objective: Variational, cast: Cast, draws: Draws) -> None:
        self.witness: Witness | None = None
        self._objective = objective
        self._cast = cast
        self._batches = draws.generator

    def critic_update(self, experiment: Experiment, step: int) -> Terms:
        """Do nothing: there is no critic."""
        return {}

    def generator_update(self, experiment: Experiment, step: int) -> Terms:
        """Do one step of encoder and decoder."""
        cast = self._cast
        assert cast.encoder is not None
        batch = next(self._batches)
        mean, log_variance = cast.encode(batch.real, "learn").chunk(2, dim=-1)
        latents = mean + batch.latents * (0.5 * log_variance).exp()
        copies = cast.generate(cast.generator.leaves, latents, batch.told, "learn")
        if self.witness:
            self.witness.saw(batch, copies, mean, latents)
        losses = {
            "reconstruction": self._objective.reconstruction(batch.real, copies),
            "divergence": self._objective.divergence(mean, log_variance),
        }
        loss = losses["reconstruction"] + losses["divergence"]
        descend([cast.generator, cast.encoder], loss, _rate(experiment, "generator", step))
        return {name: value.detach() for name, value in {"generator": loss, **losses}.items()}

    def saved(self) -> State:
        """Return nothing: all that changes is in the networks."""
        return {}

    def restore(self, saved: State) -> None:
        """Do nothing."""

    def change_data(self, experiment: Experiment) -> None:
        """Do nothing: the streams draw from the other data."""


def _total(losses: Terms) -> Tensor:
    """Return the sum of all losses, (R,)."""
    first, *others = losses.values()
    return sum(others, first)


def _rate(experiment: Experiment, which: str, step: int) -> float:
    """Return a player's learning rate at a generator step."""
    start = getattr(experiment, f"{which}_optimiser").learning_rate
    return decayed(start, step, experiment.training.decay_steps)
