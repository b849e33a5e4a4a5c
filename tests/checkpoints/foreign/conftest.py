"""Every test that asks for a `style` is run for each of `styles.py`."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import torch


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("foreign_styles", Path(__file__).with_name("styles.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


STYLES = _loaded()


@pytest.fixture(scope="package", autouse=True)
def _one_thread() -> Iterator[None]:
    """Networks of a few maps are evaluated ten times faster by one thread than by several that wait for one another."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def styles() -> ModuleType:
    return STYLES


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "style" in metafunc.fixturenames:
        metafunc.parametrize("style", list(STYLES.STYLES))
