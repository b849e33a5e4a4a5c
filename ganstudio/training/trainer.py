"""The trainer: plain Python and torch, for the engine, the command line and notebooks alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganstudio import metrics
from ganstudio.additions import Told
from ganstudio.experiment import Experiment
from ganstudio.messages import Arrays, Knobs, Losses
from ganstudio.objectives import AdversarialObjective
from ganstudio.settings import SettingsError
from ganstudio.training import games
from ganstudio.training.cast import Cast
from ganstudio.training.depth import Depth, look_into
from ganstudio.training.device import choose_device
from ganstudio.training.draws import Draws
from ganstudio.training.looks import Looks
from ganstudio.training.optimum import optimal_scores
from ganstudio.training.player import State, branch_of
from ganstudio.training.walk import walk_critic, walk_generator

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
        self._alone: dict[int, Looks] = {}
        self._unread: list[tuple[int, Tensor]] = []
        self._terms: tuple[str, ...] = ()
        self._read: list[Losses] = []
        self._checked = self.saved()

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

    def walk(self) -> tuple[Arrays, Arrays]:
        """Do one iteration and return what happened in the last critic update and the last generator update.

        See `ganstudio.training.walk`; arrays are of the first run.
        """
        training, cast, game = self.experiment.training, self._cast, self._game
        critic = [self._critic_update() for _ in range(training.critic_steps - 1)]
        told_critic, losses = walk_critic(cast, game, self._critic_update, self._looks.judged)
        critic.append(losses)
        generator = [self._generator_update() for _ in range(training.generator_steps - 1)]
        told_generator, losses = walk_generator(cast, game, self._generator_update, self._generate, self._looks.judged)
        generator.append(losses)
        self._record(_averaged(critic) | _averaged(generator))
        return told_critic, told_generator

    @torch.no_grad()
    def _generate(self, latents: Tensor, told: Told) -> Tensor:
        """Return the generator's samples (R, batch, 2) for latents and what goes with them, as in training."""
        return self._cast.generate(self._cast.generator.parameters, latents, told)

    def check(self, seen: Sequence[NDArray[np.floating]] = ()) -> None:
        """Read the losses from the device and make sure that they are finite, and what the networks put out as well.

        Parameters
        ----------
        seen
            What all networks put out in this state; without it, or if it is not finite, some samples are made.

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
        if not seen or not all(np.isfinite(values).all() for values in seen):
            finite = self._probe()
            if not finite.all():
                raise self._back_to_finite(int(finite.argmin()), self.step, "networks' output")
        self._checked = self.saved()

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
        self.restore(self._checked)
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
        if path.startswith("data."):
            self._draws.change_data(self.experiment.data)
            self._game.change_data(self.experiment)

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

    def samples(self, count: int = SAMPLES, knobs: Knobs | None = None, columns: int = 0) -> NDArray[np.float32]:
        """Return generated samples (R, count, 2), each time from the same latents.

        The first samples of a larger count are those of a smaller one. `knobs` fix classes and codes that the
        generator is told; what they leave open is as it was drawn, but with `columns` each so many samples in turn are
        of one category, or else of one class.
        """
        return self._looks.samples(self._shown(), count, knobs, columns).cpu().numpy()

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
        points = _nodes(window, resolution, self.device).expand(self._looks.runs, -1, -1)
        scores = self._looks.scores(points, knobs).unflatten(-1, (resolution, resolution))
        field: NDArray[np.float32] = scores.cpu().numpy()
        return field

    def scores(self, points: NDArray[np.floating], knobs: Knobs | None = None) -> NDArray[np.float32]:
        """Return the critic's score (R, n) of points (n, 2), the same for all runs, or (R, n, 2); see `field`."""
        scores: NDArray[np.float32] = self._looks.scores(self._points(points), knobs).cpu().numpy()
        return scores

    def slopes(self, points: NDArray[np.floating], knobs: Knobs | None = None) -> NDArray[np.float32]:
        """Return the gradient of the critic's score, (R, n, 2), at points (n, 2) or (R, n, 2)."""
        slopes: NDArray[np.float32] = self._looks.slopes(self._points(points), knobs).cpu().numpy()
        return slopes

    def generated(self, latents: NDArray[np.floating], knobs: Knobs | None = None) -> NDArray[np.float32]:
        """Return where latents (n, dimensions) are taken to, (R, n, 2), told what the first of the samples is told."""
        samples = self._looks.generated(self._shown(), self._points(latents), knobs)
        result: NDArray[np.float32] = samples.cpu().numpy()
        return result

    def optimum(self, shares: NDArray[np.floating]) -> NDArray[np.floating] | None:
        """Return the objective's best score where p / (p + q) is a share; None if that does not decide it."""
        return optimal_scores(self.experiment.objective, shares)

    def _points(self, points: NDArray[np.floating]) -> Tensor:
        """Return points (n, d) or (R, n, d) as a tensor (R, n, d)."""
        tensor = torch.as_tensor(points, dtype=torch.float32, device=self.device)
        return tensor.expand(self._looks.runs, -1, -1)

    def signals(self) -> dict[str, NDArray[np.float64]]:
        """Return what a diagnosis needs beside the metrics, see `ganstudio.messages.Reading`."""
        norms = {
            f"{player.which} gradient": player.parameters.grad.norm(dim=-1)
            for player in self._cast.players
            if player.parameters.grad is not None
        }
        return {
            name: value.double().cpu().numpy() for name, value in (norms | self._looks.signals(self._shown())).items()
        }

    def encoded(self, point: tuple[float, float]) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
        """Return the latent (R, dimensions) that a point is encoded to, and where that is decoded to (R, 2).

        None without an encoder.
        """
        if self._cast.encoder is None:
            return None
        points = torch.tensor(point, device=self.device).expand(self._looks.runs, 1, 2)
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

    def saved(self) -> State:
        """Return a copy of everything that decides how the run goes on, as tensors by name."""
        state = {"step": torch.tensor(self.step), "averaged": self._averaged.clone()}
        for player in self._cast.players:
            state |= _below(player.which, player.saved())
        return state | _below("game", self._game.saved()) | _below("draws", self._draws.saved())

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Go back, or on, to a state of a run of the same experiment."""
        self.step = int(state["step"])
        for player in self._cast.players:
            player.restore(branch_of(state, player.which))
        self._averaged = state["averaged"].to(self.device, copy=True)
        self._game.restore({name: value.to(self.device) for name, value in branch_of(state, "game").items()})
        self._draws.restore(branch_of(state, "draws"))

    def start_from(self, state: Mapping[str, Tensor]) -> list[str]:
        """Begin at a state of a run of another experiment, as far as it fits.

        Returns
        -------
        list of str
            Networks that begin anew because their shapes differ, for example ["critic"].
        """
        anew = [player for player in self._cast.players if not player.fits(branch_of(state, player.which))]
        own, state = self.saved(), dict(state)
        for player in anew:
            state = {name: value for name, value in state.items() if not name.startswith(f"{player.which}.")}
            state |= _below(player.which, branch_of(own, player.which))
        if self._cast.generator in anew:
            state["averaged"] = own["averaged"]
        self.restore(state)
        self._checked = self.saved()
        return [player.which for player in anew]

    @contextmanager
    def showing(self, state: Mapping[str, Tensor] | None = None, run: int | None = None) -> Iterator[None]:
        """Look like a kept state, and like one of the runs alone, as long as nothing is trained.

        Parameters
        ----------
        state
            What `saved` once returned; None is the present.
        run
            Index on the run axis; None is all of them.
        """
        if state is None and run is None:
            yield
            return
        present = self._averaged, self._looks, self.step
        with ExitStack() as stack:
            if state is not None:
                self.step, self._averaged = int(state["step"]), state["averaged"]
            for player in self._cast.players:
                kept = player.kept() if state is None else branch_of(state, player.which)
                stack.enter_context(player.showing(kept if run is None else _of_run(kept, run)))
            if run is not None:
                self._averaged, self._looks = self._averaged[run : run + 1], self._looks_at(run)
            try:
                yield
            finally:
                self._averaged, self._looks, self.step = present

    def _looks_at(self, run: int) -> Looks:
        """Return the looks of one run alone, through the same latents as beside the others."""
        if run not in self._alone:
            alone = self.experiment.changed(seed=self.experiment.seed + run, runs=1)
            self._alone[run] = Looks(alone, self._cast, Draws(alone, self._cast, self.device), self.device)
        return self._alone[run]


@lru_cache(maxsize=16)
def _nodes(window: Window, resolution: int, device: str) -> Tensor:
    """Return the points (resolution^2, 2) of a grid over a window, row by row from the bottom."""
    left, right, bottom, top = window
    x, y = torch.linspace(left, right, resolution), torch.linspace(bottom, top, resolution)
    return torch.cartesian_prod(y, x).flip(-1).to(device)


def _below(name: str, state: Mapping[str, Tensor]) -> State:
    return {f"{name}.{key}": value for key, value in state.items()}


def _of_run(saved: Mapping[str, Tensor], run: int) -> State:
    """Return one run's part of what a player saved."""
    return {name: value[run : run + 1] if value.ndim else value for name, value in saved.items()}


def _averaged(updates: list[games.Terms]) -> games.Terms:
    """Return the terms of several updates averaged."""
    if len(updates) == 1:
        return updates[0]
    return {name: torch.stack([terms[name] for terms in updates]).mean(0) for name in updates[0]}
