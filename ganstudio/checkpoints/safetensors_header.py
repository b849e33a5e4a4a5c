"""The header of a safetensors file, checked before anything that it announces is allocated.

The format (https://huggingface.co/docs/safetensors): eight bytes with the header's length, little endian; the header,
JSON with each tensor's dtype, shape and place; then the tensors' bytes one after the other. The library checks most of
this, too, but trusts a header of up to 100 MB, and JSON's duplicate names.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.regular_file import opened
from ganstudio.settings import shown

__all__ = ["ITEM_SIZES", "Header", "Tensor", "checked_header", "header_of", "strict_json"]

ITEM_SIZES: Final[Mapping[str, int]] = {
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2"), 1),
    **dict.fromkeys(("U16", "I16", "F16", "BF16"), 2),
    **dict.fromkeys(("U32", "I32", "F32"), 4),
    **dict.fromkeys(("U64", "I64", "F64", "C64"), 8),
}
"""Bytes of one number of each dtype."""

LONGEST_HEADER: Final = 4_000_000
"""Bytes: room for all tensors, and for an experiment with points of one's own."""
MOST_TENSORS: Final = 10_000
MOST_AXES: Final = 8
MOST_DIGITS: Final = 30
LARGEST: Final = 512 * 2**20
"""Bytes of the whole file: what is read must fit into a gigabyte together with what is made of it."""
METADATA: Final = "__metadata__"


class Tensor(NamedTuple):
    """Where a tensor is: `begin` and `end` count from the first byte behind the header."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


@dataclass(frozen=True)
class Header:
    """What a file says of itself.

    Attributes
    ----------
    metadata
        Text by name, as the file has it.
    tensors
        By name, in the order of the header.
    start
        Byte of the file at which the tensors' bytes begin.
    """

    metadata: Mapping[str, str]
    tensors: Mapping[str, Tensor]
    start: int


class _ProblemError(ValueError):
    """Why a header is not believed."""


def checked_header(path: str | Path) -> Header:
    """Read and check a file's header; nothing else of it is read.

    Raises
    ------
    CheckpointError
        If it is no regular file, is too large, or its header is anything else than the format allows.
    """
    with opened(path) as (file, size):
        return header_of(file, size, path)


def header_of(file: BinaryIO, size: int, path: str | Path) -> Header:
    """Read and check the header of an open file of `size` bytes; see `checked_header`.

    Parameters
    ----------
    path
        For messages.
    """
    try:
        return _header(file, size)
    except _ProblemError as problem:
        raise CheckpointError(path, problem) from None
    except OSError as error:
        raise CheckpointError(path, f"cannot be read ({error.strerror or error})") from None


def strict_json(text: str) -> Any:
    """Parse JSON, but refuse what the standard leaves open: duplicate names, NaN and infinity.

    Raises
    ------
    ValueError
        Saying what is wrong.
    """
    try:
        return json.loads(
            text, object_pairs_hook=_without_duplicates, parse_constant=_no_constant, parse_int=_whole_number
        )
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        [(twice, _)] = Counter(name for name, _ in pairs).most_common(1)
        raise ValueError(f"has {shown(twice)} twice")
    return found


def _whole_number(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError(f"has a number of {len(text):,} digits")
    return int(text)


def _no_constant(name: str) -> Any:
    raise ValueError(f"has {name}, which is no number in JSON")


def _header(file: BinaryIO, size: int) -> Header:
    if size > LARGEST:
        raise _ProblemError(f"has {size / 1e6:,.0f} MB; at most {LARGEST / 1e6:,.0f} MB are read")
    first = file.read(8)
    if len(first) < 8:
        raise _ProblemError("is empty or cut off; a safetensors file begins with its header's length")
    length = int.from_bytes(first, "little")
    if length > size - 8:
        raise _ProblemError(
            f"is no safetensors file or is cut off: its header would have {length:,} bytes, the file has {size:,}"
        )
    if length > LONGEST_HEADER:
        raise _ProblemError(f"its header has {length:,} bytes; at most {LONGEST_HEADER:,} are read")
    content = file.read(length)
    if len(content) < length:
        raise _ProblemError("has become shorter while it was read")
    tree = _tree(content)
    metadata = _metadata(tree.pop(METADATA, {}))
    if len(tree) > MOST_TENSORS:
        raise _ProblemError(f"its header names {len(tree):,} tensors; at most {MOST_TENSORS:,} are read")
    tensors = {name: _tensor(name, entry) for name, entry in tree.items()}
    _check_places(tensors, size - 8 - length)
    return Header(metadata, tensors, 8 + length)


def _tree(content: bytes) -> dict[str, Any]:
    if not content.startswith(b"{"):
        raise _ProblemError("is no safetensors file: its header does not begin with a brace")
    try:
        tree = strict_json(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise _ProblemError("its header is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise _ProblemError(f"its header is not valid JSON ({error})") from None
    except ValueError as error:
        raise _ProblemError(f"its header {error}") from None
    assert isinstance(tree, dict)  # it begins with a brace
    return tree


def _metadata(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise _ProblemError(f"its {METADATA} is not allowed; it is a table of texts")
    return value


def _tensor(name: str, entry: Any) -> Tensor:
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise _ProblemError(f"tensor {shown(name)}: a dtype, a shape and data_offsets are needed, and nothing else")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in ITEM_SIZES:
        raise _ProblemError(f"tensor {shown(name)}: dtype {shown(dtype)} is not known; {', '.join(ITEM_SIZES)} are")
    if not _whole_numbers(shape) or len(shape) > MOST_AXES:
        raise _ProblemError(f"tensor {shown(name)}: its shape is no list of at most {MOST_AXES} whole numbers")
    if not _whole_numbers(offsets) or len(offsets) != 2 or offsets[0] > offsets[1]:
        raise _ProblemError(f"tensor {shown(name)}: its data_offsets are no beginning and end")
    begin, end = offsets
    needed = math.prod(shape) * ITEM_SIZES[dtype]
    if needed != end - begin:
        said = f"has {end - begin:,} bytes" if end - begin < 2**63 else "has too many bytes"
        raise _ProblemError(f"tensor {shown(name)}: {said}, which is not what its shape and {dtype} need")
    return Tensor(dtype, tuple(shape), begin, end)


def _whole_numbers(value: Any) -> bool:
    return isinstance(value, list) and all(type(item) is int and item >= 0 for item in value)


def _check_places(tensors: Mapping[str, Tensor], room: int) -> None:
    """Refuse places that overlap, leave gaps, or do not end where the file does."""
    reached = 0
    for name, tensor in sorted(tensors.items(), key=lambda pair: (pair[1].begin, pair[1].end)):
        if tensor.begin != reached:
            fault = "overlaps another one" if tensor.begin < reached else "leaves a gap before it"
            raise _ProblemError(f"tensor {shown(name)}: {fault}")
        if tensor.end > room:
            raise _ProblemError(f"is cut off: tensor {shown(name)} would end behind the end of the file")
        reached = tensor.end
    if reached != room:
        raise _ProblemError(f"has {room - reached:,} bytes behind its last tensor, which belong to none")
