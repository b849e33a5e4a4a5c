"""Players: how they follow a gradient, taken in views of their flat parameters."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from ganstudio.experiment import Network, Optimiser
from ganstudio.nets import MLP, Chain
from ganstudio.training.optimisers import make_optimiser
from ganstudio.training.player import Player, descend


def make_player(name: str = "adam") -> Player:
    settings = Network(layers=1, width=4)
    chain = Chain({"first": MLP(settings, 2, 3), "second": MLP(settings, 3, 1)})
    return Player("critic", chain, Optimiser(name=name, beta1=0.5, beta2=0.9), range(2), "cpu")


def loss_of(player: Player) -> Tensor:
    first, second = player.chain.bind(player.leaves)
    x = torch.linspace(-1.0, 1.0, 20).view(2, 5, 2)
    return second(first(x)).square().flatten(1).mean(1)


@pytest.mark.parametrize("name", ["adam", "rmsprop", "sgd"])
def test_a_player_moves_as_the_optimiser_of_pytorch_does(name: str) -> None:
    player = make_player(name)
    flat = player.parameters.clone().requires_grad_()
    settings = Optimiser(name=name, beta1=0.5, beta2=0.9)
    optimiser = make_optimiser(settings, flat)
    x = torch.linspace(-1.0, 1.0, 20).view(2, 5, 2)
    for rate in (0.1, 0.1, 0.02, 0.0):
        descend([player], loss_of(player), rate)
        first, second = player.chain.bind(flat)
        optimiser.param_groups[0]["lr"] = rate
        optimiser.zero_grad()
        second(first(x)).square().flatten(1).mean(1).sum().backward()
        optimiser.step()
        torch.testing.assert_close(player.parameters.grad, flat.grad)
        torch.testing.assert_close(player.parameters, flat.detach())
    theirs = optimiser.state[flat]
    for key, value in player.optimiser.state[player.parameters].items():
        torch.testing.assert_close(value, theirs[key])


def test_views_follow_the_flat_parameters() -> None:
    player = make_player()
    before = player.parameters.clone()
    descend([player], loss_of(player), 0.1)
    player.restore(player.saved())
    assert not torch.equal(player.parameters, before)
    for views in (player.leaves, player.constants):
        named = {
            f"{part}.{name}": x
            for part, piece in zip(player.chain.parts, views, strict=True)
            for name, x in piece.items()
        }
        for name, value in player.chain.unpack(player.parameters).items():
            assert torch.equal(named[name], value)


def test_a_gradient_is_zero_where_nothing_depends_on_a_parameter() -> None:
    player = make_player()
    first, _ = player.leaves
    before = player.parameters.clone()
    descend([player], first["0.bias"].square().flatten(1).sum(1), 0.1)
    gradient = player.parameters.grad
    assert gradient is not None
    named = player.chain.unpack(gradient)
    torch.testing.assert_close(named.pop("first.0.bias"), 2 * player.chain.unpack(before)["first.0.bias"])
    assert all(not value.any() for value in named.values())


def test_a_player_that_nothing_teaches_stays_where_it_is() -> None:
    player, idle = make_player(), make_player()
    before = idle.parameters.clone()
    descend([player, idle], loss_of(player), 0.1)
    assert torch.equal(idle.parameters, before)
    assert player.learned
    assert not idle.learned


def test_showing_takes_other_parameters_for_a_while() -> None:
    player = make_player()
    x = torch.ones(1, 3, 2)
    other = {"parameters": torch.zeros(1, player.chain.size), "learned": torch.tensor(True)}
    before = player.parameters
    with player.showing(other):
        first, second = player.chain.bind(player.leaves)
        assert not second(first(x)).any()
    assert player.parameters is before
    assert torch.equal(player.leaves[0]["0.weight"], player.chain.unpack(before)["first.0.weight"])
