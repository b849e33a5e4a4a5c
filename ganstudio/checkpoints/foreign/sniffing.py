"""What kind of file it is, told from its bytes and never from its name, and whether it is worth starting a reader for.

Everything here is plain Python on bounded parts of a file: nothing is unpickled, nothing unpacked.
"""

from __future__ import annotations

import struct
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.foreign.outlines import checked_outline
from ganstudio.checkpoints.foreign.pickles import LARGEST_PICKLE, PickleProblemError, Storage, outlined
from ganstudio.checkpoints.regular_file import opened
from ganstudio.checkpoints.safetensors_header import header_of
from ganstudio.settings import name_shown

__all__ = ["LARGEST", "Kind", "Look", "looked_into", "sniffed"]

Kind = Literal["zip", "legacy", "safetensors"]

LARGEST: Final = 512 * 2**20
"""Bytes of a file: it has to fit into a gigabyte together with what is made of it."""
MOST_ENTRIES: Final = 20_000
LARGEST_DIRECTORY: Final = 4 * 2**20
NEWEST_ZIP: Final = 10
"""Of the versions that PyTorch's files have had."""
NEWEST_LEGACY: Final = 1001

LEGACY: Final = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
"""The pickled number with which torch.save began before 1.6."""

OTHERS: Final[Mapping[bytes, str]] = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"\x89HDF\r\n": "an HDF5 file, as Keras writes them; only PyTorch's and safetensors files are read",
    b"\x93NUMPY": "a NumPy array",
    b"GGUF": "a GGUF language model",
    b"%PDF": "a PDF document",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"\x1f\x8b": "compressed by gzip; unpack it first",
    b"BZh": "compressed by bzip2; unpack it first",
    b"\xfd7zXZ": "compressed by xz; unpack it first",
    b"(\xb5/\xfd": "compressed by zstd; unpack it first",
    b"7z\xbc\xaf": "a 7z archive; unpack it first",
    b"Rar!": "a RAR archive; unpack it first",
    b"version https://git-lfs": "only the pointer to a file in Git LFS; git lfs pull fetches it",
}
WANTED: Final = "a PyTorch checkpoint or a safetensors file is needed"


class _ProblemError(ValueError):
    """Why a file is not read; the message lacks its name."""


@dataclass(frozen=True)
class Look:
    """What a file turned out to be.

    Attributes
    ----------
    tree
        The nested dictionaries that PyTorch would read, with a `TensorOutline` for each tensor; None of safetensors.
    places
        Where in the file the numbers of each storage begin, by its key, as far as that can be told.
    """

    kind: Kind
    tree: Any = None
    places: Mapping[str, int] = field(default_factory=dict)


def sniffed(path: str | Path) -> Kind:
    """Tell what kind of checkpoint a file is, and check what can be checked without PyTorch.

    Raises
    ------
    CheckpointError
        If it is no regular file, too large, cut off, of another kind, or holds anything but tensors and plain values.
    """
    return looked_into(path).kind


def looked_into(path: str | Path) -> Look:
    """Tell what kind of checkpoint a file is and what PyTorch would find in it.

    Raises
    ------
    CheckpointError
        As `sniffed`.
    """
    with opened(path) as (file, size):
        try:
            return _look(file, size, path)
        except (_ProblemError, PickleProblemError) as problem:
            raise CheckpointError(path, problem) from None
        except OSError as error:
            raise CheckpointError(path, f"cannot be read ({error.strerror or error})") from None


def _look(file: BinaryIO, size: int, path: str | Path) -> Look:
    if size == 0:
        raise _ProblemError(f"is empty; {WANTED}")
    if size > LARGEST:
        raise _ProblemError(f"has {size / 1e6:,.0f} MB; at most {LARGEST / 1e6:,.0f} MB are read")
    head = file.read(512)
    file.seek(0)
    if head.startswith(b"PK\x03\x04"):
        return _look_into_zip(file, size)
    if head.startswith(LEGACY):
        return _look_into_legacy(file, size)
    _check_other(head, file, size)
    if head[8:9] == b"{" or b"\0\0\0" in head[3:8]:
        header_of(file, size, path)
        return Look("safetensors")
    raise _ProblemError(f"is no checkpoint that is known; {WANTED}")


