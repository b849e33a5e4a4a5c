"""A model's samples and its critic against the training pictures: nearest neighbours, and what the critic learned."""

from __future__ import annotations

from ganstudio.gui.images.evaluation.evaluation import Evaluation
from ganstudio.gui.images.evaluation.page import EvaluationPage

__all__ = ["Evaluation", "EvaluationPage"]
