"""Choosing pictures to train on: downloads in the page, folders and archives of one's own."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ganstudio.gui.app import application
from ganstudio.gui.images.training.data_chooser import DataChooser
from ganstudio.gui.images.training.set_card import SetCard
from ganstudio.imagesets import IMAGE_SETS, ImageSet, Pictures
from ganstudio.imagesets import download as downloads
from ganstudio.imagesets.download import DownloadError, Progress
from ganstudio.imagesets.places import download_folder
from ganstudio.imagesets.sources import Source

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

CONTENT = bytes(range(256)) * 40


class Small(ImageSet):
    """A set of one file, which is nowhere but on the test's server."""

    title = "Small set"
    about = "For tests."
    name: Literal["small"] = "small"
    size: int = 8
    folders: ClassVar[tuple[str, ...]] = ("small",)

    def files(self, split: str = "train") -> tuple[Path, ...]:
        path = download_folder("small") / "small.bin"
        return (path,) if path.is_file() else ()

    def read(self, split: str) -> Pictures:
        raise NotImplementedError


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    application()
    monkeypatch.setenv("GANSTUDIO_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("GANSTUDIO_DATA", raising=False)
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(downloads, "PAUSE", 0.0)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Serve what "content" is; `Small` wants CONTENT."""
    told = {"content": CONTENT}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(told["content"])))
            self.end_headers()
            self.wfile.write(told["content"])

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/small.bin"
    md5 = hashlib.md5(CONTENT).hexdigest()
    monkeypatch.setattr(Small, "sources", (Source("small.bin", (url,), len(CONTENT), md5),))
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


def show(qtbot: QtBot, widget: Any) -> Any:
    qtbot.addWidget(widget)
    widget.resize(300, 400)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def test_a_set_is_downloaded_when_asked_for_and_a_corrupt_answer_says_so(qtbot, served, monkeypatch):
    card = show(qtbot, SetCard(Small()))
    assert (card.button.text(), card.state.text()) == ("Download", "1 MB")
    served["content"] = b"?" * len(CONTENT)
    card.button.click()
    qtbot.waitUntil(lambda: not card.downloading)
    assert "corrupt" in card.refusal.text()
    assert card.button.text() == "Try again"
    assert not card.data.is_here()
    served["content"] = CONTENT
    with qtbot.waitSignal(card.fetched) as fetched:
        card.button.click()
        assert card.bar.isVisible()
        assert not card.refusal.isVisible()
    assert fetched.args == ["small"]
    assert card.data.is_here()
    assert (card.button.isVisible(), card.bar.isVisible(), card.state.text()) == (False, False, "on this machine")
    # What is found to be corrupt later is thrown away and had again.
    card.data.files()[0].write_bytes(b"rotten")
    card.refuse("small.bin: is corrupt")
    assert card.button.text() == "Download again"
    with qtbot.waitSignal(card.fetched):
        card.button.click()
    assert card.data.files()[0].read_bytes() == CONTENT


def test_a_full_disk_is_said_at_the_set(qtbot, served, monkeypatch):
    monkeypatch.setattr(downloads, "MARGIN", 10**18)
    card = show(qtbot, SetCard(Small()))
    card.button.click()
    qtbot.waitUntil(lambda: bool(card.refusal.text()))
    assert "free space" in card.refusal.text()


def test_progress_has_a_rate_and_a_time_left_and_can_be_cancelled(qtbot, served):
    go_on, closed = threading.Event(), threading.Event()

    def fetch(data: ImageSet) -> Iterator[Progress]:
        try:
            yield Progress("train-images.gz", 2_500_000, 10_000_000, 1_500_000.0)
            while True:
                go_on.wait(5)
                yield Progress("train-images.gz", 3_000_000, 10_000_000, 1_500_000.0)
        finally:
            closed.set()

    card = show(qtbot, SetCard(Small(), fetch))
    card.button.click()
    assert card.button.text() == "Cancel"
    qtbot.waitUntil(lambda: card.bar.value() == 250)
    assert card.rate.text() == "2.5 of 10.0 MB \N{MIDDLE DOT} 1.5 MB/s \N{MIDDLE DOT} 5 s left"
    card.button.click()
    assert not card.button.isEnabled()
    go_on.set()
    qtbot.waitUntil(lambda: not card.downloading)
    assert closed.is_set()
    assert (card.bar.isVisible(), card.refusal.text(), card.button.text()) == (False, "", "Download")


def test_a_window_that_closes_does_not_wait_for_a_download(qtbot, served):
    go_on = threading.Event()

    def fetch(data: ImageSet) -> Iterator[Progress]:
        yield Progress("a", 1, 2, 0.0)
        go_on.wait(0.2)
        raise DownloadError("too late to be heard")

    card = show(qtbot, SetCard(Small(), fetch))
    card.start()
    qtbot.waitUntil(lambda: card.bar.value() > 0)
    card.stop()
    assert not card.downloading
    QTest.qWait(20)
    assert card.refusal.text() == ""


def picture(path: Path, value: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((9, 12, 3), value, np.uint8)).save(path)


def test_a_folder_tells_its_classes_and_what_was_left_out(qtbot, tmp_path):
    for name, value in (("cats/1.png", 10), ("cats/2.png", 20), ("dogs/1.png", 200)):
        picture(tmp_path / "pets" / name, value)
    (tmp_path / "pets" / "dogs" / "text.png").write_text("no picture")
    chooser = show(qtbot, DataChooser())
    with qtbot.waitSignal(chooser.chosen) as chosen:
        chooser.own.picked.emit(str(tmp_path / "pets"))
    chooser.show_data(chosen.args[0])
    qtbot.waitUntil(chooser.row.isVisible)
    assert chooser.own.choice.isChecked()
    assert chooser.own.where.text() == "pets"
    assert "3 pictures" in chooser.summary.text()
    assert "2 classes" in chooser.summary.text()
    assert chooser.skipped.text().startswith("1 of 4 files left out")
    assert "dogs/text.png" in chooser.skipped.toolTip()
    archive = tmp_path / "pets.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted((tmp_path / "pets").rglob("*.png")):
            file.write(path, path.relative_to(tmp_path))
    chooser.show_data(IMAGE_SETS["pictures"](path=str(archive)))
    qtbot.waitUntil(lambda: "3 pictures" in chooser.summary.text())
    chooser.show_data(IMAGE_SETS["pictures"](path=str(tmp_path / "nowhere")))
    qtbot.waitUntil(lambda: bool(chooser.own.refusal.text()))
    assert not chooser.row.isVisible()
    chooser.stop()


def test_sets_are_chosen_with_the_keyboard(qtbot):
    chooser = show(qtbot, DataChooser())
    chosen: list[str] = []
    chooser.chosen.connect(lambda data: chosen.append(data.name))
    chooser.chosen.connect(chooser.show_data)
    chooser.show_data(IMAGE_SETS["digits"]())
    chooser.activateWindow()
    chooser.cards["digits"].choice.setFocus()
    qtbot.waitUntil(chooser.cards["digits"].choice.hasFocus)
    QTest.keyClick(chooser.cards["digits"].choice, Qt.Key.Key_Down)
    assert chosen == ["mnist"]
    assert chooser.summary.text() == "Its files are not on this machine yet"
    QTest.keyClick(chooser.cards["mnist"].choice, Qt.Key.Key_Up)
    assert chosen == ["mnist", "digits"]
    qtbot.waitUntil(lambda: "1,797 pictures" in chooser.summary.text())
    chooser.stop()
