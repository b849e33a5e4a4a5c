"""The whole program of the process that evaluates one ONNX model: ONNX Runtime, under limits.

It is started with the path of this file and imports nothing of GAN Studio. What it reads and writes are lines of JSON,
each followed by as many bytes as it says: first the model, then arrays, and arrays back. Nothing is ever written to a
file. What goes wrong is a line with "problem", after which it ends.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import math
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

LONGEST_TEXT = 300
LARGEST_ANSWER = 2**30
"""Bytes of all outputs of one evaluation."""


class Refused(Exception):
    """Why nothing is evaluated."""


def main() -> None:
    """Read a model, say that it is there, and evaluate until nobody asks any more."""
    source, target = sys.stdin.buffer, sys.stdout.buffer
    task = json.loads(source.readline())
    content = exactly(source, task["size"])
    sys.path.extend(task["path"])
    import onnxruntime

    sink = open(os.devnull, "w")  # noqa: SIM115 - as long as the process
    limit(task["memory"])
    faulthandler.dump_traceback_later(task["seconds"], exit=True, file=sink)
    session = loaded(onnxruntime, content, task["threads"])
    del content
    faulthandler.cancel_dump_traceback_later()
    answer(target, {"ready": True}, [])
    while line := source.readline():
        asked = json.loads(line)
        given = arrays(source, asked["arrays"])
        faulthandler.dump_traceback_later(asked["seconds"], exit=True, file=sink)
        found = session.run(asked["wanted"], given)
        faulthandler.cancel_dump_traceback_later()
        answer(target, {}, checked(found))


def limit(memory: int) -> None:
    """Let this process write no file, and have so much memory beyond what it has now."""
    with contextlib.suppress(ImportError):  # Windows has none
        import resource

        lower(resource, "RLIMIT_FSIZE", 0)
        lower(resource, "RLIMIT_CORE", 0)
        with contextlib.suppress(OSError):  # only Linux tells
            pages = int(Path("/proc/self/statm").read_text().split()[0])
            lower(resource, "RLIMIT_AS", pages * resource.getpagesize() + memory)


def lower(resource: Any, name: str, most: int) -> None:
    """Lower one limit, if the system has it and lets one."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        which = getattr(resource, name)
        _, hard = resource.getrlimit(which)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (most, most))


def loaded(onnxruntime: Any, content: bytes, threads: int) -> Any:
    """Return a session on the processor. Memory is given back, so that the limit means what is in use."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


# ---- arrays over pipes -----------------------------------------------------------------------------------------------


def exactly(source: BinaryIO, size: int) -> bytes:
    """Return so many bytes, or end with whoever sends them."""
    content = source.read(size)
    if len(content) < size:
        os._exit(0)
    return content


def arrays(source: BinaryIO, told: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the arrays that follow a line."""
    import numpy as np

    found = {}
    for one in told:
        size = math.prod(one["shape"]) * np.dtype(one["dtype"]).itemsize
        found[one["name"]] = np.frombuffer(exactly(source, size), one["dtype"]).reshape(one["shape"])
    return found


def checked(found: list[Any]) -> list[Any]:
    """Refuse outputs that are no arrays of numbers, or too large."""
    import numpy as np

    for one in found:
        if not isinstance(one, np.ndarray) or one.dtype.kind not in "biuf":
            raise Refused("gives something that is no array of numbers")
    if sum(one.nbytes for one in found) > LARGEST_ANSWER:
        raise Refused("gives far more numbers than pictures have")
    return found


def answer(target: BinaryIO, told: dict[str, Any], found: list[Any]) -> None:
    """Write a line, and arrays behind it."""
    told["arrays"] = [{"dtype": one.dtype.name, "shape": list(one.shape)} for one in found]
    target.write(json.dumps(told).encode() + b"\n")
    for one in found:
        target.write(one.tobytes())
    target.flush()


def explained(error: BaseException) -> str:
    """Return why there is no answer, in words."""
    said = " ".join(str(error).split())
    if isinstance(error, Refused):
        return said
    if isinstance(error, MemoryError) or "allocate" in said.lower() or "bad_alloc" in said or "memory" in said.lower():
        return "needs more memory than it may have"
    return f"is not run by ONNX Runtime: {said[:LONGEST_TEXT]}"


if __name__ == "__main__":
    try:
        main()
    # Whatever a broken model makes ONNX Runtime raise; a traceback would be of no use to anybody.
    except BaseException as error:
        print(json.dumps({"problem": explained(error)}), flush=True)
        os._exit(3)
    os._exit(0)
