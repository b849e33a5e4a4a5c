"""Sane settings for a method on a set of pictures, for the window and the command line alike."""

from __future__ import annotations

from typing import Any

from ganstudio.experiment import merged
from ganstudio.image_experiment import ImageExperiment
from ganstudio.imagesets import ImageSet

__all__ = ["ALIASES", "recipe"]

ALIASES = {"dcgan": "ns"}
"""Names that people have for a method on pictures -> key of `ganstudio.methods.METHODS`."""

SMALL_SIDE, MIDDLE_SIDE = 16, 32
"""Largest sides in pixels of which networks count as small and as of middle size."""
SMALL_STEPS, MIDDLE_STEPS, LARGE_STEPS = 3_000, 8_000, 12_000

INFOGAN: dict[str, Any] = {"generator": {"dense": 512}, "critic": {"dense": 512}, "noise": {"dimensions": 62}}
"""Chen et al. 2016, appendix C.1, with half of the 1,024 dense units."""


def recipe(method: str, data: ImageSet) -> tuple[ImageExperiment, int]:
    """Return settings with which a method is likely to learn a set, and for how many steps.

    Parameters
    ----------
    method
        A key of `ganstudio.methods.METHODS`, for example "wgan_gp", or "dcgan", which is "ns".
    data
        What is learned; its side and whether it is one's own folder decide.

    Returns
    -------
    tuple
        The experiment, and generator updates.

    Raises
    ------
    SettingsError
        If there is no such method, or it does not go with pictures or with these.

    Examples
    --------
    >>> from ganstudio.imagesets import IMAGE_SETS
    >>> experiment, steps = recipe("dcgan", IMAGE_SETS["digits"]())
    >>> experiment.title, experiment.generator.dense, steps
    ('NS GAN', 256, 3000)
    """
    named = ImageExperiment().changed(data=data).with_method(ALIASES.get(method, method))
    values, steps = _by_side(data)
    if named.additions.information.on:
        values = merged(values, INFOGAN)
    return ImageExperiment.read(merged(named.plain(), values)), steps


def _by_side(data: ImageSet) -> tuple[dict[str, Any], int]:
    """Return the settings that pictures of this side ask for, and the steps."""
    if data.size <= SMALL_SIDE:
        # One halving leaves a single convolution, which alone is too weak: digits at 8 x 8 stayed blots without it.
        networks: dict[str, Any] = {"generator": {"dense": 256}, "critic": {"dense": 256}}
        return networks | {"training": {"batch": 64, "average": 0.99}}, SMALL_STEPS
    large = data.size > MIDDLE_SIDE
    steps, width = (LARGE_STEPS, 24) if large else (MIDDLE_STEPS, 32)
    values: dict[str, Any] = {
        "generator": {"width": width},
        "critic": {"width": width},
        "training": {"batch": 64, "average": 0.999, "decay_steps": steps},
    }
    if large and not data.sources:
        # A folder of one's own is small: without augmentation the critic soon knows it by heart. Grey pictures may be
        # letters, which are not themselves in a mirror.
        in_colour = data.channels == 3
        values["augmentation"] = {"translation": True, "colour": in_colour, "flip": in_colour}
    return values, steps
