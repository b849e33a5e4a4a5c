"""The window's arguments reach the window."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ganstudio import cli, presets
from ganstudio.commands.window import WindowOptions
from ganstudio.experiment import Experiment


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, WindowOptions]]:
    """What a window in place of the real one was asked to show."""
    calls: list[tuple[Any, WindowOptions]] = []
    app: Any = ModuleType("ganstudio.gui.app")
    app.run = lambda comparison, options: calls.append((comparison, options)) or 7
    monkeypatch.setitem(sys.modules, "ganstudio.gui.app", app)
    return calls


def test_as_it_was_left(opened: list[tuple[Any, WindowOptions]]) -> None:
    assert cli.main([]) == 7
    assert opened == [(None, WindowOptions())]


def test_a_preset_with_options(opened: list[tuple[Any, WindowOptions]], tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    arguments = ["--size", "1280x800", "--screenshot", str(picture), "--after", "2.5", "--theme", "light", "--play"]
    cli.main(["startup", *arguments])
    cli.main([*arguments, "startup"])
    expected = WindowOptions(picture, 2.5, (1280, 800), "light", play=True)
    assert opened == [(presets.load("startup"), expected)] * 2


def test_a_method_and_a_file(opened: list[tuple[Any, WindowOptions]], tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("seed = 4\n", encoding="utf-8")
    cli.main(["hinge"])
    cli.main([str(tmp_path / "mine.toml")])
    assert [comparison.experiments for comparison, _ in opened] == [(Experiment.of("hinge"),), (Experiment(seed=4),)]


def test_the_program_without_a_terminal(
    opened: list[tuple[Any, WindowOptions]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["ganstudio-window", "hinge"])
    assert cli.window() == 7
    assert opened[0][0].experiments[0].method == "hinge"
