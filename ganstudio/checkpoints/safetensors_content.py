"""The tensors of a safetensors file as arrays, and arrays as the bytes of one.

The library's writer puts metadata in another order each time; here the same content gives the same bytes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.safetensors_header import METADATA, Header
from ganstudio.settings import shown

__all__ = ["DTYPES", "packed", "read_array"]

DTYPES: Final[Mapping[str, str]] = {
    "BOOL": "|b1",
    "U8": "|u1",
    "I8": "|i1",
    "U16": "<u2",
    "I16": "<i2",
    "F16": "<f2",
    "U32": "<u4",
    "I32": "<i4",
    "F32": "<f4",
    "U64": "<u8",
    "I64": "<i8",
    "F64": "<f8",
    "C64": "<c8",
}
"""The format's dtypes that NumPy has."""
_NAMES: Final = {text: name for name, text in DTYPES.items()}


def read_array(file: BinaryIO, header: Header, name: str, path: str | Path) -> NDArray[Any]:
    """Return one tensor of an open file whose header was checked; BF16, which NumPy lacks, becomes float32.

    Raises
    ------
    CheckpointError
        If the file has become shorter, or NumPy has nothing like the dtype.
    """
    entry = header.tensors[name]
    dtype = "<u2" if entry.dtype == "BF16" else DTYPES.get(entry.dtype)
    if dtype is None:
        raise CheckpointError(path, f"tensor {shown(name)}: values of type {entry.dtype} are not read")
    count = math.prod(entry.shape)
    try:
        file.seek(header.start + entry.begin)
        array: NDArray[Any] = np.fromfile(file, dtype, count)
    except OSError as error:
        raise CheckpointError(path, f"cannot be read ({error.strerror or error})") from None
    if len(array) != count:
        raise CheckpointError(path, "has become shorter while it was read")
    array = array.reshape(entry.shape)
    if entry.dtype == "BF16":  # the upper half of a float32
        return (array.astype(np.uint32) << 16).view(np.float32)
    return array


def packed(tensors: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> bytes:
    """Return the content of a file with these tensors and texts.

    Raises
    ------
    ValueError
        If the format has no dtype for an array.
    """
    # Larger numbers first, so that each is where a processor wants it.
    order = sorted(tensors, key=lambda name: (-tensors[name].dtype.itemsize, name))
    header: dict[str, Any] = {METADATA: dict(sorted(metadata.items()))}
    body: list[bytes] = []
    reached = 0
    for name in order:
        array = tensors[name]
        little = array.dtype.newbyteorder("<").str
        if little not in _NAMES:
            raise ValueError(f"tensor {shown(name)}: values of type {array.dtype} cannot be written")
        content = np.ascontiguousarray(array, little).tobytes()
        places = [reached, reached + len(content)]
        header[name] = {"dtype": _NAMES[little], "shape": list(array.shape), "data_offsets": places}
        reached += len(content)
        body.append(content)
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([len(text).to_bytes(8, "little"), text, *body])
