"""What this installation consists of, and what keeps it from working.

Torch and Qt are asked in processes of their own: a broken library then is a line in the report and not the end of it.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from importlib import metadata
from typing import Any

import ganstudio
from ganstudio import system_libraries

__all__ = ["report", "text"]

DISTRIBUTIONS = (
    "torch",
    "PySide6-Essentials",
    "pyqtgraph",
    "numpy",
    "pydantic",
    "safetensors",
    "pillow",
    "matplotlib",
    "POT",
    "onnxruntime",
)

_TORCH = """
import json, sys
import torch
cuda = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
mps = torch.backends.mps.is_available()
json.dump({"cuda": cuda, "mps": mps, "threads": torch.get_num_threads()}, sys.stdout)
"""

_QT = """
import json, sys
from PySide6.QtCore import qVersion
from PySide6.QtGui import QFontDatabase, QGuiApplication
app = QGuiApplication([])
json.dump({"version": qVersion(), "platform": app.platformName(), "fonts": len(QFontDatabase.families())}, sys.stdout)
"""


def report() -> dict[str, Any]:
    """Return what is installed and what is wrong with it, as plain values.

    Returns
    -------
    dict
        ``versions`` by name; ``system``; ``devices`` with ``cuda`` (names), ``mps``, ``cpu_cores`` and
        ``cpu_threads``; ``qt`` with ``version``, ``platform`` (the plugin that the window uses) and ``display``;
        ``missing_libraries``; ``install_command``, or None; and ``problems``, one line each, empty when all is well.
    """
    problems: list[str] = []
    devices = _devices(problems)
    qt = _qt(problems)
    missing = system_libraries.find_missing()
    command = system_libraries.install_command(missing.all, system_libraries.package_manager())
    if missing.blocks(os.environ):
        problems.append(f"Qt does not find system libraries: {', '.join(missing.all)}")
    return {
        "versions": _versions(),
        "system": platform.platform(),
        "devices": devices,
        "qt": qt,
        "missing_libraries": list(missing.all),
        "install_command": system_libraries.shown(command) if command else None,
        "problems": problems,
    }


def text(found: dict[str, Any]) -> str:
    """Return a report as a person reads it.

    Parameters
    ----------
    found
        What `report` returned.
    """
    devices, qt = found["devices"], found["qt"]
    names = [*devices["cuda"], *(["Apple GPU"] if devices["mps"] else [])]
    cpu = f"CPU, {devices['cpu_cores']} cores"
    if devices["cpu_threads"]:
        cpu += f", {devices['cpu_threads']} PyTorch threads"
    rows = [(name, version or "not installed") for name, version in found["versions"].items()]
    rows += [
        ("system", found["system"]),
        ("devices", "; ".join([*names, cpu])),
        ("Qt", qt["version"] or "does not start"),
        ("Qt platform", qt["platform"] or "none"),
        ("display", "yes" if qt["display"] else "no: pictures and the command line work, a window would not be seen"),
        (
            "libraries",
            ", ".join(found["missing_libraries"]) + " missing" if found["missing_libraries"] else "all found",
        ),
    ]
    width = max(len(name) for name, _ in rows) + 2
    lines = [name.ljust(width) + value for name, value in rows]
    if found["install_command"]:
        lines += ["", "This gets the missing libraries:", "    " + found["install_command"]]
    lines.append("")
    lines += [f"Problem: {problem}" for problem in found["problems"]] or ["No problems found."]
    return "\n".join(lines)


def _versions() -> dict[str, str | None]:
    versions: dict[str, str | None] = {"ganstudio": ganstudio.__version__, "python": platform.python_version()}
    for name in DISTRIBUTIONS:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = None
    return versions


def _devices(problems: list[str]) -> dict[str, Any]:
    devices: dict[str, Any] = {"cuda": [], "mps": False, "cpu_cores": os.cpu_count() or 1, "cpu_threads": None}
    answer, complaint = _ask(_TORCH)
    if answer is None:
        problems.append(f"PyTorch does not work: {complaint}")
    else:
        devices |= {"cuda": answer["cuda"], "mps": answer["mps"], "cpu_threads": answer["threads"]}
    return devices


def _qt(problems: list[str]) -> dict[str, Any]:
    display = system_libraries.has_display()
    qt: dict[str, Any] = {"version": None, "platform": None, "display": display}
    # Without a display Qt aborts unless it is told to draw into memory, which is what the program then does too.
    settings = {} if display or os.environ.get("QT_QPA_PLATFORM") else {"QT_QPA_PLATFORM": "offscreen"}
    answer, complaint = _ask(_QT, settings)
    if answer is None:
        problems.append(f"Qt does not start: {complaint}")
        return qt
    if not answer["fonts"]:
        problems.append("Qt finds no fonts, so no text would be seen; install a font package such as fonts-dejavu-core")
    return {**qt, "version": answer["version"], "platform": answer["platform"]}


def _ask(program: str, environment: dict[str, str] | None = None) -> tuple[dict[str, Any] | None, str]:
    """Run a small program that prints JSON; return its answer, or None and its last words."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None, "no answer within 120 s"
    except OSError as error:
        return None, str(error)
    return _understand(done.returncode, done.stdout, done.stderr)


def _understand(code: int, output: str, errors: str) -> tuple[dict[str, Any] | None, str]:
    if code == 0:
        try:
            # The answer is the last line: libraries sometimes print before it.
            answer = json.loads(output.strip().splitlines()[-1])
        except (IndexError, ValueError):
            return None, f"answered {output.strip()[:200]!r}"
        if isinstance(answer, dict):
            return answer, ""
        return None, f"answered {output.strip()[:200]!r}"
    said = [line.strip() for line in errors.splitlines() if line.strip()]
    # Qt explains an abort in its first lines; Python ends with the exception.
    words = next((line for line in said if line.startswith("qt.qpa")), said[-1] if said else "")
    ended = f"ended by signal {-code}" if code < 0 else f"exit code {code}"
    return None, f"{words} ({ended})" if words else ended
