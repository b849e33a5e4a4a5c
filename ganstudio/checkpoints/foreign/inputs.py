"""What the numbers at the front of a generator are: latent, label, codes, and in which order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from ganstudio.architecture import Input
from ganstudio.checkpoints.foreign.chain import Chain, ChainProblemError
from ganstudio.checkpoints.foreign.habits import Answers
from ganstudio.checkpoints.foreign.modules import HasShape
from ganstudio.checkpoints.foreign.questions import Asked
from ganstudio.settings import name_shown

__all__ = ["asked_inputs"]

USUAL: Final = (100, 128, 64, 62, 50, 256, 512, 200, 120, 1024)
"""Sizes of latents beside which a label may stand; smaller ones add up to too many numbers."""
CLASSES: Final = (10, 2, 3, 4, 5, 26, 27, 40, 47, 100, 102, 1000)
"""Numbers of classes of usual data sets."""
NAMES: Final = ("nz", "z_dim", "zdim", "dim_z", "latent_dim", "latent_size", "noise_dim", "nz_dim", "n_z", "latent")
"""What programs call the size of their latent."""
ORDER: Final = "what stands first in the input"
DOMINANT: Final = 1.5
"""How much larger squared weights of a label are than those of as many latent numbers, to tell where it stands."""


def asked_inputs(
    asked: Asked, chain: Chain, tensors: Mapping[str, HasShape], values: Mapping[str, object], usual: Answers
) -> tuple[tuple[Input, ...], dict[str, str]]:
    """Return the inputs, and their names of embeddings by ours.

    Parameters
    ----------
    values
        Plain values beside the tensors, where the size of the latent may stand.
    usual
        What programs of this habit do.
    """
    width = chain.stages[0].inputs
    if len(chain.tables) > 1:
        raise ChainProblemError(f"has {len(chain.tables)} embeddings; one is understood")
    if chain.front:
        parts = _apart(asked, chain, chain.front.takes)
    elif chain.tables:
        parts = _embedded(asked, chain, tensors, usual)
    else:
        parts = _plain(asked, width, values, usual)
    distribution = asked("latent", "how latents are drawn", "normal", "uniform")
    inputs = tuple(
        part.model_copy(update={"distribution": distribution}) if part.kind == "latent" else part for part in parts
    )
    sources = {
        f"inputs.{index}.weight": chain.tables[0].tensors["weight"]
        for index, part in enumerate(inputs)
        if part.embedding
    }
    return inputs, sources


def _apart(asked: Asked, chain: Chain, takes: tuple[int, int]) -> list[Input]:
    """Return a latent and a label that go through layers of their own."""
    table = chain.tables[0] if chain.tables else None
    label = Input(kind="label", size=table.shape[0] if table else takes[1], embedding=takes[1] if table else 0)
    return _in_order(asked, Input(kind="latent", size=takes[0]), label, first=False)


def _embedded(asked: Asked, chain: Chain, tensors: Mapping[str, HasShape], usual: Answers) -> list[Input]:
    width = chain.stages[0].inputs
    [table] = chain.tables
    if "weight" not in table.tensors:
        raise ChainProblemError(
            f"{table.name} is an embedding whose weight is computed from others, which is not known"
        )
    classes, size = table.shape
    if size == width:
        options = ("multiplied with the latent", "not used")
        said = asked("embedding", f"what becomes of {name_shown(table.name)}", *options)
        latent = Input(kind="latent", size=width)
        label = Input(kind="label", size=classes, embedding=size, multiplies=True)
        return [latent, label] if said == options[0] else [latent]
    if size > width:
        raise ChainProblemError(f"{table.name} gives {size} numbers, {chain.stages[0].module.name} takes {width}")
    label = Input(kind="label", size=classes, embedding=size)
    return _in_order(
        asked, Input(kind="latent", size=width - size), label, _label_first(chain, tensors, size, usual.label_first)
    )


def _plain(asked: Asked, width: int, values: Mapping[str, object], usual: Answers) -> list[Input]:
    sizes = _splits(width, values, usual.coded)
    classes = asked.number(
        "classes", "of how many classes the input holds a label (0: none)", *sizes, low=0, high=width - 1
    )
    latent = Input(kind="latent", size=width)
    if not classes:
        return [latent]
    most = width - classes - 1
    likely = 2 if usual.coded and width - classes - 2 in (62, 100, 128) else 0
    codes = asked.number(
        "codes", "how many continuous codes stand behind the label", likely, 0, 1, 2, 3, low=0, high=most
    )
    latent = Input(kind="latent", size=width - classes - codes)
    label = Input(kind="category" if codes else "label", size=classes)
    if not codes:
        return _in_order(asked, latent, label, first=False)
    options = ("latent,code,label", "latent,label") if usual.codes_first else ("latent,label", "latent,code,label")
    order = asked("order", ORDER, *options, "label,latent")
    code = Input(kind="code", size=codes)
    orders = {"latent,label": [latent, label, code], "latent,code,label": [latent, code, label]}
    return orders.get(order, [label, latent, code])


def _in_order(asked: Asked, latent: Input, label: Input, first: bool) -> list[Input]:
    options = ("label,latent", "latent,label")
    order = asked("order", ORDER, *(options if first else options[::-1]))
    return [label, latent] if order == "label,latent" else [latent, label]


def _splits(width: int, values: Mapping[str, object], coded: bool) -> list[int]:
    """Return numbers of classes, likeliest first."""
    told = [
        width - value
        for name, value in values.items()
        if name.rpartition(".")[2].lower() in NAMES and type(value) is int and 1 < value <= width
    ]
    if coded and width - 12 in (62, 100, 128):
        told.append(10)
    usual = [0] if width in USUAL else []
    usual += [classes for latent in USUAL for classes in CLASSES if latent + classes == width]
    return list(dict.fromkeys([*told[:1], *usual, 0, 10]))


def _label_first(chain: Chain, tensors: Mapping[str, HasShape], size: int, usually: bool) -> bool:
    """Tell where a label stands from the weights, which after training are larger for it than for latents."""
    stage = chain.stages[0]
    axis = 0 if stage.kind == "transposed_convolution" else 1
    name = stage.module.weight(1 - axis)
    weight = tensors.get(name or "")
    if not isinstance(weight, np.ndarray):
        return usually
    others = tuple(index for index in range(weight.ndim) if index != axis)
    power = np.square(weight.astype(np.float64)).mean(axis=others)
    front, back = float(power[:size].mean()), float(power[-size:].mean())
    if front > DOMINANT * back:
        return True
    return usually and not back > DOMINANT * front