def _check_other(head: bytes, file: BinaryIO, size: int) -> None:
    """Raise what can be said of a file that is neither of PyTorch's nor safetensors."""
    for magic, name in OTHERS.items():
        if head.startswith(magic):
            raise _ProblemError(f"is {name}" + ("" if ";" in name else f"; {WANTED}"))
    if head[257:262] == b"ustar":
        raise _ProblemError("is a tar archive, as PyTorch wrote them before 2017; torch.save as it is today helps")
    if len(head) > 1 and head[0] == 0x80 and 0 < head[1] <= 5:
        outlined(file.read(min(size, LARGEST_PICKLE)))
        raise _ProblemError("is a plain pickle, which torch.save does not write; saving it again with torch.save helps")
    if not head.strip(b"\0"):
        raise _ProblemError(f"begins with nothing but zeros; it may not have been copied whole; {WANTED}")
    # A length in front makes a safetensors file binary, so text is none.
    if all(32 <= byte < 127 or byte in b"\t\r\n" for byte in head):
        if head.lstrip().lower().startswith((b"<!doc", b"<html", b"<?xml")):
            raise _ProblemError(f"is a web page, perhaps in place of a download; {WANTED}")
        _check_text_pickle(head, file, size)
        raise _ProblemError(f"is text; {WANTED}")


def _check_text_pickle(head: bytes, file: BinaryIO, size: int) -> None:
    """Name what a pickle of the oldest protocol, which is text, would make."""
    if head[:1] not in b"(cil]}" or b"\n" not in head:
        return
    try:
        outlined(file.read(min(size, LARGEST_PICKLE)))
    except PickleProblemError as problem:
        if "Python objects" in str(problem):
            raise


# ---- PyTorch's archives ----------------------------------------------------------------------------------------------


def _look_into_zip(file: BinaryIO, size: int) -> Look:
    _check_directory(file, size)
    try:
        with zipfile.ZipFile(file) as archive:
            root = _root(archive, size)
            _check_version(file, archive, root)
            tree, _ = outlined(_entry(file, archive.getinfo(f"{root}/data.pkl")))
            return Look("zip", tree, _places(file, archive, root, checked_outline(tree)))
    # zipfile says RuntimeError of encryption, NotImplementedError of methods, ValueError and struct.error of nonsense.
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, struct.error, UnicodeError) as error:
        raise _ProblemError(f"is cut off or damaged: {name_shown(str(error)) or type(error).__name__}") from None


def _places(file: BinaryIO, archive: zipfile.ZipFile, root: str, storages: Iterable[Storage]) -> dict[str, int]:
    """Return where the numbers of storages begin, all of which have to be there."""
    places: dict[str, int] = {}
    for storage in storages:
        entry = archive.NameToInfo.get(f"{root}/data/{storage.key}")
        if entry is None or entry.file_size < storage.size:
            raise _ProblemError(f"is cut off or damaged: {_said(storage)}, which are not there")
        places[storage.key] = _begin(file, entry)
    return {} if _is_swapped(file, archive, root) else places


def _said(storage: Storage) -> str:
    return f"storage {name_shown(storage.key)} should have {storage.numbers:,} numbers"


def _entry(file: BinaryIO, entry: zipfile.ZipInfo) -> bytes:
    """Return an entry's bytes; PyTorch can be told to leave out the checksum, on which `ZipFile.read` insists."""
    file.seek(_begin(file, entry))
    return file.read(entry.file_size)


def _begin(file: BinaryIO, entry: zipfile.ZipInfo) -> int:
    """Return where in the file the bytes of an entry begin."""
    file.seek(entry.header_offset)
    local = file.read(30)
    if len(local) < 30 or not local.startswith(b"PK\x03\x04"):
        raise zipfile.BadZipFile(f"{entry.filename} is not where it should be")
    name, extra = struct.unpack_from("<HH", local, 26)
    return entry.header_offset + 30 + int(name) + int(extra)


def _check_directory(file: BinaryIO, size: int) -> None:
    """Refuse a list of entries that would take long to read, before it is."""
    tail_size = min(size, 66_000)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    file.seek(0)
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) < place + 22:
        raise _ProblemError("is cut off: the list of contents at its end is missing")
    entries, length = struct.unpack_from("<HI", tail, place + 10)
    larger = tail.rfind(b"PK\x06\x06", 0, place)
    if larger >= 0 and len(tail) >= larger + 48:
        entries, length = struct.unpack_from("<QQ", tail, larger + 32)
    if entries > MOST_ENTRIES or length > LARGEST_DIRECTORY:
        raise _ProblemError(f"holds {entries:,} entries; at most {MOST_ENTRIES:,} are read")
    if length > size:
        raise _ProblemError("is cut off or damaged: its list of contents would be longer than the file")


