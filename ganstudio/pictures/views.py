"""What a picture of the plane shows, as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from ganstudio.field import Field

if TYPE_CHECKING:
    from ganstudio.experiment import Experiment

__all__ = ["View"]

REAL_SAMPLES = 1000


@dataclass(frozen=True)
class View:
    """One pane: real and generated samples over the field.

    Attributes
    ----------
    title, subtitle
        The run's name, and one line of muted text below it.
    data_title
        What the data set is called.
    real, generated : ndarray (n, 2)
    field
        None for a method without a critic to draw.
    window
        Left, right, bottom and top edge, of the field as well.
    field
        None without a critic.
    """

    title: str
    subtitle: str
    data_title: str
    real: NDArray[np.float64]
    generated: NDArray[np.float32]
    field: Field | None
    window: tuple[float, float, float, float]

    @classmethod
    def of(
        cls,
        experiment: Experiment,
        generated: NDArray[np.float32],
        raw_field: NDArray[np.float32] | None,
        subtitle: str,
    ) -> Self:
        """Put together what a run shows; its real samples are the same in every picture."""
        return cls(
            title=experiment.title,
            subtitle=subtitle,
            data_title=experiment.data.title,
            real=experiment.data.sample(REAL_SAMPLES, np.random.default_rng(0)),
            generated=generated,
            field=None if raw_field is None else Field.of(raw_field, experiment.objective.field_meaning),
            window=experiment.data.window(),
        )
