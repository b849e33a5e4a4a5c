"""Training a picture model live: a page for the Images bench."""

from __future__ import annotations

from ganstudio.gui.images.training.page import TrainingPage
from ganstudio.gui.images.training.session import TrainingSession

__all__ = ["TrainingPage", "TrainingSession"]
