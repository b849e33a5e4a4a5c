"""What learns: networks as functions of a flat parameter tensor, and critics made of them."""

from __future__ import annotations

from ganstudio.nets.chain import Chain, Parameters, Pieces
from ganstudio.nets.critics import BoundCritic, CriticShape, ScalarCritic
from ganstudio.nets.mlp import MLP, BoundMLP, Closeness, How, Statistics
from ganstudio.nets.protocols import FunctionCritic, input_gradient

__all__ = ["MLP", "BoundCritic", "BoundMLP", "Chain", "Closeness", "CriticShape", "FunctionCritic", "How"]
__all__ += ["Parameters", "Pieces", "ScalarCritic", "Statistics", "input_gradient"]
