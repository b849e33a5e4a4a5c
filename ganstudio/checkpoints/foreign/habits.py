"""What programs that look like this usually do where shapes tell nothing: the defaults of the questions.

Each habit is a test on a row of layers and the answers that go with it; the first that holds is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from ganstudio.checkpoints.foreign.blocks import ResidualBlock
from ganstudio.checkpoints.foreign.chain import Chain
from ganstudio.checkpoints.foreign.modules import hidden_between

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
    upsample: Literal["nearest", "bilinear"] = "nearest"
    coded: bool = False
    """Whether 12 numbers beside the latent are rather InfoGAN's 10 + 2 than a label."""
    front: str = ""
    """Activation of a latent that goes through a layer of its own, where it is another one."""
    codes_first: bool = False
    """Whether InfoGAN's codes stand before its category."""
    label_first: bool = False
    """Whether an embedded label stands before the latent."""


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


def _called(chain: Chain, *names: str) -> bool:
    """Whether some module, or what stands before all of them, has one of the names within its own."""
    parts = {part for module in chain.modules for part in module.name.split(".")} | set(chain.level.split("."))
    return any(name in parts for name in names)


def _upsampling(chain: Chain) -> bool:
    rest = [stage.kind for stage in chain.stages[1:]]
    return chain.convolutional and "transposed_convolution" not in rest


def _upsampling_with_norm_in_front(chain: Chain) -> bool:
    """Whether maps are normalised before they are enlarged for the first time, and no function stands between."""
    first = chain.stages[0]
    if not (_upsampling(chain) and first.norm and first.norm_on_maps and len(chain.stages) > 1):
        return False
    if any(stage.shuffled > 1 for stage in chain.stages):
        return False
    hidden = hidden_between(first.norm, chain.stages[1].module)
    return hidden is None or hidden <= 1


def _upsampling_of_pytorch_gan(chain: Chain) -> bool:
    return _upsampling(chain) and _called(chain, "conv_blocks", "conv_model")


def _upsampling_with_relu(chain: Chain) -> bool:
    """Whether a function stands behind the first normalisation, as programs have it that do not follow PyTorch-GAN."""
    return _upsampling(chain) and chain.stages[0].norm is not None


def _transposed_then_convolution(chain: Chain) -> bool:
    """Whether nothing is normalised and a convolution ends what a dense layer begins."""
    kinds = [stage.kind for stage in chain.stages]
    bare = not any(_normed(chain)) and chain.front is None
    return bare and kinds[0] == "dense" and "transposed_convolution" in kinds and kinds[-1] == "convolution"


def _apart(chain: Chain) -> bool:
    return chain.front is not None


def _apart_unnormed(chain: Chain) -> bool:
    return chain.front is not None and not any(chain.front.norms) and not any(_normed(chain))


def _apart_normed_later(chain: Chain) -> bool:
    return chain.front is not None and not any(chain.front.norms) and bool(chain.tables) and any(_normed(chain))


def _deconv_behind_fc(chain: Chain) -> bool:
    return chain.stages[0].kind == "dense" and _called(chain, "fc") and _called(chain, "deconv")


def _all_but_first_normed_and_growing(chain: Chain) -> bool:
    return _all_but_first_normed(chain) and _growing(chain)


def _all_but_first_normed(chain: Chain) -> bool:
    normed = _normed(chain)
    return not chain.convolutional and len(normed) > 1 and not normed[0] and all(normed[1:])


def _blocks_with_norm(chain: Chain) -> bool:
    normed = _normed(chain)
    nested = chain.stages[0].module.name.count(".") > chain.stages[-1].module.name.count(".")
    return not chain.convolutional and bool(normed) and all(normed) and nested


def _one_hidden_layer(chain: Chain) -> bool:
    return not chain.convolutional and len(chain.stages) == 2 and not any(_normed(chain))


def _one_hidden_layer_of_gen(chain: Chain) -> bool:
    return _one_hidden_layer(chain) and _called(chain, "gen")


def _dense(chain: Chain) -> bool:
    return not chain.convolutional


def _growing(chain: Chain) -> bool:
    widths = [stage.outputs for stage in chain.stages[:-1]]
    return not chain.convolutional and len(set(widths)) > 1 and sorted(widths) == widths


def _residual(chain: Chain) -> bool:
    return any(isinstance(stage.module.block, ResidualBlock) for stage in chain.stages)


def _residual_of_mimicry(chain: Chain) -> bool:
    """Whether a last layer "c5" follows blocks whose way past is "c_sc": there, maps are doubled bilinearly."""
    past = [one.shortcut for stage in chain.stages if isinstance(one := stage.module.block, ResidualBlock)]
    called = any(one is not None and one.name.endswith(".c_sc") for one in past)
    return called and re.search(r"(^|\.)c\d$", chain.stages[-1].module.name) is not None


HABITS: Final = (
    Habit("residual blocks, as in mimicry's SNGAN", _residual_of_mimicry, Answers("relu", upsample="bilinear")),
    Habit("residual blocks, as in SNGAN and WGAN-GP", _residual, Answers("relu")),
    Habit("latent and label apart and nothing normalised", _apart_unnormed, Answers("leaky_relu_0.2")),
    Habit(
        "latent and label apart and only later layers normalised",
        _apart_normed_later,
        Answers("relu", epsilon="0.8", front="leaky_relu_0.2"),
    ),
    Habit("latent and label apart in the first layer, as in conditional DCGANs", _apart, Answers("relu")),
    Habit(
        "upsampling and convolutions behind a normalised dense layer, as in PyTorch-GAN's DCGAN",
        _upsampling_with_norm_in_front,
        Answers("leaky_relu_0.2", epsilon="1e-05,0.8", coded=True),
    ),
    Habit(
        "upsampling and convolutions, as in PyTorch-GAN",
        _upsampling_of_pytorch_gan,
        Answers("leaky_relu_0.2", epsilon="0.8", coded=True),
    ),
    Habit("upsampling and convolutions, all normalised", _upsampling_with_relu, Answers("relu", coded=True)),
    Habit("upsampling and convolutions", _upsampling, Answers("leaky_relu_0.2", coded=True)),
    Habit(
        "dense layers, all but the first normalised, as in PyTorch-GAN",
        _all_but_first_normed_and_growing,
        Answers("leaky_relu_0.2", epsilon="0.8", label_first=True),
    ),
    Habit("dense layers of one width, all but the first normalised", _all_but_first_normed, Answers("leaky_relu_0.2")),
    Habit("blocks of dense layers, each normalised", _blocks_with_norm, Answers("relu", output="sigmoid")),
    Habit("one hidden dense layer of a GAN", _one_hidden_layer_of_gen, Answers("leaky_relu_0.01")),
    Habit("one hidden dense layer", _one_hidden_layer, Answers("relu", output="sigmoid")),
    Habit("dense layers of growing width", _growing, Answers("leaky_relu_0.2")),
    Habit("dense layers", _dense, Answers("relu")),
    Habit(
        "transposed convolutions without normalisation before a convolution",
        _transposed_then_convolution,
        Answers("leaky_relu_0.2"),
    ),
    Habit(
        "transposed convolutions behind dense layers, as in pytorch-generative-model-collections",
        _deconv_behind_fc,
        Answers("relu", coded=True, codes_first=True),
    ),
    Habit("transposed convolutions, as in DCGAN", bool, Answers("relu")),
)
