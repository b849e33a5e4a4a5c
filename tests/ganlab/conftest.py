"""Files as GAN Lab writes them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def saved() -> ModuleType:
    """Return the module that writes files as GAN Lab does, and computes what its networks give."""
    spec = importlib.util.spec_from_file_location("ganlab_saved", Path(__file__).with_name("saved.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
