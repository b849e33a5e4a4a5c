"""What is evaluated: a model that was opened, or a run, and the pictures that it is compared with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ganstudio.experiment import look_up
from ganstudio.imagesets import IMAGE_SETS, ImageSet

__all__ = ["Subject", "image_set"]


@dataclass(frozen=True, eq=False)
class Subject:
    """A source of samples.

    Attributes
    ----------
    source
        What its engine calls it.
    title
        What a person calls it.
    trained_on
        Settings of the set that it was trained on, None if its file does not say.
    critic
        Whether it has a critic.
    weights
        Changes when it is another generator.
    when
        Returns of what moment an answer is, "step 1,200" of a run; "" for what does not change.
    """

    source: str
    title: str
    trained_on: Mapping[str, Any] | None = None
    critic: bool = False
    weights: str = ""
    when: Callable[[], str] = str


def image_set(settings: Mapping[str, Any]) -> ImageSet:
    """Return the set with these settings.

    Raises
    ------
    ValidationError
        Of pydantic, if there is none.
    """
    found: ImageSet = look_up(IMAGE_SETS, dict(settings))
    return found
