"""One iteration in slow motion: every tensor that a person wants to see on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from ganstudio.training.cast import Cast
from ganstudio.training.draws import Batch
from ganstudio.training.games import Game, Terms
from ganstudio.training.player import Player
from ganstudio.training.witness import Witness

__all__ = ["walk_critic", "walk_generator"]

Arrays = dict[str, NDArray[Any]]
SHOWN = 128
"""Samples of a batch that are told."""


def walk_critic(
    cast: Cast, game: Game, update: Callable[[], Terms], score: Callable[[Tensor], Tensor]
) -> tuple[Arrays, Terms]:
    """Do one critic update and tell what happened in it to the first run.

    Parameters
    ----------
    update
        Does the update and returns its losses.
    score
        The critic's score (R, n) of points (R, n, 2), as it is now.

    Returns
    -------
    told : dict
        "latents" (n, dimensions), "fake" and "real" (n, 2); "fake_scores" and "real_scores" (n,) before the update and
        "new_fake_scores", "new_real_scores" after it; "loss.NAME" (); and of every weight and bias the norms
        "gradient.NAME" and "update.NAME" (). Empty if there is no critic.
    losses
        What the update returned.
    """
    if cast.critic is None:
        return {}, update()
    before = {name: value.clone() for name, value in cast.critic.kept().items()}
    witness, losses, told = _watched(game, cast.critic, update)
    assert witness.batch is not None
    assert witness.fake is not None
    sides = {"fake": witness.fake, "real": witness.batch.real}
    with cast.critic.showing(before):
        told |= _first(**{f"{side}_scores": score(points) for side, points in sides.items()})
    told |= _first(**{f"new_{side}_scores": score(points) for side, points in sides.items()})
    told |= _first(latents=witness.batch.latents, **sides)
    return told | _losses(losses), losses


def walk_generator(
    cast: Cast, game: Game, update: Callable[[], Terms], shown: Callable[[Batch], Tensor]
) -> tuple[Arrays, Terms]:
    """Do one generator update and tell what happened in it to the first run.

    Parameters
    ----------
    update
        Does the update and returns its losses.
    shown
        The generator's samples (R, batch, 2) for a batch, as it is now.

    Returns
    -------
    told : dict
        "latents" (n, dimensions), "fake" (n, 2) before the update and "new_fake" (n, 2) of the same latents after it;
        "push" (n, 2), minus the loss's gradient at the samples; and losses and norms as of `walk_critic`.
    losses
        What the update returned.
    """
    witness, losses, told = _watched(game, cast.generator, update)
    assert witness.batch is not None
    assert witness.fake is not None
    told |= _first(latents=witness.batch.latents, fake=witness.fake, new_fake=shown(witness.batch))
    if witness.sample_gradient is not None:
        told |= _first(push=-witness.sample_gradient)
    return told | _losses(losses), losses


def _watched(game: Game, player: Player, update: Callable[[], Terms]) -> tuple[Witness, Terms, Arrays]:
    """Do an update with a witness; return who saw it, its losses, and norms of gradients and steps."""
    before = player.parameters.detach().clone()
    game.witness = Witness()
    try:
        losses = update()
        witness = game.witness
    finally:
        game.witness = None
    moved = player.parameters.detach() - before
    gradient = player.parameters.grad
    assert gradient is not None
    norms: Arrays = {}
    for kind, flat in (("gradient", gradient), ("update", moved)):
        for name, value in player.chain.unpack(flat).items():
            norms[f"{kind}.{name}"] = np.asarray(value[0].norm().item(), np.float32)
    return witness, losses, norms


def _first(**tensors: Tensor) -> Arrays:
    """Return the first run's first samples of each tensor (R, batch, ...)."""
    return {name: value[0, :SHOWN].detach().cpu().numpy() for name, value in tensors.items()}


def _losses(losses: Mapping[str, Tensor]) -> Arrays:
    return {f"loss.{name}": value[0].detach().cpu().numpy() for name, value in losses.items()}
