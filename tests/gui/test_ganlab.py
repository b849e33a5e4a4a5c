"""A model that GAN Lab saved, dropped on the window."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from ganstudio.gui import dropping
from ganstudio.gui.main_window import MainWindow


def write(folder: Path, shape: str = "Ring", **changed: Any) -> Path:
    source = Path(__file__).parents[1] / "ganlab" / "saved.py"
    spec = importlib.util.spec_from_file_location("ganlab_saved", source)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    path: Path = module.write(folder, shape, **changed)[0]
    return path


def texts(window: MainWindow) -> list[str]:
    return [message.text for message in window.messages.messages()]


def test_both_files_open_and_the_run_begins_trained(window: MainWindow, tmp_path: Path) -> None:
    path = write(tmp_path)
    assert dropping.kind_of(path) == dropping.kind_of(tmp_path / "ganlab_trained_model.weights.bin") == "ganlab"
    window.show_page("images")
    for dropped in (path, tmp_path / "ganlab_trained_model.weights.bin"):
        window.messages.clear()
        window.open_path(str(dropped))
        (pane,) = window.session.panes
        assert window.pages.current == "plane"
        assert pane.experiment.title == "GAN Lab: ring"
        assert pane.start is not None
        assert int(pane.start["step"]) == 812
        assert pane.experiment.generator.output == "tanh"
        assert any("0.95" in text for text in texts(window))
        assert f"From {dropped.name}: GAN Lab: ring at step 812" in texts(window)


def test_a_broken_one_says_why_and_changes_nothing(window: MainWindow, tmp_path: Path) -> None:
    path = write(tmp_path)
    (tmp_path / "ganlab_trained_model.weights.bin").unlink()
    before = window.session.comparison()
    window.open_path(str(path))
    assert window.session.comparison() == before
    assert [text for text in texts(window) if "is missing; it has to lie in the same folder" in text]


def test_only_generators_have_an_output_to_choose(window: MainWindow) -> None:
    assert window.setup.findChild(object, "generator.output") is not None
    assert window.setup.findChild(object, "critic.output") is None
