"""What a model file tells a person: where the network comes from, how good it is, what its codes mean."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ganstudio.settings import Settings

__all__ = ["Card", "Distance"]

Line = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=20_000)]


class Distance(Settings):
    """How far generated pictures are from the data."""

    name: Line
    """What was measured, for example "Frechet distance in the features of the shipped classifier"."""
    value: float
    samples: Annotated[int, Field(ge=1)] | None = None
    """Generated pictures that it was measured with."""


class Card(Settings):
    """A model card. Everything is optional; what is not known stays empty."""

    title: Line = ""
    data: Line = ""
    """What it was trained on."""
    licence: Line = ""
    """Of the data and of the weights."""
    method: Line = ""
    settings: Text = ""
    """How it was trained, for a person: the command, or what differs from the defaults."""
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] | None = None
    steps: Annotated[int, Field(ge=0, le=2**63 - 1)] | None = None
    """Generator updates."""
    distance: Distance | None = None
    class_names: Annotated[tuple[Annotated[str, Field(max_length=60)], ...], Field(max_length=10_000)] = ()
    """One for each class of the generator's label, or none."""
    code_meanings: Annotated[dict[str, Line], Field(max_length=100)] = Field(default_factory=dict)
    """What InfoGAN's codes were found to change: "c1" -> "slant"."""
    notes: Text = ""
    created_by: Line = ""
    """Program and version that wrote it."""
