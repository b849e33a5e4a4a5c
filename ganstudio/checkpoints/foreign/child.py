"""The whole program of the process that reads one checkpoint: torch.load for weights only, under limits.

It is started with the path of this file, imports nothing of GAN Studio, and writes into one folder:
``tensors.safetensors``, tensors by number, and ``contents.json``, where each of them stood. What goes wrong is printed
as one line of JSON.
"""

from __future__ import annotations

import contextlib
import errno
import faulthandler
import json
import math
import os
import struct
import sys
import time
import warnings
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

DEEPEST = 32
MOST_VISITED = 200_000
MOST_TENSORS = 10_000
MOST_VALUES = 500
LONGEST_TEXT = 300
LONGEST_NAME = 200
LARGEST = 500 * 2**20
"""Bytes of all tensors together."""

CODES = {
    "float32": "F32",
    "int64": "I64",
    "int32": "I32",
    "int16": "I16",
    "int8": "I8",
    "uint8": "U8",
    "bool": "BOOL",
}
CONVERTED = ("float16", "bfloat16", "float64", "float8_e4m3fn", "float8_e5m2")
"""Become float32."""

Place = tuple[str, ...]


class Refused(Exception):
    """Why nothing is written."""


class Inert(dict[Any, Any]):
    """In the place of what hyperparameters are kept in: it keeps what it is told, and does nothing."""

    def __new__(cls, *_: Any, **__: Any) -> Inert:
        """Take any arguments."""
        return super().__new__(cls)

    def __init__(self, *_: Any, **__: Any) -> None:
        super().__init__()

    def __setstate__(self, state: Any) -> None:
        """Keep attributes as if they were entries."""
        if isinstance(state, dict):
            self.update(state)


class PlainDictionary:
    """In the place of classes of dictionaries: an ordered one, whatever is asked for."""

    def __new__(cls, *_: Any, **__: Any) -> Any:
        """Return an empty dictionary."""
        return OrderedDict()


def main(task: dict[str, Any]) -> None:
    """Read `task["source"]` and write what it holds into `task["folder"]`."""
    sys.path.extend(task["path"])
    warnings.simplefilter("ignore")
    import torch

    # Names that only say where hyperparameters are kept stand for nothing here, and nothing is imported for them.
    torch.serialization.add_safe_globals([(Inert, name) for name in task["inert"]])
    torch.serialization.add_safe_globals([(PlainDictionary, name) for name in task["dictionaries"]])
    limit(task["seconds"], task["memory"], task["written"])
    tree = loaded(torch, task["source"], task["kind"])
    tensors, values, notes = collected(torch, tree)
    entries = [*tensors.items(), *folded(torch, tensors).items()]
    folder = Path(task["folder"])
    write(torch, folder / "tensors.safetensors", [tensor for _, tensor in entries])
    contents = {
        "tensors": [[list(place), plain_name(tensor.dtype)] for place, tensor in entries],
        "values": [[list(place), value] for place, value in values.items()],
        "notes": notes,
    }
    (folder / "contents.json").write_text(json.dumps(contents), encoding="utf-8")


def limit(seconds: float, memory: int, written: int) -> None:
    """End this process after some seconds, and let it have so much memory beyond what it has now."""
    sink = open(os.devnull, "w")  # noqa: SIM115 - as long as the process
    faulthandler.dump_traceback_later(seconds, exit=True, file=sink)
    with contextlib.suppress(ImportError):  # Windows has none
        import resource

        lower(resource, "RLIMIT_CPU", math.ceil(time.process_time() + seconds))
        lower(resource, "RLIMIT_FSIZE", written)
        lower(resource, "RLIMIT_CORE", 0)
        lower(resource, "RLIMIT_NPROC", 0)
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


def loaded(torch: Any, source: str, kind: str) -> Any:
    """Return the nested dictionaries in a file."""
    if kind == "safetensors":
        from safetensors.torch import load_file

        return load_file(source)
    # Both said although they are the defaults: nothing is ever unpickled, and nothing goes to a graphics card.
    return torch.load(source, map_location="cpu", weights_only=True, mmap=kind == "zip")


# ---- what is in it ---------------------------------------------------------------------------------------------------


