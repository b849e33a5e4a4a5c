"""How far the trained critic is from the optimal one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from ganstudio.experiment import Experiment
from ganstudio.field import FieldMeaning
from ganstudio.layers.base import Float, Layer, Look, Scene, no_critic
from ganstudio.layers.marks import Mark, Surface
from ganstudio.layers.optimal import optimal_shares
from ganstudio.objectives import Pointwise

__all__ = ["Difference"]


class Difference(Layer):
    """The critic's field minus that of the best critic for these p and q."""

    title: ClassVar[str] = "D \u2212 D*"
    hint: ClassVar[str] = (
        "The trained critic minus the objective's optimal one for the present p and q, in the units of the field: teal "
        "where it believes too much in what is there, orange where too little."
    )
    fills: ClassVar[bool] = True
    height: ClassVar[float] = 1.0

    def lacks(self, experiment: Experiment) -> str:
        """Want an optimum that p and q at one place decide."""
        if experiment.objective.critic == "none":
            return no_critic(experiment)
        if not isinstance(experiment.objective, Pointwise) or experiment.objective.name == "wasserstein":
            return f"The best critic of {experiment.title} is not decided by p and q at one place."
        return ""

    def probe(self, look: Look) -> dict[str, Float]:
        """Ask for the critic's scores on a grid, and for the best ones."""
        shares, strength = optimal_shares(look)
        best = look.optimum(np.nan_to_num(shares, nan=0.5))
        trained = look.field()
        assert best is not None
        assert trained is not None
        return {"trained": trained, "best": np.where(np.isnan(shares), np.nan, best), "strength": strength}

    def draw(self, values: Mapping[str, Float], scene: Scene) -> Sequence[Mark]:
        """Return the difference as colours around 0."""
        meaning = scene.experiment.objective.field_meaning
        difference = meaning.shown(values["trained"]) - _shown(values["best"], meaning)
        reach = meaning.reach or max(meaning.reach_of(np.nan_to_num(difference) + meaning.centre), meaning.least)
        title = f"{meaning.title} \u2212 {meaning.title.replace('T', 'T*')}"
        return [Surface(difference, scene.window, -reach, reach, "diverging", title, values["strength"])]


def _shown(best: Float, meaning: FieldMeaning) -> Float:
    """Return the best scores as the field shows scores; NaN stays."""
    return np.where(np.isnan(best), np.nan, meaning.shown(np.nan_to_num(best)))
