"""Tensors held against an architecture that was chosen by hand: what fits, what is missing, what is left over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from ganstudio.architecture import Architecture
from ganstudio.checkpoints.foreign.modules import PASSED_OVER, HasShape

__all__ = ["Match", "matched"]


@dataclass(frozen=True)
class Match:
    """How tensors go with an architecture.

    Attributes
    ----------
    sources
        Their names by ours, of all that fit.
    missing
        Ours that nothing fits.
    over
        Theirs that fit nowhere.
    """

    sources: Mapping[str, str]
    missing: tuple[str, ...]
    over: tuple[str, ...]


def matched(architecture: Architecture, tensors: Mapping[str, HasShape]) -> Match:
    """Match tensors in order: each goes with one of the same role ("weight", ...) and shape.

    Parameters
    ----------
    tensors
        By name, in the order of the network; what evaluation does not need is passed over.
    """
    ours = [(name, (name.rpartition(".")[2], shape)) for name, shape in architecture.tensors().items()]
    theirs = [
        (name, (_role(name), tuple(tensor.shape))) for name, tensor in tensors.items() if not PASSED_OVER.search(name)
    ]
    blocks = SequenceMatcher(
        None, [key for _, key in ours], [key for _, key in theirs], autojunk=False
    ).get_matching_blocks()
    sources = {ours[block.a + step][0]: theirs[block.b + step][0] for block in blocks for step in range(block.size)}
    taken = set(sources.values())
    return Match(
        sources,
        tuple(name for name, _ in ours if name not in sources),
        tuple(name for name, _ in theirs if name not in taken),
    )


def _role(name: str) -> str:
    """Return "weight" of "0.weight" and of "0.weight~1"."""
    return name.rpartition(".")[2].partition("~")[0]
