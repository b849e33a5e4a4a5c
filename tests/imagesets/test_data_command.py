"""`ganstudio data` and `ganstudio data get`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ganstudio.cli import main
from ganstudio.imagesets import IMAGE_SETS
from ganstudio.imagesets import download as downloads
from ganstudio.imagesets.mnist import MNIST
from ganstudio.imagesets.sources import MNIST_FILES, Source

CONTENT = bytes(range(256)) * 4000


@pytest.fixture
def mirror(serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let MNIST come from here; its four files are all the same."""
    mirror = serve(CONTENT)
    md5 = hashlib.md5(CONTENT).hexdigest()
    files = tuple(Source(file.name, (f"{mirror.url}{file.name}",), len(CONTENT), md5) for file in MNIST_FILES)
    monkeypatch.setattr(MNIST, "sources", files)
    return mirror


def test_the_list(own_folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith(" ")]
    assert [line.split()[0] for line in lines] == list(IMAGE_SETS)
    assert "here, in " in lines[0]
    assert "not here; 12 MB to get with `ganstudio data get mnist`, into " in lines[1]
    assert lines[1].endswith(str(own_folders.parent / "cache" / "data" / "mnist"))
    assert "not here; 170 MB to get" in lines[3]


def test_the_list_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "--json"]) == 0
    entries = {entry["name"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert [name for name, entry in entries.items() if entry["here"]] == ["digits"]
    assert entries["mnist"]["bytes_to_get"] == sum(file.length for file in MNIST_FILES)
    assert entries["cifar10"]["channels"] == 3
    assert entries["fashion_mnist"]["classes"][9] == "Ankle boot"


def test_getting(mirror: Any, own_folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = own_folders.parent / "cache" / "data" / "mnist"
    for _ in range(2):
        assert main(["data", "get", "mnist"]) == 0
        assert capsys.readouterr().out == f"mnist: {folder}\n"
    assert len(mirror.asked) == 4, "what is here is not downloaded again"
    assert sorted(path.name for path in folder.iterdir()) == sorted(file.name for file in MNIST_FILES)


def test_a_file_that_went_bad_is_downloaded_again(
    mirror: Any, own_folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "get", "mnist"]) == 0
    bad = own_folders.parent / "cache" / "data" / "mnist" / MNIST_FILES[2].name
    bad.write_bytes(CONTENT[:-1] + b"?")
    assert main(["data", "get", "mnist"]) == 0
    assert f"{bad}: was corrupt (" in capsys.readouterr().err
    assert bad.read_bytes() == CONTENT
    assert len(mirror.asked) == 5


def test_ctrl_c_keeps_what_came(
    mirror: Any, own_folders: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = downloads.chunks

    def interrupted(*arguments: Any) -> Iterator[bytes]:
        yield next(whole(*arguments))
        raise KeyboardInterrupt

    monkeypatch.setattr(downloads, "chunks", interrupted)
    assert main(["data", "get", "mnist"]) == 130
    output = capsys.readouterr()
    assert output.err.splitlines()[-1].endswith(
        "interrupted; what has come is kept, and the same command goes on from there"
    )
    part = own_folders.parent / "cache" / "data" / "mnist" / f"{MNIST_FILES[0].name}.part"
    there = part.stat().st_size
    assert CONTENT.startswith(part.read_bytes())
    monkeypatch.setattr(downloads, "chunks", whole)
    assert main(["data", "get", "mnist"]) == 0
    assert mirror.asked[1] == f"bytes={there}-"


def test_a_download_that_fails(mirror: Any, capsys: pytest.CaptureFixture[str]) -> None:
    mirror.status = 404
    assert main(["data", "get", "mnist"]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.splitlines()[-1].startswith(f"ganstudio: {MNIST_FILES[0].name} could not be downloaded: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fetch"], "'fetch' is not known; allowed: list, get"),
        (["get"], "get: which set? allowed: mnist, fashion_mnist, cifar10"),
        (["get", "mnits"], "set of pictures 'mnits' is not known; did you mean mnist? allowed: mnist, fashion_mnist"),
        (["get", "digits"], "digits: there is nothing to download for it; allowed: mnist, fashion_mnist, cifar10"),
        (["list", "mnist"], "mnist: a list has all sets"),
        (["--jsn"], "option '--jsn' is not known; did you mean --json?"),
    ],
)
def test_wrong_input(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", *arguments]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert said in output.err
