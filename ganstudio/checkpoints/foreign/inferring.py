"""A generator's architecture from the shapes and the order of its tensors alone.

What cannot be known is asked, with the likeliest answer filled in; `infer` again with another answer gives the
architecture that goes with it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from numpy.typing import NDArray
from pydantic import ValidationError

from ganstudio.architecture import Architecture
from ganstudio.checkpoints.foreign.blocks import gathered, without_copies
from ganstudio.checkpoints.foreign.building import asked_kinds, built
from ganstudio.checkpoints.foreign.chain import ChainProblemError, arranged
from ganstudio.checkpoints.foreign.habits import habit_of
from ganstudio.checkpoints.foreign.inputs import asked_inputs
from ganstudio.checkpoints.foreign.modules import HasShape, grouped
from ganstudio.checkpoints.foreign.questions import Asked, ChoiceError, Question
from ganstudio.settings import explain, name_shown

__all__ = ["ChainProblemError", "ChoiceError", "Guess", "Question", "infer"]

BRANCHING: Final = re.compile(
    r"(^|[._])(res\w*|short\w*|skip\w*|bypass|c?_?sc|att\w*|query\w*|style\w*|noise\w*)($|[._])", re.I
)
"""Names of modules that programs give to what is no plain row of layers."""


@dataclass(frozen=True)
class Guess:
    """An architecture that fits, and what it rests on.

    Attributes
    ----------
    sources
        Their name of a tensor by ours, one for each that the architecture has.
    names
        For each layer, their name of the module that it comes from, "" for what has no parameters.
    questions
        What shapes leave open, and how it was answered.
    notes
        What a person may want to know.
    over
        Tensors that belong to no layer: buffers, counters.
    """

    architecture: Architecture
    sources: Mapping[str, str]
    names: tuple[str, ...]
    questions: tuple[Question, ...]
    notes: tuple[str, ...]
    over: tuple[str, ...]

    def taken(self, tensors: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Return tensors under our names."""
        found = {ours: tensors[theirs] for ours, theirs in self.sources.items()}
        # A number that is learned alone may be stored without an axis.
        return {ours: array if array.ndim else array.reshape(1) for ours, array in found.items()}


def infer(
    tensors: Mapping[str, HasShape],
    choices: Mapping[str, str] | None = None,
    *,
    ordered: bool = True,
    values: Mapping[str, object] | None = None,
    level: str = "",
) -> Guess:
    """Work out a generator's architecture.

    Parameters
    ----------
    tensors
        By name, in their order: arrays, or anything that has a shape.
    choices
        Answers by the key of their question; of all others the likeliest is taken.
    ordered
        Whether the order is that of a program. Otherwise the names' order is tried first.
    values
        Plain values that stood beside the tensors; the size of the latent may be among them.
    level
        What stood before their names, which may tell a habit.

    Raises
    ------
    ChainProblemError
        If the tensors are no generator of pictures that is known here.
    ChoiceError
        If an answer is not allowed, or answers what is not asked.
    """
    choices = dict(choices or {})
    modules, over = grouped(tensors)
    modules, over = gathered(without_copies(modules, tensors), over, tensors)
    if heavy := [name for name in over if len(tensors[name].shape) > 1]:
        more = f" and {len(heavy) - 1} more" if len(heavy) > 1 else ""
        raise ChainProblemError(f"{heavy[0]}{more} is no weight of a layer that is known")
    asked = Asked(choices)
    chain = replace(asked_kinds(asked, arranged(modules, ordered=ordered)), level=level)
    habit = habit_of(chain)
    inputs, tables = asked_inputs(asked, chain, tensors, values or {}, habit.answers)
    row = built(asked, chain, tensors, choices, habit.answers)
    try:
        architecture = Architecture(inputs=inputs, layers=tuple(row.layers), output_range=row.output_range)
    except ValidationError as error:
        raise ChainProblemError(explain(error)) from None
    gives = math.prod(architecture.output)
    if architecture.latent >= gives:
        raise ChainProblemError(f"takes {architecture.latent} numbers and gives {gives}, as autoencoders do")
    notes = [f"looks like {habit.name}"]
    plain = [module.name for module in chain.modules if not module.block]
    if branching := [name for name in plain if BRANCHING.search(name)]:
        notes.append(f"may have connections past layers ({name_shown(branching[0])}), which shapes do not show")
    return Guess(architecture, tables | row.sources, tuple(row.names), asked.answered(), tuple(notes), tuple(over))
