"""`ganstudio compare` in several processes: it ends when it is told to, and goes on after it was killed."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ganstudio.cli import main

Capture = pytest.CaptureFixture[str]
SMALL = ["--set", "generator.width=8", "--set", "critic.width=8", "--set", "training.batch=16"]
NEEDS_PROC = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")


def run_program(*arguments: str, module: str = "ganstudio") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def alive(group: int) -> list[str]:
    """Return the command lines of a process group, without those that only wait to be reaped."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, _, its_group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state != "Z":
                found.append((folder / "cmdline").read_text().replace("\0", " "))
    return found


def assert_all_ended(group: int) -> None:
    deadline = time.monotonic() + 10.0
    while (left := alive(group)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left


def cells_of(folder: Path) -> dict[str, int]:
    """Return when each cell was written."""
    return {path.name: path.stat().st_mtime_ns for path in (folder / "cells").glob("[!.]*.npz")}


def without_seconds(folder: Path) -> tuple[list[list[str]], str, str]:
    """Return the three tables as they are but for the seconds."""
    with (folder / "results.csv").open(newline="", encoding="utf-8") as file:
        rows = [row[:4] + row[5:] for row in csv.reader(file)]
    found = json.loads((folder / "table.json").read_text(encoding="utf-8"))
    for entry in found["entries"]:
        del entry["metrics"]["seconds"]
    text = (folder / "table.md").read_text(encoding="utf-8")
    return rows, json.dumps(found), re.sub(r"[^|]*\|$", "", text, flags=re.MULTILINE)


@NEEDS_PROC
def test_ctrl_c_ends_every_process(tmp_path: Path) -> None:
    endless = ["--steps", "1000000", "--seeds", "2", "--together", "1", "--workers", "2"]
    process = run_program("compare", "ns", *endless, "--out", str(tmp_path))
    wait_for_worker(process, 2)
    time.sleep(2.0)  # while workers are started, an interrupt is for nobody
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert output == ""
    assert errors.rstrip().endswith("ganstudio: interrupted")
    assert "Traceback" not in errors
    assert_all_ended(process.pid)


@NEEDS_PROC
def test_a_killed_worker_is_one_line(tmp_path: Path) -> None:
    endless = ["--steps", "1000000", "--seeds", "2", "--together", "1", "--workers", "2"]
    process = run_program("compare", "ns", *endless, "--out", str(tmp_path))
    worker = wait_for_worker(process)
    time.sleep(1.0)
    os.kill(worker, signal.SIGKILL)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "ganstudio: a worker process was killed" in errors.splitlines()[-1]
    assert "Traceback" not in errors
    assert_all_ended(process.pid)


def wait_for_worker(process: subprocess.Popen[str], count: int = 1) -> int:
    """Wait until there are so many workers, and return the number of one of them."""
    deadline = time.monotonic() + 30.0
    while time.monotonic() < deadline:
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == process.pid and "LokyProcess" in (folder / "cmdline").read_text():
                    found.append(int(folder.name))
        if len(found) >= count:
            return found[0]
        time.sleep(0.1)
    raise AssertionError("no worker was started")


@NEEDS_PROC
def test_a_comparison_that_was_killed_goes_on(tmp_path: Path, capsys: Capture) -> None:
    what = ["compare", "ns", "mm", "--seeds", "4", "--together", "1", "--steps", "60", *SMALL]
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    process = run_program(*what, "--workers", "2", "--out", str(killed))
    deadline = time.monotonic() + 60.0
    while len(cells_of(killed)) < 2 and time.monotonic() < deadline:
        time.sleep(0.005)
    process.kill()
    process.communicate()
    assert_all_ended(process.pid)  # the workers notice, and go as well
    before = cells_of(killed)
    assert 2 <= len(before) < 8

    process = run_program(*what, "--workers", "2", "--out", str(killed))
    _, errors = process.communicate(timeout=100)
    assert process.returncode == 0, errors
    assert f"ganstudio: {len(before)} of 8 cells were there already\n" in errors
    after = cells_of(killed)
    assert len(after) == 8
    assert {name: after[name] for name in before} == before, "what was finished is not trained again"

    assert main([*what, "--workers", "1", "--out", str(whole)]) == 0
    assert without_seconds(killed) == without_seconds(whole)
    for path in (whole / "samples").iterdir():
        assert (killed / "samples" / path.name).read_bytes() == path.read_bytes()
    assert (killed / "figure.png").read_bytes() == (whole / "figure.png").read_bytes()


def test_what_changed_or_was_damaged_is_trained_again(tmp_path: Path, capsys: Capture) -> None:
    what = ["compare", "ns", "mm", "--seeds", "2", "--together", "1", "--workers", "1", *SMALL, "--out", str(tmp_path)]
    assert main([*what, "--steps", "4"]) == 0
    first, rows = cells_of(tmp_path), (tmp_path / "results.csv").read_bytes()
    assert "were there already" not in capsys.readouterr().err

    whole = (tmp_path / "cells" / "ns-ring-0.npz").read_bytes()
    (tmp_path / "cells" / "ns-ring-0.npz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "cells" / "ns-ring-1.npz").write_bytes(whole)  # of another seed
    (tmp_path / "samples" / "mm-ring-0.npy").unlink()
    assert main([*what, "--steps", "4"]) == 0
    errors = capsys.readouterr().err
    assert errors.count("is damaged; its batch is trained again") == 1
    assert "2 of 4 cells were there already" in errors
    second = cells_of(tmp_path)
    assert {name for name in first if second[name] != first[name]} == {"ns-ring-0.npz", "ns-ring-1.npz"}
    assert (tmp_path / "samples" / "mm-ring-0.npy").exists()
    before, after = (text.decode().splitlines() for text in (rows, (tmp_path / "results.csv").read_bytes()))
    assert [line.split(",")[5:] for line in before] == [line.split(",")[5:] for line in after]

    for change, already in ([], False), (["--seed", "1"], True), (["--set", "data.radius=1.5"], False):
        assert main([*what, "--steps", "5", *change]) == 0
        assert ("2 of 4 cells were there already" in capsys.readouterr().err) == already
    assert main([*what, "--steps", "5", *change, "--fresh"]) == 0
    assert "were there already" not in capsys.readouterr().err


def test_an_animation_that_is_wanted_later_is_made(tmp_path: Path, capsys: Capture) -> None:
    what = ["compare", "ns", "--seeds", "2", "--together", "1", "--steps", "4", "--workers", "1", *SMALL]
    assert main([*what, "--out", str(tmp_path)]) == 0
    for already in (1, 2):
        assert main([*what, "--animation", "--out", str(tmp_path)]) == 0
        assert f"{already} of 2 cells were there already" in capsys.readouterr().err
    assert (tmp_path / "animation.gif").exists()


# ---- clusters -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--backend", "dsk"], "--backend: backend 'dsk' is not known; did you mean dask? allowed: loky, dask, ray"),
        (["--backend", "dask"], "--backend dask: --address HOST:PORT of the cluster is needed as well"),
        (["--address", "localhost:1"], "--address: is for a cluster; say --backend dask or --backend ray as well"),
        (["--backend", "ray", "--address", "a:1", "--workers", "2"], "--workers: is for this machine"),
    ],
)
def test_wrong_words_about_a_cluster(arguments: list[str], line: str, tmp_path: Path, capsys: Capture) -> None:
    assert main(["compare", "ns", *arguments, "--out", str(tmp_path / "out")]) == 2
    assert line in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("backend", "package"), [("dask", "distributed"), ("ray", "ray")])
