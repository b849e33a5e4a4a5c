"""Every test that asks for a `style` is run for each of `styles.py`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("foreign_styles", Path(__file__).with_name("styles.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


STYLES = _loaded()


@pytest.fixture(scope="session")
def styles() -> ModuleType:
    return STYLES


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "style" in metafunc.fixturenames:
        metafunc.parametrize("style", list(STYLES.STYLES))
