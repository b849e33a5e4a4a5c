"""The trainer: plain Python and torch, for the engine, the command line and notebooks alike."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganstudio import metrics
from ganstudio.experiment import Experiment
from ganstudio.messages import Losses
from ganstudio.nets import MLP, ScalarCritic, Statistics
from ganstudio.objectives import OBJECTIVES, between, gradient_penalty
from ganstudio.settings import SettingsError
from ganstudio.training import streams
from ganstudio.training.device import choose_device
from ganstudio.training.optimisers import decayed, make_optimiser

__all__ = ["NonFiniteLoss", "Trainer"]

FLUSH_ITERATIONS = 50
"""How many iterations of losses stay on the device before they are read and checked."""

SAMPLES = 2500
"""Samples that metrics look at, VEEGAN's number."""

PROBES = 128
"""Samples by which a check sees whether the networks' outputs are finite."""

Window = tuple[float, float, float, float]


class NonFiniteLoss(ArithmeticError):
    """A loss or an output became NaN or infinite; the trainer is back at its last finite state.

    Attributes
    ----------
    seed, step, what
        Whose run, generator step, and what it was, for example "critic loss" or "networks' output".
    """

    def __init__(self, seed: int, step: int, what: str) -> None:
        super().__init__(f"the {what} of seed {seed} became NaN or infinite at generator step {step:,}")
        self.seed, self.step, self.what = seed, step, what


class Player:
    """A network that learns: its shape, flat parameters (R, P), optimiser and running statistics.

    Attributes
    ----------
    moved : bool
        Whether it was updated since this was last looked at.
    learned : bool
        Whether it was ever updated.
    """

    def __init__(self, shape: MLP, experiment: Experiment, which: str, device: str) -> None:
        seeds = range(experiment.seed, experiment.seed + experiment.runs)
        self.shape = shape
        self.which = which
        self.moved = False
        self.learned = False
        initial = shape.initial([streams.generator_for(seed, f"initial {which}") for seed in seeds])
        self.parameters = initial.to(device).requires_grad_()
        self.statistics = shape.statistics(experiment.runs, device)
        self.optimiser = make_optimiser(getattr(experiment, f"{which}_optimiser"), self.parameters)

    def descend(self, loss: Tensor, learning_rate: float) -> None:
        """Follow the gradient of `loss` (R,) by one step of the optimiser."""
        (self.parameters.grad,) = torch.autograd.grad(loss.sum(), self.parameters)
        self.optimiser.param_groups[0]["lr"] = learning_rate
        self.optimiser.step()
        self.moved = self.learned = True

    def saved(self) -> tuple[Tensor, Statistics, dict[str, Any]]:
        """Return a copy of everything that learning changes."""
        return copy.deepcopy((self.parameters.detach(), self.statistics, self.optimiser.state_dict()))

    def restore(self, saved: tuple[Tensor, Statistics, dict[str, Any]]) -> None:
        """Go back to what `saved` returned."""
        parameters, self.statistics, optimiser = copy.deepcopy(saved)
        with torch.no_grad():
            self.parameters.copy_(parameters)
        self.optimiser.load_state_dict(optimiser)


@dataclass
class _Checked:
    """The newest state whose losses are known to be finite."""

    step: int
    generator: tuple[Tensor, Statistics, dict[str, Any]]
    critic: tuple[Tensor, Statistics, dict[str, Any]]
    averaged: Tensor


