"""What learns: networks as functions of a flat parameter tensor, and what objectives may ask of a critic."""

from __future__ import annotations

from ganstudio.nets.mlp import MLP, BoundMLP, Statistics
from ganstudio.nets.protocols import Critic, ScalarCritic, both, input_gradient

__all__ = ["MLP", "BoundMLP", "Critic", "ScalarCritic", "Statistics", "both", "input_gradient"]
