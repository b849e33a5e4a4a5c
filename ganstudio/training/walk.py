"""One iteration in slow motion: every tensor that a person wants to see on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganstudio.additions import Told
from ganstudio.training.cast import Cast
from ganstudio.training.games import Game, Terms
from ganstudio.training.player import Player
from ganstudio.training.witness import Witness

__all__ = ["walk_critic", "walk_generator"]

Arrays = dict[str, NDArray[Any]]
SHOWN = 128
"""Samples of a batch that are told."""
Score = Callable[[Tensor, Tensor, Tensor | None], Tensor]
"""The critic's score (R, n) of points (R, n, 2), as it is now, given their classes and, for pairs, latents."""


def walk_critic(cast: Cast, game: Game, update: Callable[[], Terms], score: Score) -> tuple[Arrays, Terms]:
    """Do one critic update and tell what happened in it to the first run.

    Parameters
    ----------
    update
        Does the update and returns its losses.
    score
        See `Score`.

    Returns
    -------
    told : dict
        "latents" (n, dimensions), "fake" and "real" (n, 2); "told" (n, numbers), the classes and codes that the
        generator was given beside them, and "encoded" (n, dimensions), an encoder's latents of the real samples, where
        there are any; "fake_scores" and "real_scores" (n,) before the update and "new_fake_scores", "new_real_scores"
        after it; of a gradient penalty "penalised" (n, 2) and "slopes" (n,), its points and how long the critic's
        gradient was there; "loss.NAME" (); and of every weight and bias the norms "gradient.NAME" and "update.NAME" ().
        Empty if there is no critic.
    losses
        What the update returned.
    """
    if cast.critic is None:
        return {}, update()
    before = {name: value.clone() for name, value in cast.critic.kept().items()}
    with _watched(game, [cast.critic]) as (witness, told):
        losses = update()
    with cast.critic.showing(before):
        told |= _scores(witness, score, "")
    told |= _scores(witness, score, "new_")
    if witness.penalised:
        share = SHOWN // len(witness.penalised)
        points, slopes = (
            torch.cat([part[:, :share] for part in parts], dim=1) for parts in zip(*witness.penalised, strict=True)
        )
        told |= _first(penalised=points[..., : cast.sample], slopes=slopes.norm(dim=-1))
    return told | _worked_on(cast, witness) | _losses(losses), losses


def walk_generator(
    cast: Cast,
    game: Game,
    update: Callable[[], Terms],
    generate: Callable[[Tensor, Told], Tensor],
    score: Score,
) -> tuple[Arrays, Terms]:
    """Do one generator update and tell what happened in it to the first run.

    Parameters
    ----------
    update
        Does the update and returns its losses.
    generate
        The generator's samples (R, batch, 2) of latents and what goes with them, as it is now.
    score
        See `Score`.

    Returns
    -------
    told : dict
        "latents" (n, dimensions), those of the batch or, of an autoencoder, those of its real samples; "fake" (n, 2)
        before the update and "new_fake" (n, 2) of the same latents after it, "real" (n, 2), "told" and "encoded" as of
        `walk_critic`; "push" (n, 2), minus the loss's gradient at the samples; with a critic "fake_scores",
        "real_scores" and "new_fake_scores" (n,); and losses and norms as of `walk_critic`, an encoder's as
        "gradient.encoder.NAME".
    losses
        What the update returned.
    """
    with _watched(game, [cast.generator, *([cast.encoder] if cast.encoder else [])]) as (witness, told):
        losses = update()
    assert witness.batch is not None
    assert witness.latents is not None
    new = generate(witness.latents, witness.batch.told)
    told |= _first(new_fake=new)
    if cast.critic is not None:
        told |= _scores(witness, score, "")
        pairs = None if witness.encoded is None else witness.latents
        told |= _first(new_fake_scores=score(new, witness.batch.told.labels, pairs))
    if witness.sample_gradient is not None:
        told |= _first(push=-witness.sample_gradient)
    return told | _worked_on(cast, witness) | _losses(losses), losses


@contextmanager
def _watched(game: Game, players: list[Player]) -> Iterator[tuple[Witness, Arrays]]:
    """Lend a game a witness for an update, and measure the players' gradients and steps after it."""
    before = [player.parameters.detach().clone() for player in players]
    witness, norms = Witness(), Arrays()
    game.witness = witness
    try:
        yield witness, norms
    finally:
        game.witness = None
    for player, old in zip(players, before, strict=True):
        prefix = "encoder." if player.which == "encoder" else ""
        gradient = player.parameters.grad
        # Nothing teaches an encoder where there is none.
        gradient = torch.zeros_like(old) if gradient is None else gradient
        for kind, flat in (("gradient", gradient), ("update", player.parameters.detach() - old)):
            for name, value in player.chain.unpack(flat).items():
                norms[f"{kind}.{prefix}{name}"] = np.asarray(value[0].norm().item(), np.float32)


def _sides(witness: Witness) -> dict[str, Tensor]:
    assert witness.batch is not None
    assert witness.fake is not None
    return {"fake": witness.fake, "real": witness.batch.real}


def _scores(witness: Witness, score: Score, when: str) -> Arrays:
    """Return the scores of an update's samples; where the critic sees pairs, with the latents that they have there."""
    assert witness.batch is not None
    labels = witness.batch.told.labels
    latents = {"fake": None if witness.encoded is None else witness.latents, "real": witness.encoded}
    sides = _sides(witness).items()
    return _first(**{f"{when}{side}_scores": score(points, labels, latents[side]) for side, points in sides})


def _worked_on(cast: Cast, witness: Witness) -> Arrays:
    """Return what an update was given and what was made of it."""
    assert witness.batch is not None
    assert witness.latents is not None
    tensors = _sides(witness) | {"latents": witness.latents}
    if messages := cast.messages(witness.batch.told):
        tensors["told"] = torch.cat(messages, dim=-1)
    if witness.encoded is not None:
        tensors["encoded"] = witness.encoded
    return _first(**tensors)


def _first(**tensors: Tensor) -> Arrays:
    """Return the first run's first samples of each tensor (R, batch, ...)."""
    return {name: value[0, :SHOWN].detach().cpu().numpy() for name, value in tensors.items()}


def _losses(losses: Mapping[str, Tensor]) -> Arrays:
    return {f"loss.{name}": value[0].detach().cpu().numpy() for name, value in losses.items()}