def test_a_cluster_needs_its_package(
    backend: str, package: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    assert main(["compare", "ns", "--backend", backend, "--address", "localhost:1", "--out", str(tmp_path / "o")]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith(f"ganstudio: --backend {backend}: {backend.capitalize()} is not installed; pip install ")
    assert not (tmp_path / "o").exists()


@pytest.fixture
def dask_cluster() -> Iterator[str]:
    """A scheduler and two workers, each a process of its own."""
    pytest.importorskip("distributed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"127.0.0.1:{port}"
    quiet = ["--no-dashboard"]
    scheduler = ["--host", "127.0.0.1", "--port", str(port), *quiet]
    worker = [address, "--nthreads", "1", "--no-nanny", *quiet]
    processes = [run_program(*scheduler, module="distributed.cli.dask_scheduler")]
    processes += [run_program(*worker, module="distributed.cli.dask_worker") for _ in range(2)]
    try:
        yield address
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def test_a_dask_cluster_gives_the_same_numbers(dask_cluster: str, tmp_path: Path) -> None:
    what = ["compare", "ns", "mm", "--seeds", "4", "--together", "2", "--steps", "40", *SMALL]
    there, here = tmp_path / "there", tmp_path / "here"
    process = run_program(*what, "--backend", "dask", "--address", dask_cluster, "--out", str(there))
    _, errors = process.communicate(timeout=110)
    assert process.returncode == 0, errors
    assert main([*what, "--workers", "1", "--out", str(here)]) == 0
    assert without_seconds(there) == without_seconds(here)
    assert len(cells_of(there)) == 8


def test_no_cluster_at_an_address(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    process = run_program(
        "compare", "ns", "--backend", "dask", "--address", "127.0.0.1:9", "--out", str(tmp_path / "out")
    )
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "ganstudio: --address 127.0.0.1:9: no Dask cluster answers there" in errors.splitlines()[-1]
    assert "Traceback" not in errors
    assert not (tmp_path / "out").exists()
