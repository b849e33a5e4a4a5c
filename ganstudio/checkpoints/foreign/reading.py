"""A file as `Contents`: safetensors directly, PyTorch's by a process of its own that ends whatever happens in it."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.foreign.contents import Contents, Value
from ganstudio.checkpoints.foreign.pickles import DICTIONARIES, INERT
from ganstudio.checkpoints.foreign.sniffing import Kind, sniffed
from ganstudio.checkpoints.isolation import environment, places
from ganstudio.checkpoints.regular_file import opened
from ganstudio.checkpoints.safetensors_content import read_array
from ganstudio.checkpoints.safetensors_header import header_of, strict_json

__all__ = ["is_computed", "read"]

CHILD: Final = Path(__file__).with_name("child.py")
START: Final = 60.0
"""Seconds that PyTorch may take to start, which on a cold disk is long."""
SECONDS: Final = 3.0
PER_MEGABYTE: Final = 0.02
"""Seconds that reading may take, and more for each megabyte."""
MEMORY: Final = 2**28
"""Bytes that reading may need beside PyTorch itself and twice the file."""
MOST_MEMORY: Final = 2**30
LARGEST_CONTENTS: Final = 32 * 2**20
KINDS: Final[Mapping[Kind, str]] = {
    "zip": "PyTorch (zip)",
    "legacy": "PyTorch (before 1.6)",
    "safetensors": "safetensors",
}
COMPUTED: Final = (
    "weight_orig",
    "weight_bar",
    "weight_g",
    "parametrizations.weight.original",
    "parametrizations.weight.original0",
)


def read(path: str | Path) -> Contents:
    """Read a checkpoint: PyTorch's (zip or older) or safetensors, whatever it is called. No code in it is ever run.

    It takes as long as PyTorch takes to start, some seconds, unless it is safetensors.

    Raises
    ------
    CheckpointError
        Naming the file, and why it is not read: no regular file, too large, cut off, of another kind, or holding
        anything but tensors and plain values.
    """
    path = Path(path)
    kind = sniffed(path)
    if kind == "safetensors":
        contents = _safetensors(path)
        if not is_computed(contents.tensors):
            return contents
    with tempfile.TemporaryDirectory(prefix="ganstudio-", ignore_cleanup_errors=True) as folder:
        _convert(path, kind, Path(folder))
        return _converted(path, kind, Path(folder))


def is_computed(names: Iterable[str]) -> bool:
    """Whether some layer computes its weight from others, as spectral and weight normalisation do."""
    return any(name == ending or name.endswith(f".{ending}") for name in names for ending in COMPUTED)


def _safetensors(path: Path) -> Contents:
    with opened(path) as (file, size):
        header = header_of(file, size, path)
        _check_any(header.tensors, path)
        arrays = {name: _as_float32(read_array(file, header, name, path)) for name in header.tensors}
    dtypes = {name: tensor.dtype for name, tensor in header.tensors.items()}
    return Contents(path, KINDS["safetensors"], arrays, dtypes, dict(header.metadata), ordered=False)


def _check_any(names: Iterable[str], path: Path) -> None:
    if not any(True for _ in names):
        raise CheckpointError(path, "holds no tensors")


def _as_float32(array: NDArray[Any]) -> NDArray[Any]:
    if array.dtype in (np.float16, np.float64):
        with np.errstate(over="ignore"):  # beyond float32's range it is infinite, and flagged as such
            return array.astype(np.float32)
    return array


# ---- the other process -----------------------------------------------------------------------------------------------


def _convert(path: Path, kind: Kind, folder: Path) -> None:
    """Let another process write the tensors of a file into a folder, as safetensors.

    Raises
    ------
    CheckpointError
        If it says that it cannot, takes too long, needs too much memory, or crashes.
    """
    size = path.stat().st_size
    seconds = SECONDS + PER_MEGABYTE * size / 2**20
    task = {
        "source": str(path.resolve()),
        "kind": kind,
        "folder": str(folder),
        "seconds": seconds,
        "memory": min(MOST_MEMORY, MEMORY + 2 * size),
        "written": 4 * size + 2**24,
        "path": places(),
        "inert": sorted(INERT),
        "dictionaries": sorted(DICTIONARIES),
    }
    # -I: neither the environment nor the current folder has a say in what is imported.
    command = [sys.executable, "-I", str(CHILD), json.dumps(task)]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(folder),
            cwd=folder,
            timeout=START + seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CheckpointError(path, "takes too long to read") from None
    except OSError as error:
        raise CheckpointError(path, f"cannot be read: no process can be started ({error.strerror or error})") from None
    if done.returncode:
        raise CheckpointError(path, _problem(done.returncode, done.stdout, seconds))


def _problem(code: int, said: bytes, seconds: float) -> str:
    """Return why a process ended without a result."""
    with contextlib.suppress(ValueError, TypeError, KeyError):
        return str(json.loads(said)["problem"])[:500]
    if code in (1, -signal.SIGTERM, -getattr(signal, "SIGXCPU", 0), -getattr(signal, "SIGKILL", 0)):
        return f"takes longer than {seconds:.0f} s to read, far more than its size explains"
    if code == -getattr(signal, "SIGXFSZ", 0):
        return "holds more than its size explains"
    return f"is damaged: PyTorch crashed while it read it (exit code {code})"


def _converted(path: Path, kind: Kind, folder: Path) -> Contents:
    """Return what the other process has written, which is trusted no more than any file."""
    target = folder / "tensors.safetensors"
    with opened(target) as (file, size):
        header = header_of(file, size, path)
        arrays = [read_array(file, header, str(index), path) for index in range(len(header.tensors))]
    tree = _listed(path, folder / "contents.json")
    tensors: dict[str, NDArray[Any]] = {}
    dtypes: dict[str, str] = {}
    notes = list(tree["notes"])
    for array, (place, dtype) in zip(arrays, tree["tensors"], strict=True):
        name = ".".join(place)
        if name in tensors:
            notes.append(f"{name} stands there twice; the first is taken")
            continue
        tensors[name], dtypes[name] = array, dtype
    values: dict[str, Value] = {".".join(place): value for place, value in tree["values"]}
    return Contents(path, KINDS[kind], tensors, dtypes, values, kind != "safetensors", tuple(notes))


def _listed(path: Path, target: Path) -> dict[str, Any]:
    with opened(target) as (file, size):
        if size > LARGEST_CONTENTS:
            raise CheckpointError(path, "has names of far too many letters")
        tree: dict[str, Any] = strict_json(file.read().decode())
    return tree
