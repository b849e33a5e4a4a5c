"""Perceptrons with a run axis against torch.nn, run by run."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from ganstudio.experiment import Network
from ganstudio.nets import MLP, ScalarCritic, input_gradient


def generators(count: int) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(seed) for seed in range(count)]


def reference(shape: MLP, parameters: torch.Tensor, run: int) -> nn.Sequential:
    """Return the same network as an ordinary module."""
    named = {name: value[run] for name, value in shape.unpack(parameters).items()}
    activations = {"relu": nn.ReLU, "leaky_relu": lambda: nn.LeakyReLU(0.2), "tanh": nn.Tanh, "elu": nn.ELU}
    modules: list[nn.Module] = []
    for layer in range(shape.settings.layers + 1):
        weight, bias = named[f"{layer}.weight"], named[f"{layer}.bias"]
        linear = nn.Linear(*weight.shape)
        linear.load_state_dict({"weight": weight.T, "bias": bias[0]})
        modules.append(linear)
        if layer < shape.settings.layers:
            if shape.settings.normalisation == "layer":
                modules.append(nn.LayerNorm(weight.shape[1]))
            if shape.settings.normalisation == "batch":
                modules.append(nn.BatchNorm1d(weight.shape[1]))
            modules.append(activations[shape.settings.activation]())
    return nn.Sequential(*modules)


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "tanh", "elu"])
@pytest.mark.parametrize("normalisation", ["none", "layer", "batch"])
def test_each_run_is_an_ordinary_network(activation: str, normalisation: str) -> None:
    shape = MLP(Network(layers=2, width=7, activation=activation, normalisation=normalisation), 3, 2)
    parameters = shape.initial(generators(3))
    x = torch.randn(3, 11, 3)
    output = shape.bind(parameters)(x)
    for run in range(3):
        torch.testing.assert_close(output[run], reference(shape, parameters, run)(x[run]), atol=1e-5, rtol=1e-5)


def test_maxout_takes_the_largest_of_five_pieces() -> None:
    shape = MLP(Network(layers=1, width=4, activation="maxout"), 3, 1)
    assert shape.shapes["0.weight"] == (3, 20)
    parameters = shape.initial(generators(1))
    named = {name: value[0] for name, value in shape.unpack(parameters).items()}
    x = torch.randn(1, 6, 3)
    hidden = (x[0] @ named["0.weight"] + named["0.bias"]).reshape(6, 4, 5).max(-1).values
    torch.testing.assert_close(shape.bind(parameters)(x)[0], hidden @ named["1.weight"] + named["1.bias"])


def test_running_statistics_follow_torch() -> None:
    shape = MLP(Network(layers=1, width=5, normalisation="batch"), 2, 1)
    parameters = shape.initial(generators(2))
    statistics = shape.statistics(2, "cpu")
    x = torch.randn(2, 9, 2)
    modules = [reference(shape, parameters, run) for run in range(2)]
    for _ in range(3):
        shape.bind(parameters, statistics, "learn")(x)
        for run, module in enumerate(modules):
            module(x[run])
    for run, module in enumerate(modules):
        norm = module[1]
        torch.testing.assert_close(statistics.means[0][run], norm.running_mean)
        torch.testing.assert_close(statistics.variances[0][run], norm.running_var)
        fixed = shape.bind(parameters, statistics, "fixed")(x)[run]
        torch.testing.assert_close(fixed, module.eval()(x[run]), atol=1e-5, rtol=1e-5)


def test_binding_without_statistics_changes_none() -> None:
    shape = MLP(Network(layers=1, width=5, normalisation="batch"), 2, 1)
    statistics = shape.statistics(1, "cpu")
    shape.bind(shape.initial(generators(1)))(torch.randn(1, 9, 2))
    assert statistics.means[0].eq(0).all()


@settings(max_examples=25, deadline=None)
@given(layers=st.integers(0, 4), width=st.integers(1, 9), runs=st.integers(1, 3), seed=st.integers(0, 1000))
def test_slopes_of_relu_networks_are_their_gradient(layers: int, width: int, runs: int, seed: int) -> None:
    shape = MLP(Network(layers=layers, width=width), 2, 1)
    torch.manual_seed(seed)
    parameters = torch.randn(runs, shape.size, dtype=torch.float64, requires_grad=True)
    critic = ScalarCritic([shape.bind(parameters)])
    x = torch.randn(runs, 5, 2, dtype=torch.float64)
    direct, twice = critic.input_gradient(x), input_gradient(critic, x)
    torch.testing.assert_close(direct, twice)
    if layers:
        # and so is what a penalty on them tells the parameters
        (first,) = torch.autograd.grad(direct.square().sum(), parameters, retain_graph=True)
        (second,) = torch.autograd.grad(twice.square().sum(), parameters, allow_unused=True)
        torch.testing.assert_close(first, second)


@pytest.mark.parametrize(
    ("initialisation", "deviation"),
    [("he", (2 / 400) ** 0.5), ("xavier", (2 / 800) ** 0.5), ("normal", 0.02), ("default", 1 / (3 * 400) ** 0.5)],
)
def test_initial_weights_have_the_textbook_deviation(initialisation: str, deviation: float) -> None:
    shape = MLP(Network(layers=2, width=400, initialisation=initialisation), 2, 1)
    weight = shape.unpack(shape.initial(generators(1)))["1.weight"]
    assert weight.std().item() == pytest.approx(deviation, rel=0.02)
    assert abs(weight.mean().item()) < 0.001


def test_orthogonal_weights_are_orthogonal() -> None:
    shape = MLP(Network(layers=2, width=30, initialisation="orthogonal"), 2, 1)
    weight = shape.unpack(shape.initial(generators(1)))["1.weight"][0]
    torch.testing.assert_close(weight @ weight.T, torch.eye(30), atol=1e-5, rtol=0)


def test_equal_shapes_start_equal_whatever_follows() -> None:
    wide, deep = MLP(Network(layers=2), 2, 1), MLP(Network(layers=3), 2, 1)
    first, second = (shape.unpack(shape.initial(generators(1)))["0.weight"] for shape in (wide, deep))
    assert torch.equal(first, second)
