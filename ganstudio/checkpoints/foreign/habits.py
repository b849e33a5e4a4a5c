"""What programs that look like this usually do where shapes tell nothing: the defaults of the questions.

Each habit is a test on a row of layers and the answers that go with it; the first that holds is taken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from ganstudio.checkpoints.foreign.chain import Chain

__all__ = ["ACTIVATIONS", "EPSILONS", "Habit", "habit_of"]

ACTIVATIONS: Final = (
    "relu",
    "leaky_relu_0.2",
    "leaky_relu_0.01",
    "elu",
    "selu",
    "gelu",
    "silu",
    "softplus",
    "tanh",
    "sigmoid",
    "identity",
)
EPSILONS: Final = ("1e-05", "0.8", "1e-05,0.8", "0.001")
""""1e-05,0.8": the first normalisation has the former, all others the latter."""


class Answers(NamedTuple):
    """Defaults."""

    activation: str = "relu"
    output: str = "tanh"
    epsilon: str = "1e-05"
    coded: bool = False
    """Whether 12 numbers beside the latent are rather InfoGAN's 10 + 2 than a label."""


@dataclass(frozen=True)
class Habit:
    """A way of writing generators that is known.

    Attributes
    ----------
    name
        For a person.
    holds
        Whether a row of layers looks so.
    """

    name: str
    holds: Callable[[Chain], bool]
    answers: Answers


def habit_of(chain: Chain) -> Habit:
    """Return the habit that a row of layers shows."""
    return next(habit for habit in HABITS if habit.holds(chain))


def _normed(chain: Chain) -> list[bool]:
    """Return for each layer but the last whether a normalisation follows."""
    return [stage.norm is not None for stage in chain.stages[:-1]]


def _upsampling_with_norm_in_front(chain: Chain) -> bool:
    first = chain.stages[0]
    rest = [stage.kind for stage in chain.stages[1:]]
    return first.norm_on_maps and bool(rest) and set(rest) == {"convolution"}


def _upsampling(chain: Chain) -> bool:
    rest = [stage.kind for stage in chain.stages[1:]]
    return chain.convolutional and "transposed_convolution" not in rest


def _all_but_first_normed(chain: Chain) -> bool:
    normed = _normed(chain)
    return not chain.convolutional and len(normed) > 1 and not normed[0] and all(normed[1:])


def _blocks_with_norm(chain: Chain) -> bool:
    normed = _normed(chain)
    nested = chain.stages[0].module.name.count(".") > chain.stages[-1].module.name.count(".")
    return not chain.convolutional and bool(normed) and all(normed) and nested


def _one_hidden_layer(chain: Chain) -> bool:
    return not chain.convolutional and len(chain.stages) == 2 and not any(_normed(chain))


def _dense(chain: Chain) -> bool:
    return not chain.convolutional


def _growing(chain: Chain) -> bool:
    widths = [stage.outputs for stage in chain.stages[:-1]]
    return not chain.convolutional and len(set(widths)) > 1 and sorted(widths) == widths


HABITS: Final = (
    Habit(
        "upsampling and convolutions behind a normalised dense layer, as in PyTorch-GAN's DCGAN",
        _upsampling_with_norm_in_front,
        Answers("leaky_relu_0.2", epsilon="1e-05,0.8", coded=True),
    ),
    Habit("upsampling and convolutions", _upsampling, Answers("leaky_relu_0.2", coded=True)),
    Habit(
        "dense layers, all but the first normalised, as in PyTorch-GAN",
        _all_but_first_normed,
        Answers("leaky_relu_0.2", epsilon="0.8"),
    ),
    Habit("blocks of dense layers, each normalised", _blocks_with_norm, Answers("relu", output="sigmoid")),
    Habit("one hidden dense layer", _one_hidden_layer, Answers("relu", output="sigmoid")),
    Habit("dense layers of growing width", _growing, Answers("leaky_relu_0.2")),
    Habit("dense layers", _dense, Answers("relu")),
    Habit("transposed convolutions, as in DCGAN", bool, Answers("relu")),
)