class Trainer:
    """Train the runs of one experiment on the plane.

    Parameters
    ----------
    experiment
        What to train; `experiment.runs` seeds are trained at once.

    Notes
    -----
    The same experiment gives the same numbers on the same version and device. A seed has the same data, noise
    and initial weights alone as beside others, but sums are rounded otherwise in a larger tensor, and training
    with Adam or RMSprop amplifies that: after some tens of steps its samples may differ.

    Attributes
    ----------
    step : int
        Generator updates so far.
    device : str
        "cpu", "cuda" or "mps".

    Examples
    --------
    >>> from ganstudio import Experiment, Trainer
    >>> trainer = Trainer(Experiment.of("wgan_gp"))
    >>> trainer.train(20)
    >>> trainer.samples(2500).shape
    (1, 2500, 2)
    """

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.device = choose_device(experiment)
        self.step = 0
        generator = MLP(experiment.generator, experiment.noise.dimensions, 2)
        critic = MLP(experiment.critic, 2, 1)
        self._generator = Player(generator, experiment, "generator", self.device)
        self._critic = Player(critic, experiment, "critic", self.device)
        self._averaged = self._generator.parameters.detach().clone()
        settings = experiment.objective.model_dump(exclude={"name"})
        self._objective = OBJECTIVES[experiment.objective.name](**settings)
        batch = experiment.training.batch
        self._real = self._stream("real", partial(streams.samples, experiment.data), batch)
        self._noise = self._stream("critic noise", partial(streams.latents, experiment.noise), batch)
        self._generator_noise = self._stream("generator noise", partial(streams.latents, experiment.noise), batch)
        self._shares = self._stream("penalty", streams.shares, batch)
        self._latents = self._fixed_latents(SAMPLES, "view")
        self._unread: list[tuple[int, Tensor]] = []
        self._read: list[Losses] = []
        self._checked = self._save()

    # ---- training ----------------------------------------------------------------------------------

    def train(self, steps: int) -> None:
        """Train for so many generator updates, or as many more as the last iteration takes.

        Raises
        ------
        NonFiniteLoss
            If a loss became NaN or infinite; the state is then the last one that was checked.
        """
        last = self.step + steps
        while self.step < last:
            self.iterate()
        self.check()

    def iterate(self) -> None:
        """Do one iteration: the critic's steps, then the generator's."""
        training = self.experiment.training
        critic_losses = [self._critic_update() for _ in range(training.critic_steps)]
        generator_losses = [self._generator_update() for _ in range(training.generator_steps)]
        self._record(critic_losses, generator_losses)

    def train_critic(self) -> None:
        """Do the critic's part of one iteration; the clock stands still."""
        for _ in range(self.experiment.training.critic_steps):
            self._critic_update()

    def train_generator(self) -> None:
        """Do the generator's part of one iteration."""
        for _ in range(self.experiment.training.generator_steps):
            self._generator_update()

    def check(self) -> None:
        """Read the losses from the device and make sure that they are finite.

        Raises
        ------
        NonFiniteLoss
            Naming the first loss that is not; losses since the last check are dropped.
        """
        if not (self._critic.moved or self._generator.moved):
            return
        self._check_losses()
        self._critic.moved = self._generator.moved = False
        # Losses were computed before the last update: only a forward pass says what that has done.
        finite = self._probe()
        if not finite.all():
            raise self._back_to_finite(int(finite.argmin()), self.step, "networks' output")
        self._checked = self._save()

    def _check_losses(self) -> None:
        """Read the losses since the last check, if there are any."""
        if not self._unread:
            return
        steps = np.array([step for step, _ in self._unread], dtype=np.int64)
        values = torch.stack([row for _, row in self._unread], dim=-1).cpu().numpy()
        self._unread.clear()
        terms = dict(zip(("critic", "penalty", "generator"), values, strict=True))
        finite = np.isfinite(values)
        if not finite.all():
            index = int(np.argmin(finite.all(axis=(0, 1))))
            term = next(i for i, name in enumerate(terms) if not finite[i, :, index].all())
            run = int(np.argmin(finite[term, :, index]))
            raise self._back_to_finite(run, int(steps[index]), f"{list(terms)[term]} loss")
        if self.experiment.constraints.gradient_penalty == "none":
            del terms["penalty"]
        self._read.append(Losses(steps, terms))

    @torch.no_grad()
    def _probe(self) -> NDArray[np.bool_]:
        """Return for every run (R,) whether the critic's output on a few generated samples is finite."""
        fake = self._generator.shape.bind(self._generator.parameters)(self._latents[:, :PROBES])
        scores = self._critic.shape.bind(self._critic.parameters)(fake)
        finite: NDArray[np.bool_] = scores.isfinite().flatten(1).all(dim=1).cpu().numpy()
        return finite

    def _back_to_finite(self, run: int, step: int, what: str) -> NonFiniteLoss:
        """Restore the last checked state and return the error that says why."""
        self._restore(self._checked)
        return NonFiniteLoss(self.experiment.seed + run, step, what)

    def change(self, path: str, value: Any) -> None:
        """Replace a live setting, for example "critic_optimiser.learning_rate"; it holds from the next step.

        Raises
        ------
        SettingsError
            If it needs a restart, is unknown or not allowed.
        """
        if path not in Experiment.live_settings():
            raise SettingsError(f"{path}: needs a restart; live are {', '.join(Experiment.live_settings())}")
        self.experiment = self.experiment.with_value(path, value)

    def _critic_update(self) -> Tensor:
        """Do one critic step and return its loss and its weighted penalty as (2, R)."""
        experiment, constraints = self.experiment, self.experiment.constraints
        real = next(self._real)
        with torch.no_grad():
            fake = self._generator.shape.bind(self._generator.parameters)(next(self._noise))
        critic = ScalarCritic(self._critic.shape.bind(self._critic.parameters, learn=self._critic.statistics))
        loss = total = self._objective.critic_loss(critic, real, fake)
        penalty = torch.zeros_like(loss)
        if constraints.gradient_penalty == "between":
            points = between(real, fake, next(self._shares))
            # The mixed points are nobody's samples: running statistics do not learn from them.
            judge = ScalarCritic(self._critic.shape.bind(self._critic.parameters)) if critic.couples_samples else critic
            penalty = constraints.penalty_weight * gradient_penalty(judge, points, one_sided=constraints.one_sided)
            total = loss + penalty
        self._critic.descend(total, self._learning_rate(experiment.critic_optimiser.learning_rate))
        if constraints.weight_clip > 0:
            with torch.no_grad():
                self._critic.parameters.clamp_(-constraints.weight_clip, constraints.weight_clip)
        return torch.stack([loss.detach(), penalty.detach()])

    def _generator_update(self) -> Tensor:
        """Do one generator step and return its loss (R,); the critic's parameters are constants in it."""
        experiment = self.experiment
        generator = self._generator.shape.bind(self._generator.parameters, learn=self._generator.statistics)
        fake = generator(next(self._generator_noise))
        real = next(self._real) if self._objective.needs_real else fake.detach()
        critic = ScalarCritic(self._critic.shape.bind(self._critic.parameters.detach()))
        loss = self._objective.generator_loss(critic, real, fake)
        self._generator.descend(loss, self._learning_rate(experiment.generator_optimiser.learning_rate))
        if experiment.training.average > 0:
            self._averaged.lerp_(self._generator.parameters.detach(), 1 - experiment.training.average)
        self.step += 1
        return loss.detach()

    def _learning_rate(self, start: float) -> float:
        return decayed(start, self.step, self.experiment.training.decay_steps)

    def _record(self, critic_losses: list[Tensor], generator_losses: list[Tensor]) -> None:
        """Keep an iteration's losses on the device; reading them would stop the loop."""
        critic = torch.stack(critic_losses).mean(0)
        generator = torch.stack(generator_losses).mean(0, keepdim=True)
        self._unread.append((self.step, torch.cat([critic, generator])))
        if len(self._unread) >= FLUSH_ITERATIONS:
            self.check()

    # ---- looking -----------------------------------------------------------------------------------

    @torch.no_grad()
    def samples(self, count: int = SAMPLES) -> NDArray[np.float32]:
        """Return generated samples (R, count, 2), each time from the same latents.

        The first samples of a larger count are those of a smaller one.
        """
        if (more := count - self._latents.shape[1]) > 0:
            self._latents = torch.cat([self._latents, self._fixed_latents(more, f"view beyond {count - more}")], dim=1)
        generator = self._generator.shape.bind(self._shown(), fixed=self._fixed(self._generator))
        return generator(self._latents[:, :count]).cpu().numpy()

    @torch.no_grad()
    def field(self, window: Window, resolution: int = 64) -> NDArray[np.float32]:
        """Return the critic's raw output (R, resolution, resolution), first row at the bottom.

        The nodes of the grid include the window's edges.
        """
        left, right, bottom, top = window
        x, y = torch.linspace(left, right, resolution), torch.linspace(bottom, top, resolution)
        points = torch.cartesian_prod(y, x).flip(-1).expand(self.experiment.runs, -1, -1).to(self.device)
        shape = self._critic.shape
        critic = ScalarCritic(shape.bind(self._critic.parameters, fixed=self._fixed(self._critic)))
        field: NDArray[np.float32] = critic(points).unflatten(-1, (resolution, resolution)).cpu().numpy()
        return field

    def losses(self) -> Losses:
        """Return the losses of all iterations that have been checked."""
        if not self._read:
            return Losses(np.empty(0, np.int64), {})
        if len(self._read) > 1:
            steps = np.concatenate([block.step for block in self._read])
            names = self._read[0].terms
            terms = {name: np.concatenate([block.terms[name] for block in self._read], axis=-1) for name in names}
            self._read = [Losses(steps, terms)]
        return self._read[0]

    def take_losses(self) -> Losses:
        """Return the checked losses since the last call, and forget them."""
        losses = self.losses()
        self._read = []
        return losses

    def measure(self, count: int = SAMPLES) -> dict[str, NDArray[np.float64]]:
        """Return every metric that the data allow, each (R,), of `count` samples."""
        scores = [metrics.measure(run, self.experiment.data) for run in self.samples(count)]
        return {name: np.array([score[name] for score in scores]) for name in scores[0]}

    def state(self) -> dict[str, Tensor]:
        """Return the weights by name, (R, inputs, outputs); the generator's are those that samples come from."""
        networks = {"generator": (self._generator, self._shown()), "critic": (self._critic, self._critic.parameters)}
        state: dict[str, Tensor] = {}
        for which, (player, parameters) in networks.items():
            named = player.shape.unpack(parameters.detach())
            state |= {f"{which}.{name}": value.contiguous().cpu() for name, value in named.items()}
            for layer, (mean, variance) in enumerate(
                zip(player.statistics.means, player.statistics.variances, strict=True)
            ):
                state |= {f"{which}.{layer}.mean": mean.cpu(), f"{which}.{layer}.variance": variance.cpu()}
        return state

    def _shown(self) -> Tensor:
        return self._averaged if self.experiment.training.average > 0 else self._generator.parameters

    def _fixed(self, player: Player) -> Statistics | None:
        """Return the statistics that batch normalisation shows with, none while it has not learned any."""
        return player.statistics if player.statistics.means and player.learned else None

    # ---- state -------------------------------------------------------------------------------------

    def _seeds(self) -> range:
        return range(self.experiment.seed, self.experiment.seed + self.experiment.runs)

    def _fixed_latents(self, count: int, purpose: str) -> Tensor:
        """Return latents (R, count, dimensions) for looking at, the same for every run of a seed."""
        noise = self.experiment.noise
        generators = [streams.generator_for(seed, purpose) for seed in self._seeds()]
        drawn = [streams.latents(noise, (count,), generator) for generator in generators]
        return torch.stack(drawn).to(self.device)

    def _stream(self, purpose: str, draw: Any, batch: int) -> Any:
        generators = [streams.generator_for(seed, purpose) for seed in self._seeds()]
        return streams.stream(draw, generators, batch, self.device)

    def _save(self) -> _Checked:
        return _Checked(self.step, self._generator.saved(), self._critic.saved(), self._averaged.clone())

    def _restore(self, checked: _Checked) -> None:
        self.step = checked.step
        self._generator.restore(checked.generator)
        self._critic.restore(checked.critic)
        self._averaged = checked.averaged.clone()
