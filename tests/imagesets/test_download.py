"""Downloads from a server that cuts, lies, has other versions and falls silent: nothing half or wrong is left."""

from __future__ import annotations

import errno
import gzip
import hashlib
import os
import shutil
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ganstudio.imagesets import partial
from ganstudio.imagesets.digits import Digits
from ganstudio.imagesets.download import DownloadError, bytes_to_get, download, fetch, missing
from ganstudio.imagesets.mnist import MNIST
from ganstudio.imagesets.sources import CIFAR10_FILES, FASHION_MNIST_FILES, MNIST_FILES, Source

INSIDE = np.random.default_rng(1).integers(0, 50, 1_500_000, dtype=np.uint8).tobytes()
PACKED = gzip.compress(INSIDE, compresslevel=1, mtime=0)
OTHERWISE_PACKED = gzip.compress(INSIDE, compresslevel=6, mtime=1)
NAME = "file.gz"

Serve = Callable[..., Any]
"""The fixture: what starts a server with some content."""


@pytest.fixture
def mirror(serve: Serve) -> Any:
    return serve(PACKED)


def source(*mirrors: Any, name: str = NAME, content: bytes = PACKED, inside: bytes = INSIDE) -> Source:
    urls = tuple(one if isinstance(one, str) else f"{one.url}{name}" for one in mirrors)
    md5 = hashlib.md5(content).hexdigest()
    return Source(name, urls, len(content), md5, len(inside), hashlib.sha256(inside).hexdigest())


def get(file: Source, folder: Path, timeout: float = 5.0) -> list[int]:
    return list(fetch(file, folder, timeout))


def problem(file: Source, folder: Path, timeout: float = 5.0) -> str:
    with pytest.raises(DownloadError) as raised:
        get(file, folder, timeout)
    said = str(raised.value)
    assert "\n" not in said
    return said


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def part_of(folder: Path, mirror: Any, pieces: int = 2) -> int:
    """Leave a download after so many pieces; return how many bytes are there."""
    iterator = fetch(source(mirror), folder)
    for _ in range(pieces):
        received = next(iterator)
    iterator.close()
    assert names(folder) == [f"{NAME}.part", f"{NAME}.part.json"]
    assert (folder / f"{NAME}.part").read_bytes() == PACKED[:received]
    return received


def test_a_whole_file(mirror: Any, tmp_path: Path) -> None:
    received = get(source(mirror), tmp_path / "new" / "folder")
    assert received == sorted(received)
    assert received[-1] == len(PACKED)
    assert len(received) > 2
    assert names(tmp_path / "new" / "folder") == [NAME]
    assert (tmp_path / "new" / "folder" / NAME).read_bytes() == PACKED
    assert mirror.asked == [""]


@pytest.mark.parametrize("served", ["packed otherwise", "unpacked"])
def test_other_packings_of_the_same_data(served: str, mirror: Any, tmp_path: Path) -> None:
    mirror.content = OTHERWISE_PACKED if served == "packed otherwise" else INSIDE
    get(source(mirror), tmp_path)
    assert (tmp_path / NAME).read_bytes() == mirror.content


def test_where_only_one_packing_is_known_no_other_is_taken(mirror: Any, tmp_path: Path) -> None:
    mirror.content = OTHERWISE_PACKED
    known = Source(NAME, (f"{mirror.url}{NAME}",), len(PACKED), hashlib.md5(PACKED).hexdigest())
    assert "corrupt" in problem(known, tmp_path)


# ---- going on ------------------------------------------------------------------------------------------


def test_a_cancelled_download_goes_on_where_it_was(mirror: Any, tmp_path: Path) -> None:
    there = part_of(tmp_path, mirror)
    received = get(source(mirror), tmp_path)
    assert received[0] > there
    assert mirror.asked == ["", f"bytes={there}-"]
    assert (tmp_path / NAME).read_bytes() == PACKED
    assert names(tmp_path) == [NAME]


def test_a_cut_connection_is_asked_for_the_rest(mirror: Any, tmp_path: Path) -> None:
    mirror.cut_after = [100_000, 200_000]
    get(source(mirror), tmp_path)
    assert mirror.asked == ["", "bytes=100000-", "bytes=300000-"]
    assert (tmp_path / NAME).read_bytes() == PACKED


def test_a_connection_that_is_always_cut_is_given_up_and_what_came_is_kept(mirror: Any, tmp_path: Path) -> None:
    mirror.cut_after = [100_000, 0]
    said = problem(source(mirror), tmp_path)
    assert f"the connection was cut after 100,000 of {len(PACKED):,} bytes" in said
    assert (tmp_path / f"{NAME}.part").read_bytes() == PACKED[:100_000]
    get(source(mirror), tmp_path)
    assert mirror.asked[-2:] == ["bytes=100000-"] * 2
    assert (tmp_path / NAME).read_bytes() == PACKED


