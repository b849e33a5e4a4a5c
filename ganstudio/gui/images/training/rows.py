"""Into which rows the samples of a run are sorted while it trains."""

from __future__ import annotations

from ganstudio.image_experiment import ImageExperiment
from ganstudio.messages import Knobs

__all__ = ["COLUMNS", "row_titles"]

COLUMNS = 8
"""Samples of a row."""
MOST_ROWS = 16
"""Classes beyond which samples stay as they were drawn: rows would be too low to be seen."""


def row_titles(experiment: ImageExperiment, knobs: Knobs) -> tuple[str, ...]:
    """Return the names of the categories, or else of the classes, that each have a row; none where there are no rows.

    Parameters
    ----------
    knobs
        What all samples are asked for: where that is the category or the class itself, all rows would be the same.
    """
    additions = experiment.additions
    if additions.information.on and additions.information.categories:
        titles = tuple(map(str, range(additions.information.categories)))
        fixed = knobs.category is not None
    elif additions.conditional.on or additions.classifier.on:
        titles = experiment.data.class_names
        fixed = knobs.label is not None
    else:
        return ()
    return titles if 1 < len(titles) <= MOST_ROWS and not fixed else ()
