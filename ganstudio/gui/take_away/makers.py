"""Contents of files, made and written beside the window."""

from __future__ import annotations

import importlib
import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QImage, QImageWriter

from ganstudio import carrying, curves, drawings
from ganstudio.experiment import Comparison, Experiment
from ganstudio.files import write_whole
from ganstudio.messages import Arrays

__all__ = ["write_csv", "write_npy", "write_png", "write_script", "write_svg"]


def write_png(path: str, image: QImage, comparison: Comparison | None, states: Sequence[Arrays | None]) -> None:
    """Write a picture, with experiments and states in it if there are any."""
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"png"))
    if not writer.write(image):
        raise ValueError(writer.errorString())
    content = bytes(buffer.data().data())
    write_whole(path, content if comparison is None else carrying.attach(content, comparison, states))


def write_svg(path: str, drawing: bytes) -> None:
    """Write a drawing with its typeface in it."""
    write_whole(path, drawings.finished(drawing))


def write_csv(path: str, kept: curves.Table, first_seed: int) -> None:
    """Write curves."""
    write_whole(path, curves.table(kept, first_seed))


def write_npy(path: str, samples: NDArray[np.float32]) -> None:
    """Write samples (R, n, 2); those of one seed as (n, 2)."""
    content = io.BytesIO()
    np.save(content, samples[0] if len(samples) == 1 else samples, allow_pickle=False)
    write_whole(path, content.getvalue())


def write_script(path: str, experiment: Experiment, steps: int) -> None:
    """Write a script that repeats a run without this program."""
    write_whole(path, importlib.import_module("ganstudio.script").script(experiment, steps))
