"""What a run looks like: samples, the critic's scores, encodings. Nothing here changes a run."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from ganstudio.additions import Told
from ganstudio.experiment import Experiment
from ganstudio.messages import Knobs
from ganstudio.nets import BoundCritic, How
from ganstudio.training.cast import Cast
from ganstudio.training.draws import Draws
from ganstudio.training.player import Player

__all__ = ["Looks"]

COMPANY = 4
"""Real samples, or packs of them, beside which a critic of several samples is asked about one."""
SIGNAL_SAMPLES = 500
START = 2500
"""Latents that are drawn at once; more are drawn when they are asked for."""


class Looks:
    """Looks at the networks of a run, always through the same latents.

    Attributes
    ----------
    runs : int
        R, the length of the run axis.
    """

    def __init__(self, experiment: Experiment, cast: Cast, draws: Draws, device: str) -> None:
        self.runs = experiment.runs
        self._experiment = experiment
        self._cast = cast
        self._draws = draws
        self._latents, self._told = draws.fixed(START, "view")
        self._company, self._company_labels = draws.real(COMPANY * max(cast.pack - 1, 1), "company")

    def _first(self, count: int, knobs: Knobs | None, columns: int = 0) -> tuple[Tensor, Told]:
        """Return the first latents and what goes with them, as far as knobs and rows leave that open."""
        if (more := count - self._latents.shape[1]) > 0:
            latents, told = self._draws.fixed(more, f"view beyond {count - more}")
            self._latents = torch.cat([self._latents, latents], dim=1)
            self._told = Told(
                torch.cat([self._told.labels, told.labels], dim=1), torch.cat([self._told.uniform, told.uniform], dim=1)
            )
        told = Told(self._told.labels[:, :count], self._told.uniform[:, :count])
        if columns:
            told = self._in_rows(told, columns)
        return self._latents[:, :count], told if knobs is None else self._turned(told, knobs)

    def _in_rows(self, told: Told, columns: int) -> Told:
        """Return what the generator is told where each `columns` samples in turn are of one category or class."""
        codes = self._experiment.additions.information
        rows = torch.arange(told.labels.shape[1], device=told.labels.device) // columns
        if codes.on and codes.categories:
            uniform = told.uniform.clone()
            uniform[..., 0] = (rows % codes.categories + 0.5) / codes.categories
            return replace(told, uniform=uniform)
        return replace(told, labels=(rows % self._cast.classes).to(told.labels.dtype).expand_as(told.labels))

    def _turned(self, told: Told, knobs: Knobs) -> Told:
        """Return what the generator is told with the knobs' values."""
        if knobs.label is not None and knobs.label < self._cast.classes:
            told = replace(told, labels=torch.full_like(told.labels, knobs.label))
        codes = self._experiment.additions.information
        if codes.on:
            uniform = told.uniform.clone()
            if knobs.category is not None and knobs.category < codes.categories:
                uniform[..., 0] = (knobs.category + 0.5) / codes.categories
            for index, value in enumerate(knobs.continuous[: codes.continuous], start=1):
                if value is not None:
                    uniform[..., index] = (value + 1.0) / 2.0
            told = replace(told, uniform=uniform)
        return told

    def _how(self, player: Player) -> How:
        """Return how a network shows: batch normalisation with what it learned, if it has learned anything."""
        batch = any(part.settings.normalisation == "batch" for part in player.chain.parts.values())
        return "batch" if batch and not player.learned else "fixed"

    @torch.no_grad()
    def samples(self, parameters: Tensor, count: int, knobs: Knobs | None = None, columns: int = 0) -> Tensor:
        """Return generated samples (R, count, 2)."""
        latents, told = self._first(count, knobs, columns)
        return self._cast.generate(parameters, latents, told, self._how(self._cast.generator))

    def groups(self, count: int, knobs: Knobs | None) -> Tensor | None:
        """Return the category, or else the class, of each sample (R, count), None if the generator is told neither."""
        additions = self._experiment.additions
        _, told = self._first(count, knobs)
        if additions.information.on and additions.information.categories:
            return additions.information.category(told)
        return told.labels if additions.conditional.on or additions.classifier.on else None

    @torch.no_grad()
    def encoded(self, parameters: Tensor, points: Tensor) -> tuple[Tensor, Tensor]:
        """Return the latents (R, n, dimensions) of points (R, n, 2), and where they are decoded to, (R, n, 2)."""
        # A few points are no batch, whose mean and variance would say something.
        latents = self._encode(points, "fixed")
        _, told = self._first(points.shape[1], None)
        return latents, self._cast.generate(parameters, latents, told, "fixed")

    def _encode(self, points: Tensor, how: How | None = None) -> Tensor:
        assert self._cast.encoder is not None
        outputs = self._cast.encode(points, how or self._how(self._cast.encoder))
        return outputs[..., : self._cast.latent]  # of a variational encoder, the mean

    @torch.no_grad()
    def generated(self, parameters: Tensor, latents: Tensor, knobs: Knobs | None = None) -> Tensor:
        """Return where latents (R, n, dimensions) are taken to, told what the first of the samples is told."""
        _, told = self._first(1, knobs)
        told = Told(told.labels.expand(-1, latents.shape[1]), told.uniform.expand(-1, latents.shape[1], -1))
        # A grid of latents is no batch whose mean and variance would say something, unless nothing else is known.
        return self._cast.generate(parameters, latents, told, self._how(self._cast.generator))

    @torch.no_grad()
    def scores(self, points: Tensor, knobs: Knobs | None = None) -> Tensor:
        """Return the critic's score (R, n) of points (R, n, 2); see `Trainer.field`."""
        return self._scores(points, knobs)

    @torch.no_grad()
    def judged(self, points: Tensor, labels: Tensor, latents: Tensor | None) -> Tensor:
        """Return the critic's score (R, n) of points (R, n, 2) of these classes and with these latents, as in training.

        A critic of packs or pairs is asked as in `scores`.
        """
        cast = self._cast
        if cast.pack > 1 or self._experiment.objective.critic == "pair":
            return self._scores(points)
        assert cast.critic is not None
        critic = cast.bind_critic(cast.critic.parameters.detach(), self._how(cast.critic))
        return self._score(critic, cast.features(points, labels, latents), None)

    def slopes(self, points: Tensor, knobs: Knobs | None = None) -> Tensor:
        """Return the gradient of the critic's score, (R, n, 2), at points (R, n, 2)."""
        points = points.detach().clone().requires_grad_()
        (slopes,) = torch.autograd.grad(self._scores(points, knobs).sum(), points)
        return slopes

    @torch.no_grad()
    def signals(self, parameters: Tensor) -> dict[str, Tensor]:
        """Return the critic's mean shown value of real and of generated samples, and its accuracy, (R,) each."""
        if self._cast.critic is None:
            return {}
        meaning = self._experiment.objective.field_meaning
        real, fake, _ = self.both(parameters, SIGNAL_SAMPLES)
        r, f = self.scores(real), self.scores(fake)
        if meaning.kind == "score":
            middle = torch.cat([r, f], dim=1).median(dim=1, keepdim=True).values
            r, f = r - middle, f - middle
        elif meaning.kind == "probability":
            r, f = r.sigmoid(), f.sigmoid()
        right = (r > meaning.centre).float().mean(1) + (f < meaning.centre).float().mean(1)
        return {"real score": r.mean(1), "fake score": f.mean(1), "accuracy": right / 2}

    def _scores(self, points: Tensor, knobs: Knobs | None = None) -> Tensor:
        cast = self._cast
        assert cast.critic is not None
        critic = cast.bind_critic(cast.critic.parameters.detach(), self._how(cast.critic))
        latents = self._encode(points) if self._experiment.additions.encoder.on else None
        if not cast.condition:
            return self._score(critic, cast.features(points, None, latents), None)
        chosen = range(cast.classes)
        if knobs is not None and knobs.label is not None and knobs.label < cast.classes:
            chosen = range(knobs.label, knobs.label + 1)
        labels = [torch.full(points.shape[:2], label, device=points.device) for label in chosen]
        scores = [self._score(critic, cast.features(points, label, latents), label) for label in labels]
        return torch.stack(scores).amax(0)

    def _score(self, critic: BoundCritic, features: Tensor, labels: Tensor | None) -> Tensor:
        """Return the score of features (R, n, f), alone or on average beside real samples."""
        cast, objective = self._cast, self._experiment.objective
        pairs = objective.critic == "pair"
        if cast.pack == 1 and not pairs:
            return objective.score(critic, features)
        latents = self._encode(self._company) if self._experiment.additions.encoder.on else None
        company = cast.features(self._company, self._company_labels, latents).unflatten(1, (COMPANY, -1))
        scores = []
        for others in company.unbind(1):
            fellows = others[:, None, : cast.pack - 1].expand(-1, features.shape[1], -1, -1).flatten(2)
            pack = torch.cat([features, fellows], dim=-1)
            if pairs:
                # Against a pack that begins with a real sample.
                partner = torch.cat([others[:, None, :1].expand(-1, features.shape[1], -1, -1).flatten(2), fellows], -1)
                pack = torch.cat([pack, partner], dim=-1)
            scores.append(objective.score(critic, pack))
        return torch.stack(scores).mean(0)

    @torch.no_grad()
    def both(self, parameters: Tensor, count: int) -> tuple[Tensor, Tensor, Tensor]:
        """Return real and generated samples (R, count, 2) of the same classes (R, count)."""
        real, labels = self._draws.real(count, "look")
        latents, told = self._first(count, None)
        fake = self._cast.generate(parameters, latents, replace(told, labels=labels), self._how(self._cast.generator))
        return real, fake, labels

    @torch.no_grad()
    def as_seen(self, points: Tensor, labels: Tensor) -> Tensor:
        """Return points (R, n, 2) with their classes as the critic sees them, beside their own encodings."""
        cast = self._cast
        latents = self._encode(points) if self._experiment.additions.encoder.on else None
        return cast.packed(cast.features(points, labels, latents))

    @torch.no_grad()
    def outputs(self, count: int) -> Tensor:
        """Return what the networks put out for a few samples, (R, numbers), to see whether it is finite."""
        cast = self._cast
        latents, told = self._first(count, None)
        fake = cast.generate(cast.generator.parameters, latents, told)
        outputs = [fake.flatten(1)]
        if cast.critic is not None:
            outputs.append(self.scores(fake).flatten(1))
        if cast.encoder is not None:
            outputs.append(self._encode(fake).flatten(1))
        return torch.cat(outputs, dim=1)
