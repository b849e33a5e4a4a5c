"""The Images page of the real window: which of its two pages gets keys and files."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ganstudio.gui.images.page import ImagesPage
from ganstudio.gui.images.session import ImageSession
from ganstudio.gui.images.training import TrainingSession
from ganstudio.gui.main_window import MainWindow


@pytest.fixture
def page(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> ImagesPage:
    """The page without engines."""
    monkeypatch.setattr(ImageSession, "start", lambda self: None)
    window.show_page("images")
    shown = window.pages.page("images")
    assert isinstance(shown, ImagesPage)
    return shown


def test_space_trains_on_the_training_page_and_never_the_plane(
    window: MainWindow, page: ImagesPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    pressed: list[str] = []
    monkeypatch.setattr(TrainingSession, "toggle", lambda self: pressed.append("training"))
    page.bench.models.train_button.click()
    assert page.currentWidget() is page.training
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.keyClick(page.training, Qt.Key.Key_Space)
    assert pressed == ["training", "training"]
    assert not window.session.playing
    page.training.closed.emit()
    assert page.currentWidget() is page.bench
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert not window.session.playing


def test_what_is_no_model_does_not_change_the_plane(window: MainWindow, page: ImagesPage, tmp_path: Path) -> None:
    before = window.session.comparison()
    path = tmp_path / "text.png"
    path.write_text("no picture")
    window.open_path(str(path))
    assert any("is no model and no exported grid" in message.text for message in window.messages.messages())
    window.open_path(str(tmp_path))
    assert page.currentWidget() is page.training
    assert window.session.comparison() == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("name", ["a.pth", "a.png", "a.toml", "a.csv", "a"])
def test_a_pipe_does_not_stop_the_window(window: MainWindow, page: ImagesPage, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    os.mkfifo(path)
    window.open_path(str(path))
    (message,) = window.messages.messages()
    assert message.text == f"{path}: is a pipe or a device; a regular file is needed"
    page.bench.open_path(str(path) if name == "a.png" else str(tmp_path / "none.png"))
    assert page.bench.explorer.model is None
