"""The header of safetensors files: what the library writes is read, and whatever else is a typed error."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st

from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.safetensors_header import LARGEST, LONGEST_HEADER, checked_header

ENTRY = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


def put(folder: Path, content: bytes) -> Path:
    path = folder / "x.safetensors"
    path.write_bytes(content)
    return path


def file(header: Any, body: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def refused(path: Path, said: str) -> None:
    with pytest.raises(CheckpointError, match=said) as caught:
        checked_header(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert len(str(caught.value)) < len(str(path)) + 300


def test_what_the_library_writes_is_read(tmp_path: Path) -> None:
    arrays = {"a": np.ones((2, 3), np.float32), "b": np.ones(5, np.int64), "none": np.ones((0, 4), np.float16)}
    header = checked_header(put(tmp_path, safetensors.numpy.save(arrays, {"k": "vä"})))
    assert header.metadata == {"k": "vä"}
    assert {name: (entry.dtype, entry.shape) for name, entry in header.tensors.items()} == {
        "a": ("F32", (2, 3)),
        "b": ("I64", (5,)),
        "none": ("F16", (0, 4)),
    }
    content = (tmp_path / "x.safetensors").read_bytes()
    begin, end = header.tensors["a"].begin + header.start, header.tensors["a"].end + header.start
    assert content[begin:end] == arrays["a"].tobytes()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty or cut off"),
        (b"1234567", "is empty or cut off"),
        (struct.pack("<Q", 2**63) + b"{}", "9,223,372,036,854,775,808 bytes, the file has 10"),
        (struct.pack("<Q", 2**64 - 1) + b"{}", "cut off"),
        (file(b"[]"), "does not begin with a brace"),
        (file(b""), "does not begin with a brace"),
        (file(b"{"), "is not valid JSON"),
        (file(b'{"\xff": 1}'), "is not UTF-8"),
        (file(b'{"a":' * 100_000), "nested too deeply|not valid JSON"),
        (file(b'{"a": NaN}'), "NaN"),
        (file(b'{"a": ' + b"9" * 5000 + b"}"), "its header has a number of 5,000 digits"),
        (file(b'{"a": {"dtype": "F32", "dtype": "F16"}}'), "'dtype' twice"),
        (file(b'{"a": 1, "b": 2, "a": 1}'), "'a' twice"),
        (file({"a": 1}), "tensor 'a': a dtype"),
        (file({"a": {**ENTRY, "more": 1}}, b"12345678"), "and nothing else"),
        (file({"a": {**ENTRY, "dtype": "F3"}}), "dtype 'F3' is not known"),
        (file({"a": {**ENTRY, "dtype": ["F32"]}}), "is not known"),
        (file({"a": {**ENTRY, "shape": [-2]}}), "its shape"),
        (file({"a": {**ENTRY, "shape": [True, 2]}}), "its shape"),
        (file({"a": {**ENTRY, "shape": [2.0]}}), "its shape"),
        (file({"a": {**ENTRY, "shape": [1] * 9}}), "its shape"),
        (file({"a": {**ENTRY, "shape": [2**62, 2**62]}}, b"12345678"), "not what its shape and F32 need"),
        (file({"a": {**ENTRY, "data_offsets": [8, 0]}}, b"12345678"), "data_offsets"),
        (file({"a": {**ENTRY, "data_offsets": [0, 2**70]}}, b"12345678"), "has too many bytes"),
        (file({"a": ENTRY}, b"1234567"), "is cut off"),
        (file({"a": ENTRY}, b"123456789"), "1 bytes behind its last tensor"),
        (file({"a": ENTRY, "b": ENTRY}, b"1" * 16), "overlaps"),
        (file({"a": ENTRY, "b": {**ENTRY, "data_offsets": [12, 20]}}, b"1" * 20), "leaves a gap"),
        (file({"a": {**ENTRY, "data_offsets": [4, 12]}}, b"1" * 12), "leaves a gap"),
        (file({"__metadata__": {"a": 1}}), "is a table of texts"),
        (file({"__metadata__": []}), "is a table of texts"),
        (file({f"t{i}": {**ENTRY, "shape": [0], "data_offsets": [0, 0]} for i in range(10_001)}), "10,001 tensors"),
        (b"PK\3\4" + b"\0" * 100, "is no safetensors file|is cut off|brace"),
        (b"\x80\2ctorch\n" * 10, "is no safetensors file"),
    ],
)
def test_what_is_not_believed(tmp_path: Path, content: bytes, said: str) -> None:
    refused(put(tmp_path, content), said)


def test_sizes_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    path = put(tmp_path, struct.pack("<Q", LONGEST_HEADER + 1) + b"{")
    os.truncate(path, LONGEST_HEADER + 1000)
    refused(path, "its header has 4,000,001 bytes")
    os.truncate(path, LARGEST + 1)
    refused(path, "at most 537 MB are read")
    million = b"{" + b",".join(b'"%d":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}' % i for i in range(150_000))
    refused(put(tmp_path, file(million + b"}")), "its header")


def test_what_is_no_file(tmp_path: Path) -> None:
    refused(tmp_path / "missing", "there is no such file")
    refused(tmp_path, "is a folder")
    refused(Path("/dev/null"), "is a pipe or a device") if os.name == "posix" else None
    with pytest.raises(CheckpointError, match="cannot be read"):
        checked_header("a\0b")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipes_and_sockets_do_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", "is a pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        with contextlib.chdir(tmp_path):  # the path of a socket may have about a hundred bytes
            listener.bind("socket")
        refused(tmp_path / "socket", "cannot be read|is a pipe")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_without_permission(tmp_path: Path) -> None:
    path = put(tmp_path, b"{}")
    path.chmod(0)
    refused(path, "Permission denied")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["F32", "BOOL"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["dtype", "shape", "data_offsets", "__metadata__", "a"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@given(content=st.binary(max_size=200) | st.dictionaries(st.text(max_size=3), JSON, max_size=4).map(file))
def test_whatever_it_is_it_is_an_error_of_ours_or_empty(folder: Path, content: bytes) -> None:
    try:
        header = checked_header(put(folder, content))
    except CheckpointError:
        return
    assert all(tensor.end <= len(content) for tensor in header.tensors.values())


@given(data=st.data())
def test_a_damaged_header_is_refused_or_consistent(folder: Path, data: st.DataObject) -> None:
    whole = bytearray(
        safetensors.numpy.save({"a": np.zeros((2, 2), np.float32), "b": np.zeros(3, np.uint8)}, {"k": "v"})
    )
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 20))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, 10))
    content = bytes(whole[: len(whole) - cut])
    try:
        header = checked_header(put(folder, content))
    except CheckpointError:
        return
    sizes = [tensor.end - tensor.begin for tensor in header.tensors.values()]
    assert sum(sizes) == len(content) - header.start
