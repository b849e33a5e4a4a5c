"""The loop: an experiment becomes a run."""

from __future__ import annotations

from ganstudio.training.trainer import NonFiniteLoss, Trainer

__all__ = ["NonFiniteLoss", "Trainer"]