def collected(torch: Any, tree: Any) -> tuple[dict[Place, Tensor], dict[Place, Any], list[str]]:
    """Return the tensors and the plain values in nested containers by where they stand, and what was left out."""
    tensors: dict[Place, Tensor] = {}
    values: dict[Place, Any] = {}
    left_out: dict[str, int] = {}
    for place, item in visited(tree):
        if isinstance(item, torch.Tensor):
            kind = unreadable(torch, item)
            if kind:
                left_out[kind] = left_out.get(kind, 0) + 1
            else:
                tensors[place] = item.detach()
        elif kept(item) and len(values) < MOST_VALUES:
            values[place] = item
    if not tensors:
        raise Refused("holds no tensors")
    if len(tensors) > MOST_TENSORS:
        raise Refused(f"holds {len(tensors):,} tensors; at most {MOST_TENSORS:,} are read")
    size = sum(tensor.numel() * max(4, tensor.element_size()) for tensor in tensors.values())
    if size > LARGEST:
        raise Refused(f"its tensors have {size / 1e6:,.0f} MB as float32; at most {LARGEST / 1e6:,.0f} MB are read")
    return tensors, values, [f"{count} {kind} tensors are left out" for kind, count in left_out.items()]


def visited(tree: Any) -> Iterator[tuple[Place, Any]]:
    """Yield what is no container, and where it stands; a container that stands twice is entered once."""
    entered = {id(tree)}
    stack: list[tuple[Place, Iterator[tuple[Any, Any]]]] = [((), items(tree))]
    count = 0
    while stack:
        place, rest = stack[-1]
        name, item = next(rest, (None, stack))
        if item is stack:
            stack.pop()
            continue
        count += 1
        if count > MOST_VISITED:
            raise Refused(f"holds more than {MOST_VISITED:,} things")
        here = (*place, spelled(name))
        if not isinstance(item, (dict, list, tuple)):
            yield here, item
        elif id(item) not in entered:
            if len(here) >= DEEPEST:
                raise Refused(f"its dictionaries are nested more than {DEEPEST} deep")
            entered.add(id(item))
            stack.append((here, items(item)))


def items(container: Any) -> Iterator[tuple[Any, Any]]:
    """Return the names and the things in a container; of anything else, itself."""
    if isinstance(container, dict):
        return iter(container.items())
    if isinstance(container, (list, tuple)):
        return iter(enumerate(container))
    return iter([("tensor", container)])


def spelled(name: Any) -> str:
    """Return a key as text that can be printed."""
    text = name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)
    return "".join(letter if letter.isprintable() else "?" for letter in text[:LONGEST_NAME])


def kept(value: Any) -> bool:
    """Whether a value is plain and small."""
    if isinstance(value, str):
        return len(value) <= LONGEST_TEXT and value.isprintable()
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, bool) or (isinstance(value, int) and abs(value) < 2**53)


def unreadable(torch: Any, tensor: Tensor) -> str:
    """Return what kind of tensor it is, if it is one that is not read."""
    if tensor.layout != torch.strided:
        return "sparse"
    if tensor.is_quantized:
        return "quantized"
    if tensor.device.type != "cpu":
        return f"{tensor.device.type} device"
    name = plain_name(tensor.dtype)
    return "" if name in CODES or name in CONVERTED else name


def plain_name(dtype: Any) -> str:
    """Return "float32" of torch.float32."""
    return str(dtype).removeprefix("torch.")


# ---- spectral and weight normalisation, as evaluation mode computes them ---------------------------------------------


def folded(torch: Any, tensors: dict[Place, Tensor]) -> dict[Place, Tensor]:
    """Return the weights that normalised layers use, as "weight~0" and, where it could be either, "weight~1".

    The number is the axis that is normalised: 1 of transposed convolutions, 0 of others.
    """
    found: dict[Place, Tensor] = {}
    for place in tensors:
        for ending, how in WAYS.items():
            if place[-1] == ending or place[-1].endswith(f".{ending}"):
                found |= how(torch, tensors, place, ending)
    return found


def sibling(tensors: dict[Place, Tensor], place: Place, ending: str, other: str) -> Tensor | None:
    """Return the tensor that stands beside another one, as float32."""
    tensor = tensors.get((*place[:-1], place[-1].removesuffix(ending) + other))
    return None if tensor is None else tensor.float()