def _root(archive: zipfile.ZipFile, size: int) -> str:
    """Check what an archive says of its entries, and return the folder that all are in."""
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise _ProblemError(f"holds {len(entries):,} entries; at most {MOST_ENTRIES:,} are read")
    names = [entry.filename for entry in entries]
    _check_sort(names)
    pickles = [name for name in names if name.endswith("/data.pkl") and name.count("/") == 1]
    if len(pickles) != 1:
        raise _ProblemError(f"is a zip archive without PyTorch's data.pkl; {WANTED}")
    [(name, count)] = Counter(names).most_common(1)
    if count > 1:
        raise _ProblemError(f"is damaged: it holds {name_shown(name)} {count} times")
    for entry in entries:
        if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
            raise _ProblemError(f"its entry {name_shown(entry.filename)} is compressed, which PyTorch's files are not")
    if sum(entry.file_size for entry in entries) > size:
        raise _ProblemError("claims to hold more than its size; its entries overlap")
    if archive.getinfo(pickles[0]).file_size > LARGEST_PICKLE:
        raise _ProblemError(f"its list of contents has more than {LARGEST_PICKLE / 1e6:,.0f} MB")
    return pickles[0].partition("/")[0]


def _check_sort(names: list[str]) -> None:
    """Refuse archives with programs in them, and NumPy's, by what they are called."""
    inside = [name.partition("/")[2] for name in names]
    if any(name == "constants.pkl" or name.startswith("code/") for name in inside):
        raise _ProblemError("is a TorchScript program; only tensors are read, as state_dict() gives them to torch.save")
    if any(name in ("archive_format", "serialized_exported_program.json") or "aotinductor" in name for name in inside):
        raise _ProblemError("is an exported program (.pt2); only tensors are read, as state_dict() gives them")
    if names and all(name.endswith(".npy") for name in names):
        raise _ProblemError(f"is an archive of NumPy arrays; {WANTED}")


def _is_swapped(file: BinaryIO, archive: zipfile.ZipFile, root: str) -> bool:
    """Whether numbers have their largest byte first."""
    entry = archive.NameToInfo.get(f"{root}/byteorder")
    return entry is not None and (entry.file_size > 20 or _entry(file, entry).strip() != b"little")


def _check_version(file: BinaryIO, archive: zipfile.ZipFile, root: str) -> None:
    for name in (f"{root}/version", f"{root}/.data/version"):
        if name in archive.NameToInfo and archive.getinfo(name).file_size < 20:
            said = _entry(file, archive.getinfo(name)).strip()
            if said.isdigit() and int(said) > NEWEST_ZIP:
                raise _ProblemError(
                    f"was written by a newer PyTorch (version {int(said)} of its format; up to {NEWEST_ZIP} is read)"
                )


# ---- its files before 1.6 --------------------------------------------------------------------------------------------


def _look_into_legacy(file: BinaryIO, size: int) -> Look:
    """Check the five pickles in front: a magic number, a version, the machine, the contents, names of storages."""
    head = file.read(min(size, LARGEST_PICKLE))
    version, place = outlined(head, len(LEGACY))
    if not isinstance(version, int):
        raise _ProblemError("is damaged: the version of its format is no number")
    if version > NEWEST_LEGACY:
        raise _ProblemError(f"was written by a newer PyTorch (version {version}; up to {NEWEST_LEGACY} is read)")
    machine, place = outlined(head, place)
    tree, place = outlined(head, place)
    keys, place = outlined(head, place)
    storages = {storage.key: storage for storage in checked_outline(tree)}
    # Behind the pickles stands each storage once: how many numbers, and they themselves.
    needed = sum(8 + storage.size for storage in storages.values())
    if needed > size - place:
        raise _ProblemError(f"is cut off: its storages should have {needed:,} bytes, {size - place:,} are there")
    places: dict[str, int] = {}
    if isinstance(machine, dict) and machine.get("little_endian") is True and isinstance(keys, list):
        for key in keys:
            if key not in storages:  # what else is there has a size that is not known
                break
            places[key] = place + 8
            place += 8 + storages[key].size
    return Look("legacy", tree, places)
