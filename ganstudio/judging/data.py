"""Which set of pictures a model is judged with: the one that it was trained on, or another that is named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from ganstudio.checkpoints.model import Model
from ganstudio.experiment import look_up
from ganstudio.imagesets import IMAGE_SETS, ImageSet
from ganstudio.settings import SettingsError, explain

__all__ = ["image_set_of", "trained_on"]


def image_set_of(settings: Mapping[str, Any]) -> ImageSet:
    """Return the set of pictures with these settings, as an experiment's ``data`` has them.

    Raises
    ------
    SettingsError
        Naming the setting that is wrong.
    """
    try:
        found: ImageSet = look_up(IMAGE_SETS, dict(settings))
    except ValidationError as error:
        raise SettingsError(f"data.{explain(error)}") from None
    return found


def trained_on(model: Model) -> ImageSet:
    """Return the set that a model was trained on.

    Raises
    ------
    SettingsError
        If its file does not say so.
    """
    settings = (model.experiment or {}).get("data")
    if not isinstance(settings, Mapping):
        raise SettingsError(f"data: the file of {model.name} does not say on which pictures it was trained; name a set")
    return image_set_of(settings)