def spectral(torch: Any, tensors: dict[Place, Tensor], place: Place, ending: str) -> dict[Place, Tensor]:
    """Return a weight divided by its largest singular value, as the stored vectors estimate it."""
    weight = tensors[place].float()
    names = ("weight_u", "weight_v") if ending == "weight_orig" else [ending[:-8] + name for name in ("0._u", "0._v")]
    u, v = (sibling(tensors, place, ending, name) for name in names)
    found: dict[Place, Tensor] = {}
    if u is None or v is None or weight.ndim < 2 or u.numel() * v.numel() != weight.numel():
        return found
    for axis in (0, 1):
        if weight.shape[axis] != u.numel() or (axis and weight.ndim < 3):
            continue
        order = [axis, *(other for other in range(weight.ndim) if other != axis)]
        matrix = weight.permute(*order).reshape(weight.shape[axis], -1)
        name = f"{place[-1].removesuffix(ending)}weight~{axis}"
        found[(*place[:-1], name)] = weight / torch.dot(u, torch.mv(matrix, v))
    return found


def barred(torch: Any, tensors: dict[Place, Tensor], place: Place, ending: str) -> dict[Place, Tensor]:
    """Return what SAGAN's own spectral normalisation makes of "weight_bar", after the step that every call takes."""
    weight = tensors[place].float()
    u = sibling(tensors, place, ending, "weight_u")
    if u is None or weight.ndim < 2 or weight.shape[0] != u.numel():
        return {}
    matrix = weight.reshape(weight.shape[0], -1)
    v = torch.mv(matrix.t(), u)
    v = v / (v.norm() + 1e-12)
    u = torch.mv(matrix, v)
    u = u / (u.norm() + 1e-12)
    return {(*place[:-1], f"{place[-1].removesuffix(ending)}weight~n"): weight / u.dot(matrix.mv(v))}


def weight_normed(torch: Any, tensors: dict[Place, Tensor], place: Place, ending: str) -> dict[Place, Tensor]:
    """Return a direction times its length."""
    length = tensors[place].float()
    other = "weight_v" if ending == "weight_g" else ending.replace("original0", "original1")
    direction = sibling(tensors, place, ending, other)
    if direction is None or direction.ndim != length.ndim:
        return {}
    for axis in (0, 1)[: direction.ndim]:
        if direction.shape[axis] == length.shape[axis] == length.numel():
            weight = torch._weight_norm(direction, length, axis)
            return {(*place[:-1], f"{place[-1].removesuffix(ending)}weight~n"): weight}
    return {}


WAYS = {
    "weight_orig": spectral,
    "parametrizations.weight.original": spectral,
    "weight_bar": barred,
    "weight_g": weight_normed,
    "parametrizations.weight.original0": weight_normed,
}


# ---- what is written -------------------------------------------------------------------------------------------------


def write(torch: Any, path: Path, tensors: list[Tensor]) -> None:
    """Write a safetensors file one tensor after the other, so that never two copies of all are in memory."""
    header, end = {}, 0
    for index, tensor in enumerate(tensors):
        code = CODES.get(plain_name(tensor.dtype), "F32")
        begin = end
        end += tensor.numel() * (tensor.element_size() if plain_name(tensor.dtype) in CODES else 4)
        header[str(index)] = {"dtype": code, "shape": list(tensor.shape), "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    with open(path, "xb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors:
            whole = tensor if plain_name(tensor.dtype) in CODES else tensor.to(torch.float32)
            file.write(whole.contiguous().numpy().tobytes())


def explained(error: BaseException) -> str:
    """Return why nothing was written, in words."""
    said = " ".join(str(error).split())
    if isinstance(error, Refused):
        return said
    if isinstance(error, MemoryError) or "allocate memory" in said or "mmap" in said.lower() or "bad_alloc" in said:
        return "needs more memory than it may have"
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return "holds more than its size explains: the same numbers as many tensors"
    for mark in ("Unsupported global: GLOBAL ", "unsupported GLOBAL "):
        if mark in said:
            return f"holds Python objects ({said.partition(mark)[2].split()[0]}); only tensors are read"
    # PyTorch advises to do without its safety; what is wrong stands behind that.
    said = said.rpartition("WeightsUnpickler error: ")[2].partition(" Check the documentation")[0]
    if "weights_only" in said:
        said = "its list of contents is none that can be read safely"
    return f"is cut off or damaged: {type(error).__name__}: {said[:LONGEST_TEXT]}"


if __name__ == "__main__":
    try:
        main(json.loads(sys.argv[1]))
    # Whatever a broken file makes torch raise; a traceback would be of no use to anybody.
    except BaseException as error:
        print(json.dumps({"problem": explained(error)}), flush=True)
        os._exit(3)
    # Interpreters with torch in them take a quarter of a second to take themselves apart.
    os._exit(0)
