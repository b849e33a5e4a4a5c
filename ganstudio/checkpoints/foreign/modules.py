"""Tensors grouped into the modules that they belong to, told apart by their shapes and by what PyTorch calls them.

Names of modules are only used for their order, and for how many modules without parameters (activations, dropout,
upsampling) a `Sequential` has between two that have some.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, Protocol

if TYPE_CHECKING:
    from ganstudio.checkpoints.foreign.blocks import Block

__all__ = ["PASSED_OVER", "ROLES", "HasShape", "Module", "grouped", "hidden_before", "hidden_between", "natural"]

Role = Literal["weight", "bias", "running_mean", "running_var", "weight~0", "weight~1", "weight~n"]
Sort = Literal["dense", "maps", "block", "norm", "slope", "other"]

ROLES: Final = ("weight", "bias", "running_mean", "running_var", "weight~0", "weight~1", "weight~n")
PASSED_OVER: Final = re.compile(
    r"(^|\.)(num_batches_tracked|weight_(orig|bar|u|v|g)|parametrizations\.weight\.(original[01]?|0\._[uv]))$"
)
"""What a layer does not need in evaluation mode, or what stands beside it already computed."""


class HasShape(Protocol):
    """A tensor, as far as it is looked at here."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of its axes."""


@dataclass
class Module:
    """What has parameters: a layer, a normalisation, an embedding.

    Attributes
    ----------
    name
        Dotted, "" where tensors stand at the top.
    tensors
        Their names by role.
    shapes
        By role.
    block
        What it is if it is several modules at once.
    """

    name: str
    tensors: dict[str, str] = field(default_factory=dict)
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    block: Block | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Of its weight, however that is stored; of a normalisation without one, of its mean."""
        if self.block:
            return self.block.outputs, self.block.inputs
        for role in ("weight", "weight~0", "weight~1", "weight~n", "running_mean"):
            if role in self.shapes:
                return self.shapes[role]
        return ()

    @property
    def sort(self) -> Sort:
        """What it can be by its shapes alone; an embedding looks like a dense layer without bias."""
        if self.block:
            return "block"
        axes = len(self.shape)
        if axes == 4 and self.shape[2] == self.shape[3]:
            return "maps"
        if axes == 2:
            return "dense"
        if axes == 1 and ({"bias", "running_mean"} & self.tensors.keys()):
            return "norm"
        if axes == 1 and self.tensors.keys() == {"weight"}:
            return "slope"
        return "other"

    @property
    def biased(self) -> bool:
        """Whether it has a bias."""
        return "bias" in self.tensors

    def weight(self, axis: int) -> str | None:
        """Return their name of the weight that is used; `axis` is the one that spectral normalisation goes along."""
        for role in ("weight", "weight~n", f"weight~{axis}"):
            if role in self.tensors:
                return self.tensors[role]
        return None


def grouped(tensors: Mapping[str, HasShape]) -> tuple[list[Module], list[str]]:
    """Return the modules in order of their first tensor, and the names of tensors that belong to none."""
    found: dict[str, Module] = {}
    over: list[str] = []
    for name, tensor in tensors.items():
        if PASSED_OVER.search(name):
            continue
        above, _, leaf = name.rpartition(".")
        if leaf not in ROLES:
            over.append(name)
            continue
        module = found.setdefault(above, Module(above))
        module.tensors[leaf] = name
        module.shapes[leaf] = tuple(tensor.shape)
    return list(found.values()), over


def natural(name: str) -> list[tuple[int, int, str]]:
    """Return what to sort names by so that "main.10" follows "main.2"."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"\d+|\D+", name)]


def hidden_between(first: Module, second: Module) -> int | None:
    """Return how many modules without parameters stand between two; None where names do not tell."""
    above, _, one = first.name.rpartition(".")
    other_above, _, other = second.name.rpartition(".")
    if above != other_above or not (one.isdigit() and other.isdigit()) or int(other) <= int(one):
        return None
    return int(other) - int(one) - 1


def hidden_before(module: Module, others: Sequence[Module]) -> int:
    """Return how many modules without parameters begin the `Sequential` in which a module is the first of `others`."""
    above, _, own = module.name.rpartition(".")
    if not own.isdigit():
        return 0
    here = [other.name.rpartition(".") for other in others]
    first = min((int(index) for place, _, index in here if place == above and index.isdigit()), default=0)
    return int(own) if int(own) == first else 0
