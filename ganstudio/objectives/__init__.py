"""What is minimised: one small file an objective.

`OBJECTIVES` maps the names of `ganstudio.methods.OBJECTIVES` to their losses. An objective is a frozen
dataclass whose fields are its settings.
"""

from __future__ import annotations

from collections.abc import Callable

from ganstudio.objectives.base import AdversarialObjective
from ganstudio.objectives.gradient_penalty import between, gradient_penalty
from ganstudio.objectives.hinge import Hinge
from ganstudio.objectives.least_squares import LeastSquares
from ganstudio.objectives.minimax import Minimax
from ganstudio.objectives.non_saturating import NonSaturating
from ganstudio.objectives.wasserstein import Wasserstein

__all__ = ["OBJECTIVES", "AdversarialObjective", "between", "gradient_penalty"]

OBJECTIVES: dict[str, Callable[..., AdversarialObjective]] = {
    "minimax": Minimax,
    "non_saturating": NonSaturating,
    "least_squares": LeastSquares,
    "wasserstein": Wasserstein,
    "hinge": Hinge,
}
