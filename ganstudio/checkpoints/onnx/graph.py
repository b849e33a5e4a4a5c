"""An ONNX file that is open: what it is made of, and the process that evaluates it while anybody holds it."""

from __future__ import annotations

import hashlib
import os
import time
import weakref
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.foreign.sniffing import LARGEST
from ganstudio.checkpoints.inputs import Given, count
from ganstudio.checkpoints.onnx.outline import Outline, looks_like_onnx, outlined
from ganstudio.checkpoints.onnx.picture import Picture
from ganstudio.checkpoints.onnx.process import MISSING, GraphProcess, ProcessError, available
from ganstudio.checkpoints.onnx.signature import Signature
from ganstudio.checkpoints.onnx.wire import WireError
from ganstudio.checkpoints.regular_file import opened
from ganstudio.settings import name_shown

__all__ = ["Graph", "content_of", "graph_at", "is_onnx", "outline_of"]

OTHERS: Final = (b"PK", b"\x80")
"""How PyTorch's files and pickles begin."""
MOST_THREADS: Final = 4
SLICE: Final = 1.0
"""Seconds that one evaluation should take."""
MOST_AT_ONCE: Final = 64
FEW_AT_ONCE: Final = 2
"""Samples of the first evaluation, which tells how long one takes."""


class Graph:
    """An open file.

    Parameters
    ----------
    path, content
        The file.

    Attributes
    ----------
    outline : Outline
    digest : str
        SHA-256 of the file.

    Raises
    ------
    CheckpointError
        If the file is not what it claims to be, or ONNX Runtime does not take it.
    """

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        self.outline: Outline = outline_of(path, content)
        _check_numbers(path, self.outline)
        if not available():  # what is wrong with the file is said first
            raise CheckpointError(path, MISSING)
        self.digest = hashlib.sha256(content).hexdigest()
        self._at_once = FEW_AT_ONCE
        self._process = self._started(content)

    def evaluate(self, signature: Signature, output: str, given: Given) -> NDArray[Any]:
        """Return an output for the inputs of as many samples as the graph takes at once.

        Raises
        ------
        CheckpointError
            If it cannot be evaluated.
        """
        rows = count(given)
        if not self._process.alive:  # something before was too much for it
            content = content_of(self.path)
            if hashlib.sha256(content).hexdigest() != self.digest:
                raise CheckpointError(self.path, "is another file now than when it was opened")
            self._process = self._started(content)
        try:
            (found,) = self._process.run([output], signature.arrays(given, rows))
        except (ProcessError, ValueError) as problem:
            raise CheckpointError(self.path, problem) from None
        return found

    def pictures(self, signature: Signature, output: str, picture: Picture, given: Given) -> NDArray[np.float32]:
        """Return pictures (n, channels, height, width) for the inputs of n samples, a few at a time."""
        n = count(given)
        result = np.empty((n, *picture.shape), np.float32)
        start = 0
        while start < n:
            rows = abs(signature.batch) or min(self._at_once, n - start)
            # A graph for so many samples at once is given the last one again where there are fewer.
            keys = np.minimum(np.arange(start, start + rows), n - 1)
            begun = time.perf_counter()
            found = self.evaluate(signature, output, tuple(array[keys] for array in given))
            try:
                pictures = picture.pictures(found, rows)
            except ValueError as problem:
                raise CheckpointError(self.path, problem) from None
            seconds = (time.perf_counter() - begun) / rows
            self._at_once = min(max(1, int(SLICE / max(seconds, 1e-6))), MOST_AT_ONCE)
            kept = min(rows, n - start)
            result[start : start + kept] = pictures[:kept]
            start += kept
        return result

    def close(self) -> None:
        """End the process; the next evaluation would start another."""
        self._process.close()

    def _started(self, content: bytes) -> GraphProcess:
        try:
            return GraphProcess(content, min(MOST_THREADS, os.cpu_count() or 1))
        except ProcessError as problem:
            raise CheckpointError(self.path, problem) from None


def outline_of(path: Path, content: bytes) -> Outline:
    """Read and check what is in a file.

    Raises
    ------
    CheckpointError
        Saying what is wrong with it.
    """
    try:
        return outlined(content)
    except WireError as problem:
        raise CheckpointError(path, problem) from None


def _check_numbers(path: Path, outline: Outline) -> None:
    """Refuse weights that are not numbers; infinity is what some graphs mask with."""
    for name, tensor in outline.tensors.items():
        array = tensor.array()
        if array is not None and array.dtype.kind == "f" and np.isnan(array).any():
            raise CheckpointError(path, f"tensor {name_shown(name)}: has values that are not numbers (NaN)")


def is_onnx(path: str | Path) -> bool:
    """Tell whether a file is an ONNX model by how it begins; one that is called so, unless it begins as others do.

    Raises
    ------
    CheckpointError
        If it is no regular file.
    """
    with opened(path) as (file, _size):
        head = file.read(16)
    called = Path(path).suffix.lower() == ".onnx"
    text = bool(head) and all(31 < byte < 127 or byte in b"\t\r\n" for byte in head)
    others = text or head.startswith(OTHERS) or head[8:9] == b"{"
    return looks_like_onnx(head) or (called and not others)


def content_of(path: str | Path) -> bytes:
    """Return the bytes of a file that is not too large.

    Raises
    ------
    CheckpointError
        If it cannot be read, is empty or too large.
    """
    with opened(path) as (file, size):
        if size > LARGEST:
            raise CheckpointError(path, f"has {size / 1e6:,.0f} MB; at most {LARGEST / 1e6:,.0f} MB are read")
        content = file.read(LARGEST + 1)
    if not content:
        raise CheckpointError(path, "is empty; an ONNX model is needed")
    return content


_open: weakref.WeakValueDictionary[tuple[str, int, int], Graph] = weakref.WeakValueDictionary()


def graph_at(path: str | Path) -> Graph:
    """Open a file, or return it if somebody has it open as it is.

    Raises
    ------
    CheckpointError
        As `Graph`, and if ONNX Runtime is not installed.
    """
    place = Path(path).absolute()
    told = place.stat()
    key = str(place), told.st_mtime_ns, told.st_size
    if (graph := _open.get(key)) is not None:
        return graph
    graph = _open[key] = Graph(place, content_of(place))
    return graph
