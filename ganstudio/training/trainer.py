"""The trainer: plain Python and torch, for the engine, the command line and notebooks alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganstudio import metrics
from ganstudio.experiment import Experiment
from ganstudio.messages import Knobs, Losses
from ganstudio.objectives import AdversarialObjective
from ganstudio.settings import SettingsError
from ganstudio.training import games
from ganstudio.training.cast import Cast
from ganstudio.training.depth import Depth, look_into
from ganstudio.training.device import choose_device
from ganstudio.training.draws import Draws
from ganstudio.training.looks import Looks
from ganstudio.training.player import Saved

__all__ = ["NonFiniteLoss", "Trainer"]

FLUSH_ITERATIONS = 50
"""How many iterations of losses stay on the device before they are read and checked."""

SAMPLES = 2500
"""Samples that metrics look at, VEEGAN's number."""

DEPTH_SAMPLES = 256
"""Real and generated samples each through which a critic's depth is looked at."""

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


@dataclass
class _Checked:
    """The newest state whose losses are known to be finite."""

    step: int
    players: list[Saved]
    averaged: Tensor
    game: Any


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
        self._cast = Cast(experiment, self.device)
        self._draws = Draws(experiment, self._cast, self.device)
        self._game = games.begin(experiment, self._cast, self._draws, self.device)
        self._averaged = self._cast.generator.parameters.detach().clone()
        self._looks = Looks(experiment, self._cast, self._draws, self.device)
        self._unread: list[tuple[int, Tensor]] = []
        self._terms: tuple[str, ...] = ()
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
        critic = [self._critic_update() for _ in range(training.critic_steps)]
        generator = [self._generator_update() for _ in range(training.generator_steps)]
        self._record(_averaged(critic) | _averaged(generator))

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
        players = self._cast.players
        if not any(player.moved for player in players):
            return
        self._check_losses()
        for player in players:
            player.moved = False
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
        terms = dict(zip(self._terms, values, strict=True))
        finite = np.isfinite(values)
        if not finite.all():
            index = int(np.argmin(finite.all(axis=(0, 1))))
            term = next(i for i, name in enumerate(terms) if not finite[i, :, index].all())
            run = int(np.argmin(finite[term, :, index]))
            raise self._back_to_finite(run, int(steps[index]), f"{self._terms[term]} loss")
        self._read.append(Losses(steps, terms))

    @torch.no_grad()
    def _probe(self) -> NDArray[np.bool_]:
        """Return for every run (R,) whether the networks' outputs on a few samples are finite."""
        finite: NDArray[np.bool_] = self._looks.outputs(PROBES).isfinite().flatten(1).all(dim=1).cpu().numpy()
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

    def _critic_update(self) -> games.Terms:
        return self._game.critic_update(self.experiment, self.step)

    def _generator_update(self) -> games.Terms:
        terms = self._game.generator_update(self.experiment, self.step)
        if self.experiment.training.average > 0:
            self._averaged.lerp_(self._cast.generator.parameters.detach(), 1 - self.experiment.training.average)
        self.step += 1
        return terms

    def _record(self, terms: games.Terms) -> None:
        """Keep an iteration's losses on the device; reading them would stop the loop."""
        self._terms = tuple(terms)
        self._unread.append((self.step, torch.stack(list(terms.values()))))
        if len(self._unread) >= FLUSH_ITERATIONS:
            self.check()

    # ---- looking -----------------------------------------------------------------------------------

    def samples(self, count: int = SAMPLES, knobs: Knobs | None = None) -> NDArray[np.float32]:
        """Return generated samples (R, count, 2), each time from the same latents.

        The first samples of a larger count are those of a smaller one. `knobs` fix classes and codes that the
        generator is told; what they leave open is as it was drawn.
        """
        return self._looks.samples(self._shown(), count, knobs).cpu().numpy()

    def groups(self, count: int = SAMPLES, knobs: Knobs | None = None) -> NDArray[np.int64] | None:
        """Return the category or class (R, count) that each of these samples was asked for, None without any."""
        groups = self._looks.groups(count, knobs)
        return None if groups is None else groups.cpu().numpy()

    def field(self, window: Window, resolution: int = 64, knobs: Knobs | None = None) -> NDArray[np.float32] | None:
        """Return the critic's score (R, resolution, resolution), first row at the bottom; None without a critic.

        The nodes of the grid include the window's edges. The score is T, or the number that the objective has in
        its place. A conditional critic is asked about the class that `knobs` fix, or the one that fits best; a critic
        of packs or pairs beside real samples, on average; a critic of pairs (x, z) about (x, E(x)).
        """
        if self._cast.critic is None:
            return None
        left, right, bottom, top = window
        x, y = torch.linspace(left, right, resolution), torch.linspace(bottom, top, resolution)
        points = torch.cartesian_prod(y, x).flip(-1).expand(self.experiment.runs, -1, -1).to(self.device)
        scores = self._looks.scores(points, knobs).unflatten(-1, (resolution, resolution))
        field: NDArray[np.float32] = scores.cpu().numpy()
        return field

    def encoded(self, point: tuple[float, float]) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
        """Return the latent (R, dimensions) that a point is encoded to, and where that is decoded to (R, 2).

        None without an encoder.
        """
        if self._cast.encoder is None:
            return None
        points = torch.tensor(point, device=self.device).expand(self.experiment.runs, 1, 2)
        latents, copies = self._looks.encoded(self._shown(), points)
        return latents[:, 0].cpu().numpy(), copies[:, 0].cpu().numpy()

    def depth(self, count: int = DEPTH_SAMPLES) -> Depth | None:
        """Return how the gradient of the critic's loss fares from layer to layer, and the critic's weights.

        None for critics that do not give one number from one network.
        """
        objective = self.experiment.objective
        if self._cast.critic is None or not isinstance(objective, AdversarialObjective):
            return None
        real, fake, labels = self._looks.both(self._shown(), count)
        return look_into(self._cast, objective, *(self._looks.as_seen(side, labels) for side in (real, fake)))

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
        state: dict[str, Tensor] = {}
        for player in self._cast.players:
            parameters = self._shown() if player is self._cast.generator else player.parameters
            state |= {f"{player.which}.{name}": value for name, value in player.state(parameters).items()}
        return state

    def _shown(self) -> Tensor:
        if self.experiment.training.average > 0:
            return self._averaged
        return self._cast.generator.parameters

    # ---- state -------------------------------------------------------------------------------------

    def _save(self) -> _Checked:
        players = [player.saved() for player in self._cast.players]
        return _Checked(self.step, players, self._averaged.clone(), self._game.saved())

    def _restore(self, checked: _Checked) -> None:
        self.step = checked.step
        for player, saved in zip(self._cast.players, checked.players, strict=True):
            player.restore(saved)
        self._averaged = checked.averaged.clone()
        self._game.restore(checked.game)


def _averaged(updates: list[games.Terms]) -> games.Terms:
    """Return the terms of several updates averaged."""
    if len(updates) == 1:
        return updates[0]
    return {name: torch.stack([terms[name] for terms in updates]).mean(0) for name in updates[0]}
