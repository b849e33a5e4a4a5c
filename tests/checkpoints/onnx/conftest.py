"""ONNX files: of torch modules by torch's exporter, and put together by hand with the onnx package."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def graphs() -> ModuleType:
    """Return the module that writes ONNX files."""
    spec = importlib.util.spec_from_file_location("onnx_graphs", Path(__file__).with_name("graphs.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
