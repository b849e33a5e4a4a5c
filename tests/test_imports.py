"""What each part loads, seen in interpreters that have loaded nothing else.

import-linter reads the imports that are written down; this sees those that happen.
"""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest

import ganstudio

PACKAGE = Path(ganstudio.__file__).parent
HEAVY = {"torch", "PySide6", "pyqtgraph"}
PLAIN = (
    "ganstudio",
    "ganstudio.dissection.box_files",
    "ganstudio.dissection.edits",
    "ganstudio.dissection.feature_layers",
    "ganstudio.dissection.regions",
    "ganstudio.dissection_messages",
    "ganstudio.architecture",
    "ganstudio.checkpoints.inputs",
    "ganstudio.checkpoints.model",
    "ganstudio.checkpoints.opening",
    "ganstudio.checkpoints.safetensors_header",
    "ganstudio.doctor",
    "ganstudio.equations",
    "ganstudio.experiment",
    "ganstudio.messages",
    "ganstudio.consistency",
    "ganstudio.constraints",
    "ganstudio.cores",
    "ganstudio.data_files",
    "ganstudio.field",
    "ganstudio.palette",
    "ganstudio.picture_files",
    "ganstudio.png_chunks",
    "ganstudio.resources",
    "ganstudio.settings",
    "ganstudio.system_libraries",
)
PLAIN_ROOMS = (
    "additions",
    "data",
    "imagesets",
    "latent",
    "methods",
    "metrics",
    "objectives",
    "pictures",
    "script",
    "sheets",
)

PROGRAM = """
import importlib, json, sys
seen, kept, packages = {}, [], set()
first, *names = sys.argv[1:]
for name in names:
    # Imported as if it were the first of its room, so that circular imports show whoever comes first: the first module
    # of each package, or each module, which takes the square of their number.
    package = name.rpartition(".")[0]
    if first == "each" or package not in packages:
        packages.add(package)
        room = ".".join(name.split(".")[:2])
        kept += [sys.modules.pop(other) for other in list(sys.modules) if other == room or other.startswith(room + ".")]
    importlib.import_module(name)
    for heavy in ("torch", "PySide6", "pyqtgraph", "matplotlib"):
        if heavy in sys.modules:
            seen.setdefault(heavy, name)
print(json.dumps(seen))
"""


def modules_below(room: str) -> list[str]:
    folder = PACKAGE / room
    names = [f"ganstudio.{room}"] if folder.is_dir() else []
    return names + [
        found.name
        for found in pkgutil.walk_packages([str(folder)], prefix=f"ganstudio.{room}.", onerror=lambda name: None)
        if not found.name.endswith(".__main__")
    ]


def loaded_by(*modules: str, first: Literal["each", "of a package"] = "of a package") -> dict[str, str]:
    """Return which heavy packages are loaded by importing these modules, and the first that does."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, first, *modules], capture_output=True, text=True, timeout=400
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_window_loads_no_torch_and_no_matplotlib() -> None:
    loaded = loaded_by(*modules_below("gui"))
    assert "torch" not in loaded, loaded
    assert "matplotlib" not in loaded, f"half a second of the start, for exported figures only: {loaded}"


@pytest.mark.slow
def test_every_module_of_the_window_can_be_the_first() -> None:
    assert "torch" not in loaded_by(*modules_below("gui"), first="each")


def test_modules_of_the_window_are_found() -> None:
    assert "ganstudio.gui.theme" in modules_below("gui")


def test_what_both_processes_share_loads_neither_torch_nor_qt() -> None:
    modules = [*PLAIN, *(name for room in PLAIN_ROOMS for name in modules_below(room))]
    assert HEAVY.isdisjoint(loaded := loaded_by(*modules)), loaded


def test_what_trains_loads_no_qt() -> None:
    loaded = loaded_by(*(name for room in ("nets", "objectives", "training", "engine") for name in modules_below(room)))
    assert HEAVY.isdisjoint(loaded.keys() - {"torch"}), loaded


def test_command_line_answers_before_anything_heavy_is_loaded() -> None:
    assert HEAVY.isdisjoint(loaded := loaded_by("ganstudio.cli")), loaded
