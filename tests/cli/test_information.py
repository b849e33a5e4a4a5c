"""Help, version, lists and doctor."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

import ganstudio
from ganstudio import doctor, presets
from ganstudio.cli import main
from ganstudio.data import DISTRIBUTIONS
from ganstudio.methods import METHODS

Capture = pytest.CaptureFixture[str]


def test_version(capsys: Capture) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"ganstudio {ganstudio.__version__}\n"


@pytest.mark.parametrize("command", [[], ["train"], ["compare"], ["list"], ["sample"], ["doctor"], ["window"]])
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help(command: list[str], flag: str, capsys: Capture) -> None:
    assert main([*command, flag]) == 0
    output = capsys.readouterr()
    assert output.out.startswith(f"usage: {' '.join(['ganstudio', *command])}")
    assert output.err == ""
    assert max(map(len, output.out.splitlines())) <= 120


def test_help_names_every_command(capsys: Capture) -> None:
    main(["--help"])
    text = capsys.readouterr().out
    for command in ("train", "compare", "list", "sample", "doctor", "window"):
        assert command in text


@pytest.mark.parametrize(
    ("kind", "names"), [("methods", list(METHODS)), ("data", list(DISTRIBUTIONS)), ("presets", presets.names())]
)
def test_lists(kind: str, names: list[str], capsys: Capture) -> None:
    assert main(["list", kind]) == 0
    lines = capsys.readouterr().out.splitlines()
    # Methods stand indented under the headings of their families.
    assert [line.split()[0] for line in lines if line.startswith("  ") or kind != "methods"] == names
    assert main(["list", kind, "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)
    assert [entry["name"] for entry in entries] == names
    assert all(entry["summary"] for entry in entries)


def test_methods_are_listed_under_their_families_with_all_their_names(capsys: Capture) -> None:
    assert main(["list", "methods"]) == 0
    text = capsys.readouterr().out
    heads = [line for line in text.splitlines() if line and not line.startswith(" ")]
    assert heads == list(dict.fromkeys(row.family for row in METHODS.values()))
    for row in METHODS.values():
        for name in (row.full_name, *row.also_called, str(row.year)):
            assert name.lower() in text.lower()
    main(["list", "methods", "--json"])
    for entry in json.loads(capsys.readouterr().out):
        row = METHODS[entry["name"]]
        assert (entry["full_name"], entry["family"]) == (row.full_name, row.family)
        assert (entry["critic_loss"], entry["also_called"]) == (row.critic_loss, list(row.also_called))


@pytest.mark.parametrize("problems", [[], ["Qt does not start"]])
def test_doctor_says_whether_all_is_well(problems: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setattr(doctor, "report", lambda: {"problems": problems})
    monkeypatch.setattr(doctor, "text", lambda found: f"{len(found['problems'])} problems")
    assert main(["doctor"]) == (1 if problems else 0)
    assert capsys.readouterr().out == f"{len(problems)} problems\n"
    main(["doctor", "--json"])
    assert json.loads(capsys.readouterr().out) == {"problems": problems}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["train", "--help"],
        ["sample", "none", "--out", "a.png"],
        ["list", "presets"],
        ["train", "nothing"],
    ],
)
def test_answers_come_without_torch_and_qt(arguments: list[str]) -> None:
    program = f"""
import sys
from ganstudio.cli import main
main({arguments!r})
assert not {{"torch", "PySide6", "matplotlib"}} & sys.modules.keys()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_a_terminal_without_every_letter() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    program = "from ganstudio.cli import main; main(['list', 'data']); print(chr(0xb1))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("\n?\n")