def test_a_date_will_do_where_there_is_no_tag(mirror: Any, tmp_path: Path) -> None:
    mirror.etag, mirror.modified = "", "Wed, 21 Oct 2015 07:28:00 GMT"
    there = part_of(tmp_path, mirror)
    get(source(mirror), tmp_path)
    assert mirror.asked[-1] == f"bytes={there}-"


@pytest.mark.parametrize(
    "why", ["another version", "no ranges", "weak tag", "no tag", "no note", "broken note", "moved"]
)
def test_it_begins_again_where_the_rest_cannot_be_had(why: str, mirror: Any, tmp_path: Path) -> None:
    if why in ("weak tag", "no tag"):
        mirror.etag = 'W/"one"' if why == "weak tag" else ""
    part_of(tmp_path, mirror)
    note = tmp_path / f"{NAME}.part.json"
    if why == "another version":
        mirror.etag, mirror.content = '"two"', OTHERWISE_PACKED
    elif why == "no ranges":
        mirror.ranges = False
    elif why == "no note":
        note.unlink()
    elif why == "broken note":
        note.write_text("[1]")
    elif why == "moved":
        note.write_text(note.read_text().replace("127.0.0.1", "localhost"))
    get(source(mirror), tmp_path)
    assert (tmp_path / NAME).read_bytes() == mirror.content
    assert names(tmp_path) == [NAME]
    if why not in ("another version", "no ranges"):
        assert mirror.asked == ["", ""], "no part is asked for that could be another file's"


def test_another_part_than_was_asked_for_is_not_taken(mirror: Any, tmp_path: Path) -> None:
    part_of(tmp_path, mirror)
    mirror.wrong_range = True
    get(source(mirror), tmp_path)
    assert mirror.asked[-1] == ""
    assert (tmp_path / NAME).read_bytes() == PACKED


def test_a_complete_part_only_has_to_be_checked(mirror: Any, tmp_path: Path) -> None:
    part_of(tmp_path, mirror)
    (tmp_path / f"{NAME}.part").write_bytes(PACKED)
    get(source(mirror), tmp_path)
    assert (tmp_path / NAME).read_bytes() == PACKED


def test_a_part_that_is_longer_than_the_file_begins_again(mirror: Any, tmp_path: Path) -> None:
    part_of(tmp_path, mirror)
    (tmp_path / f"{NAME}.part").write_bytes(PACKED + b"more")
    get(source(mirror), tmp_path)
    assert (tmp_path / NAME).read_bytes() == PACKED


# ---- what goes wrong -----------------------------------------------------------------------------------


def test_a_corrupt_file_is_deleted_and_both_checksums_are_told(mirror: Any, tmp_path: Path) -> None:
    wrong = mirror.content = PACKED[:-100] + bytes(100)
    said = problem(source(mirror), tmp_path)
    assert said.startswith(
        f"{NAME} could not be downloaded: {mirror.url}{NAME} sent a corrupt file, which was deleted: "
    )
    assert hashlib.md5(wrong).hexdigest() in said
    assert hashlib.md5(PACKED).hexdigest() in said
    assert names(tmp_path) == []


def test_what_was_there_stays_if_a_download_fails(mirror: Any, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"old")
    mirror.content = b"wrong"
    problem(source(mirror), tmp_path)
    assert (tmp_path / NAME).read_bytes() == b"old"


def test_the_next_mirror_is_asked(mirror: Any, serve: Serve, tmp_path: Path) -> None:
    gone, corrupt = serve(status=404), serve(PACKED[:500] + b"wrong")
    get(source("http://127.0.0.1:9/file", gone, corrupt, mirror), tmp_path)
    assert (gone.asked, corrupt.asked, mirror.asked) == ([""], [""], [""])
    assert (tmp_path / NAME).read_bytes() == PACKED


def test_a_part_goes_on_where_it_is_from(mirror: Any, serve: Serve, tmp_path: Path) -> None:
    there, other = part_of(tmp_path, mirror), serve(PACKED)
    get(source(other, mirror), tmp_path)
    assert other.asked == []
    assert mirror.asked[-1] == f"bytes={there}-"


def test_without_a_network_a_part_is_kept(mirror: Any, tmp_path: Path) -> None:
    there = part_of(tmp_path, mirror)
    said = problem(source("http://nothing.invalid/file", "http://127.0.0.1:9/file"), tmp_path)
    assert "nothing.invalid is not found; is there a network?" in said
    assert "http://127.0.0.1:9/file: Connection refused" in said
    assert (tmp_path / f"{NAME}.part").stat().st_size == there


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_statuses(status: int, mirror: Any, tmp_path: Path) -> None:
    mirror.status = status
    assert f"{mirror.url}{NAME} answers {status} " in problem(source(mirror), tmp_path)
    assert names(tmp_path) == []


