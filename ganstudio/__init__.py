"""GAN Studio: a desktop playground for generative adversarial networks.

``from ganstudio import Experiment, Trainer`` is all that a notebook needs. Importing the package imports
nothing else, so the window is up before PyTorch is.
"""

from __future__ import annotations

import importlib
from typing import Any

__all__ = ["Experiment", "Trainer", "__version__"]

__version__ = "0.1.0"

_HOMES = {"Experiment": "ganstudio.experiment", "Trainer": "ganstudio.training"}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'ganstudio' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
