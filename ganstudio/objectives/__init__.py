"""What is minimised: one small file an objective, and a row here.

An objective is its settings and its losses together. Importing them needs no torch.
"""

from __future__ import annotations

from ganstudio.objectives.base import AdversarialObjective, Critic, Objective, Pointwise, Rule
from ganstudio.objectives.began import BEGAN
from ganstudio.objectives.ebgan import EBGAN
from ganstudio.objectives.f_divergence import FDivergence
from ganstudio.objectives.h_linear import HLinear
from ganstudio.objectives.hinge import Hinge
from ganstudio.objectives.least_squares import LeastSquares
from ganstudio.objectives.loss_sensitive import LossSensitive
from ganstudio.objectives.minimax import Minimax
from ganstudio.objectives.non_saturating import NonSaturating
from ganstudio.objectives.rahinge import RaHinge
from ganstudio.objectives.ralsgan import RaLSGAN
from ganstudio.objectives.rasgan import RaSGAN
from ganstudio.objectives.realness import Realness
from ganstudio.objectives.rhinge import RHinge
from ganstudio.objectives.rlsgan import RLSGAN
from ganstudio.objectives.rsgan import RSGAN
from ganstudio.objectives.tlsgan import TLSGAN
from ganstudio.objectives.tsgan import TSGAN
from ganstudio.objectives.twgan import TWGAN
from ganstudio.objectives.variational import Variational
from ganstudio.objectives.wasserstein import Wasserstein

__all__ = ["OBJECTIVES", "AdversarialObjective", "Critic", "Objective", "Pointwise", "Rule"]

OBJECTIVES: dict[str, type[Objective]] = {
    "minimax": Minimax,
    "non_saturating": NonSaturating,
    "h_linear": HLinear,
    "f_divergence": FDivergence,
    "least_squares": LeastSquares,
    "wasserstein": Wasserstein,
    "hinge": Hinge,
    "rsgan": RSGAN,
    "rlsgan": RLSGAN,
    "rhinge": RHinge,
    "rasgan": RaSGAN,
    "ralsgan": RaLSGAN,
    "rahinge": RaHinge,
    "tsgan": TSGAN,
    "tlsgan": TLSGAN,
    "twgan": TWGAN,
    "realness": Realness,
    "loss_sensitive": LossSensitive,
    "began": BEGAN,
    "ebgan": EBGAN,
    "variational": Variational,
}