def test_silence(mirror: Any, tmp_path: Path) -> None:
    mirror.silent = True
    said = problem(source(mirror), tmp_path, timeout=0.2)
    assert said.endswith("did not answer within 0.2 seconds")
    assert len(mirror.asked) == 1


def test_a_server_that_sends_without_end_is_stopped(mirror: Any, tmp_path: Path) -> None:
    mirror.content, mirror.length_told = bytes(4 * len(INSIDE)), False
    assert f"sends more than {2 * len(INSIDE):,} bytes; {len(PACKED):,} are expected" in problem(
        source(mirror), tmp_path
    )
    assert names(tmp_path) == []


def test_no_room_is_said_before_anything_is_asked_for(
    mirror: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**12, 10**12, 1_000_000))
    said = problem(source(mirror), tmp_path)
    assert said.startswith(f"{tmp_path}: ")
    assert "of free space are needed for file.gz, and there are 1 MB" in said
    assert mirror.asked == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full")
def test_a_disk_that_fills_up(mirror: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / f"{NAME}.part").symlink_to("/dev/full")
    monkeypatch.setattr(partial.Part, "discard", lambda self: None)
    said = problem(source(mirror), tmp_path)
    assert f"{NAME}.part: the disk is full; what has come is kept" in said


def test_a_disk_that_fills_up_midway_keeps_what_came(
    mirror: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append, pieces = partial.Part.append, []

    def full(self: partial.Part, piece: bytes) -> None:
        pieces.append(piece)
        if len(pieces) > 2:
            raise partial.disk_error(self.path, OSError(errno.ENOSPC, "No space left on device"))
        append(self, piece)

    monkeypatch.setattr(partial.Part, "append", full)
    assert "the disk is full" in problem(source(mirror), tmp_path)
    there = (tmp_path / f"{NAME}.part").stat().st_size
    assert there == len(pieces[0]) + len(pieces[1])
    monkeypatch.setattr(partial.Part, "append", append)
    get(source(mirror), tmp_path)
    assert mirror.asked[-1] == f"bytes={there}-"


@pytest.mark.skipif(os.name == "nt", reason="permissions")
def test_a_folder_that_cannot_be_made(mirror: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be written (Not a directory)" in problem(source(mirror), tmp_path / "file" / "below")


# ---- whole sets ----------------------------------------------------------------------------------------


def test_a_set(mirror: Any, own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of four files are here already, one of them half."""
    files = [source(mirror, name=one.name) for one in MNIST_FILES]
    monkeypatch.setattr(MNIST, "sources", tuple(files))
    folder = own_folders.parent / "cache" / "data" / "mnist"
    get(files[0], folder)
    iterator = fetch(files[2], folder)
    half = next(iterator)
    iterator.close()
    assert not MNIST().is_here()
    assert missing(MNIST()) == tuple(files[1:])
    assert bytes_to_get(MNIST()) == 3 * len(PACKED) - half
    seen = list(download(MNIST()))
    assert MNIST().is_here()
    assert missing(MNIST()) == ()
    assert {progress.total for progress in seen} == {3 * len(PACKED)}
    assert seen[-1].received == 3 * len(PACKED)
    assert [progress.received for progress in seen] == sorted(progress.received for progress in seen)
    assert list(dict.fromkeys(progress.file for progress in seen)) == [file.name for file in files[1:]]
    assert seen[-1].rate > 0
    assert seen[-1].seconds_left == 0
    assert list(download(MNIST())) == []


def test_there_is_nothing_to_download_for_digits() -> None:
    assert missing(Digits()) == ()
    with pytest.raises(DownloadError, match="digits: there is nothing to download for it"):
        list(download(Digits()))


def test_the_table_of_sources() -> None:
    given = {
        "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
        "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
        "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
    }
    assert {file.name: file.md5 for file in MNIST_FILES} == given
    assert MNIST_FILES[0].urls == (
        "https://storage.googleapis.com/cvdf-datasets/mnist/train-images-idx3-ubyte.gz",
        "https://ossci-datasets.s3.amazonaws.com/mnist/train-images-idx3-ubyte.gz",
    )
    for file in (*MNIST_FILES, *FASHION_MNIST_FILES, *CIFAR10_FILES):
        assert len(file.md5) == 32
        assert len(file.unpacked_sha256) == (0 if file.name.endswith(".tar.gz") else 64)
        assert all(url.endswith(f"/{file.name}") for url in file.urls)


def test_only_asking_downloads(mirror: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MNIST, "sources", tuple(source(mirror, name=one.name) for one in MNIST_FILES))
    MNIST().is_here()
    bytes_to_get(MNIST())
    with pytest.raises(ValueError, match="ganstudio data get mnist"):
        MNIST().load()
    next(iter([]), download(MNIST()))
    assert mirror.asked == []
