"""Finished seeds on the disk, so that a comparison that was interrupted goes on where it was.

A cell is one NPZ file, `cells/METHOD-DATA-SEED.npz`: the row as JSON and what the pictures need as arrays. It is
written whole or not at all. A batch is taken over if all its cells were made by the same experiment.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganstudio.commands import output
from ganstudio.commands.trials import Frame, Outcome, Trial

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FOLDER", "cell_name", "load", "save"]

FOLDER = "cells"
FORMAT = 1
"""Of these files; another one is as good as another program."""

UNREADABLE = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError)
"""What NumPy and JSON raise for files that are cut off, overwritten or of something else."""


def cell_name(row: dict[str, Any]) -> str:
    """Return what a seed's files are called, without an ending."""
    return f"{row['method']}-{row['data']}-{row['seed']}"


def save(folder: Path, trial: Trial, outcomes: Iterable[Outcome]) -> None:
    """Write the cells of a finished batch into the folder of its comparison."""
    made_by = _fingerprint(trial)
    for outcome in outcomes:
        content = {f"{cell_name(outcome.row)}.npz": _packed(outcome, made_by)}
        output.write_all(folder / FOLDER, content)


def load(folder: Path, trial: Trial) -> list[Outcome] | None:
    """Return what a finished batch left in the folder, None if it has to be trained (again).

    A file that cannot be read is told about.
    """
    made_by = _fingerprint(trial)
    found = []
    for run in range(trial.experiment.runs):
        seed = trial.experiment.seed + run
        path = folder / FOLDER / f"{trial.method}-{trial.experiment.data.name}-{seed}.npz"
        if not os.path.exists(path):  # noqa: PTH110 - unlike Path.exists, it bears a name that is too long
            return None
        try:
            outcome = _unpacked(path, trial, run, made_by)
        except UNREADABLE:
            output.tell(f"{path}: is damaged; its batch is trained again")
            return None
        if outcome is None:
            return None
        found.append(outcome)
    return found


def _fingerprint(trial: Trial) -> str:
    """Return a digest of everything that decides a batch's numbers.

    Frames are not part of it: looking does not change what is seen.
    """
    from ganstudio.commands.workers import versions

    tree = {
        "format": FORMAT,
        "versions": versions(),
        "experiment": trial.experiment.plain(),  # its runs are those of the batch
        "steps": trial.steps,
        "extra": trial.extra,
    }
    return hashlib.sha256(json.dumps(tree, sort_keys=True).encode()).hexdigest()


def _packed(outcome: Outcome, made_by: str) -> bytes:
    import numpy as np

    frames = outcome.frames
    cell = {
        "made_by": made_by,
        "row": outcome.row,
        "problem": outcome.problem,
        "steps": [frame.step for frame in frames],
    }
    arrays: dict[str, NDArray[Any]] = {
        "cell": np.frombuffer(json.dumps(cell).encode(), np.uint8),
        "samples": outcome.samples,
    }
    if outcome.field is not None:
        arrays["field"] = outcome.field
    if frames:
        arrays["frame_samples"] = np.stack([frame.samples for frame in frames])
        if fields := [frame.field for frame in frames if frame.field is not None]:
            arrays["frame_fields"] = np.stack(fields)
    content = io.BytesIO()
    np.savez_compressed(content, allow_pickle=False, **arrays)
    return content.getvalue()


def _unpacked(path: Path, trial: Trial, run: int, made_by: str) -> Outcome | None:
    """Return a cell, None if it is of other settings or lacks the frames that are wanted.

    Raises one of `UNREADABLE` if it is not what `_packed` made.
    """
    import numpy as np

    # NumPy leaves a file open that it opened itself and cannot read.
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        cell = json.loads(arrays["cell"].tobytes())
        if cell["made_by"] != made_by or (trial.frames and run == 0 and not cell["steps"]):
            return None
        row, samples = dict(cell["row"]), _floats(arrays["samples"], 2)
        field = _floats(arrays["field"], 2) if "field" in arrays else None
        frames: list[Frame] = []
        if trial.frames and run == 0:
            looks = _floats(arrays["frame_samples"], 3)
            fields = _floats(arrays["frame_fields"], 3) if "frame_fields" in arrays else [None] * len(looks)
            frames = [Frame(int(step), *look) for step, *look in zip(cell["steps"], looks, fields, strict=True)]
    experiment = trial.experiment.changed(seed=trial.experiment.seed + run, runs=1)
    # A copy of another cell's file is not this one.
    if (row["method"], row["data"], row["seed"]) != (trial.method, experiment.data.name, experiment.seed):
        raise ValueError("another cell")
    return Outcome(trial.method, experiment, row, samples, field, tuple(frames), str(cell["problem"]))


def _floats(array: NDArray[Any], dimensions: int) -> NDArray[np.float32]:
    if array.dtype.kind != "f" or array.ndim != dimensions:
        raise ValueError("not the array that was expected")
    return array
