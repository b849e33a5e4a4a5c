"""Taking away without an engine: what is asked, what is drawn, and what is said when it cannot be."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage, QPainter, QTransform
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QStyleOptionGraphicsItem,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ganstudio import carrying
from ganstudio.films import encoders
from ganstudio.films.encoders import Encoder
from ganstudio.gui.main_window import MainWindow
from ganstudio.gui.plane.items import ContourItem, FieldItem, PointsItem
from ganstudio.gui.take_away import camera, films, still, vector
from ganstudio.gui.take_away.panel import TakeAwayBox
from ganstudio.messages import Drawn, History

Feed = Callable[..., None]


@pytest.fixture
def fed(window: MainWindow, feed: Feed) -> MainWindow:
    """Return a window whose panes show something at step 120."""
    for pane in window.session.panes:
        history = History(np.arange(0, 121, 40), {}, 1, 2)
        feed(window.session, pane, 120, history=history)
    return window


def messages(window: MainWindow) -> list[str]:
    return [message.text for message in window.messages.messages()]


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[:, :, :3].astype(int)


def choose_file(window: MainWindow, path: Path) -> QFileDialog:
    """Type a path into the file dialog that is open and press its button, as a person would."""
    dialog = next(dialog for dialog in window.findChildren(QFileDialog) if dialog.isVisible())
    dialog.findChild(QLineEdit).setText(str(path))
    dialog.accept()
    return dialog


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


# ---- pictures ----------------------------------------------------------------------------------------


def test_slices_make_the_same_picture_as_the_whole(fed: MainWindow) -> None:
    panes = [*fed.bench.views()]
    for widget in (fed, fed.bench.widget(), panes[0]):
        parts = camera.slices(widget, panes)
        assert len(parts) == (1 if widget is panes[0] else 3)
        image = camera.blank(widget)
        for part in parts:
            camera.expose(image, widget, part)
        assert image == camera.picture(widget)
    # A larger one has sharper dots, and is not the same one stretched.
    plane = fed.bench.views()[0].plane
    small, large = camera.picture(plane), camera.picture(plane, 2)
    assert large.size() == 2 * small.size()
    stretched = small.scaled(large.size(), mode=Qt.TransformationMode.SmoothTransformation)
    edges = [np.abs(np.diff(pixels(image), axis=1)).mean() for image in (stretched, large)]
    assert edges[1] > 1.2 * edges[0]


def test_a_drawing_has_lines_and_words_and_looks_like_the_window(fed: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "a.svg"
    seen = camera.picture(fed.bench.widget())
    fed.take_away.save("svg", str(path))
    qtbot.waitUntil(path.exists, timeout=20_000)
    content = path.read_bytes()
    root = ElementTree.fromstring(content)
    names = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert names.count("circle") > 500
    assert names.count("polyline") >= 2
    assert names.count("image") < 60
    words = " ".join("".join(element.itertext()) for element in root.iter() if element.tag.endswith("}text"))
    assert "WGAN-GP" in words
    assert "step 120" in words
    assert set(re.findall(rb'font-family="([^"]*)"', content)) <= {b"Inter", b"Sans Serif"}
    assert b"@font-face{font-family:Inter;font-weight:600;src:url(data:font/woff;base64," in content
    assert str(Path.home()).encode() not in content
    assert root.attrib["viewBox"] == f"0 0 {seen.width()} {seen.height()}"
    mean, worst = coarse_differences(content, seen)
    assert mean < 2.5
    assert worst < 30
    check_clips(fed)


def coarse_differences(content: bytes, seen: QImage) -> tuple[float, float]:
    """Return how much a drawing differs from a picture, looked at from afar: mean and worst place, of 255."""
    renderer = QSvgRenderer(content)
    assert renderer.isValid()
    drawn = QImage(seen.size(), seen.format())
    painter = QPainter(drawn)
    renderer.render(painter)
    painter.end()
    difference = np.abs(pixels(drawn) - pixels(seen)).mean(axis=2)
    rows, columns = (side // 40 * 40 for side in difference.shape)
    blocks = difference[:rows, :columns].reshape(rows // 40, 40, columns // 40, 40).mean(axis=(1, 3))
    return float(blocks.mean()), float(np.percentile(blocks, 99))


def check_clips(fed: MainWindow) -> None:
    """Not every program clips, so dots outside are left out; those that do need paths in the right place."""
    plane = fed.bench.views()[0].plane
    plane.zoom(4.0)
    text = vector.drawing(plane, "A & B").decode()
    assert "<title>A &amp; B</title>" in text
    square = plane.plot_rect()
    places = dict(re.findall(r'<clipPath id="(\w+)"><path d="M([\d.,]+h[\d.]+v[\d.]+)h', text))
    assert places
    for place in places.values():
        width, height = (float(part) for part in re.search(r"h([\d.]+)v([\d.]+)", place).groups())
        assert width == pytest.approx(square.width(), abs=2)
        assert height == pytest.approx(square.height(), abs=2)
    assert text.count("<circle") < 700


# ---- asking ------------------------------------------------------------------------------------------


def test_the_panel_is_small_and_not_modal_and_asks_for_a_name_that_says_what_it_is(
    fed: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    fed.actions_table["take_away"].trigger()
    box = fed.findChild(TakeAwayBox)
    assert box is not None
    assert not box.isModal()
    assert box.height() < 500
    fed.actions_table["take_away"].trigger()
    assert len(fed.findChildren(TakeAwayBox)) == 1
    for line in box.findChildren(QLabel):
        assert line.width() >= line.sizeHint().width() or line.wordWrap()
    keys = [button.objectName() for button in box.findChildren(QRadioButton)]
    assert keys[:6] == ["png", "svg", "gif", "mp4", "csv", "npy"]
    box.choose("png")
    click(box.findChild(QPushButton, "pane"))
    QTest.keyClick(box, Qt.Key.Key_Return)
    dialog = next(dialog for dialog in fed.findChildren(QFileDialog) if dialog.isVisible())
    assert dialog.selectedFiles()[0].endswith("wgan-gp-seed-0-step-120.png")
    box.choose("npy")
    assert [button.objectName() for button in box.findChildren(QPushButton) if button.isVisible()] == ["", ""]
    dialog.reject()
    box.close()
    qtbot.waitUntil(lambda: fed.findChild(TakeAwayBox) is None)


def test_a_file_is_saved_by_mouse_and_its_folder_is_remembered(fed: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "there").mkdir()
    path = tmp_path / "there" / "curves.csv"
    fed.actions_table["take_csv"].trigger()
    choose_file(fed, path)
    qtbot.waitUntil(lambda: messages(fed) == [f"Saved {path}"], timeout=5000)
    assert path.read_text().splitlines()[0].startswith("step,seed,critic,generator,modes")
    fed.actions_table["take_svg"].trigger()
    dialog = next(dialog for dialog in fed.findChildren(QFileDialog) if dialog.isVisible())
    assert dialog.directory().absolutePath() == str(path.parent)
    dialog.reject()
    check_samples(fed, tmp_path / "a.npy", qtbot)


def check_samples(fed: MainWindow, path: Path, qtbot: QtBot) -> None:
    pane = fed.session.active
    posted = []
    fed.session._post = lambda pane, message: posted.append(message)  # type: ignore[method-assign]
    fed.take_away.save("npy", str(path))
    assert (posted[0].count, posted[0].at) == (10_000, None)
    samples = np.random.default_rng(0).normal(size=(1, 10_000, 2)).astype(np.float32)
    fed.session._receive(Drawn(pane.name, pane.stamp, posted[0].request, 120, samples))
    qtbot.waitUntil(path.exists, timeout=5000)
    found = np.load(path, allow_pickle=False)
    assert found.dtype == np.float32
    assert np.array_equal(found, samples[0])


# ---- what cannot be ----------------------------------------------------------------------------------


def test_failures_are_one_line_each_that_names_the_file(
    fed: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(still, "PATIENCE_MILLISECONDS", 1)
    monkeypatch.setattr("ganstudio.gui.take_away.controller.PATIENCE_MILLISECONDS", 1)
    fed.take_away._patience.setInterval(1)
    said = []
    nowhere = tmp_path / "missing"
    for form in ("png", "svg", "csv", "npy", "gif"):
        fed.messages.clear()
        path = nowhere / f"a.{form}"
        fed.take_away.save(form, str(path))
        if form == "png":
            fed.take_away.choices = replace(fed.take_away.choices, carries=False)
        qtbot.waitUntil(lambda path=path: any(str(path) in text for text in messages(fed)), timeout=20_000)
        said += [text for text in messages(fed) if str(path) in text]
        qtbot.waitUntil(lambda: not fed.take_away.films.busy, timeout=5000)
    assert len(said) == 5
    assert sum("cannot be written (No such file or directory)" in text for text in said) == 4
    fed.messages.clear()
    fed.take_away.save("png", str(tmp_path / "a.jpg"))
    fed.take_away.record(str(tmp_path / "a.avi"))
    assert [text.partition(": ")[2] for text in messages(fed)] == [
        "the name has to end in .gif or .mp4",
        "the name has to end in .png",
    ]
    check_full_disk(fed, tmp_path, qtbot, monkeypatch)
    assert not any(path.suffix != ".ini" for path in tmp_path.rglob("*") if path.is_file())


def check_full_disk(fed: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    fed.messages.clear()
    fed.take_away.save("csv", str(tmp_path / "a.csv"))
    qtbot.waitUntil(lambda: bool(messages(fed)), timeout=5000)
    assert messages(fed) == [f"{tmp_path / 'a.csv'}: cannot be written (No space left on device)"]


DIES = "import sys; sys.stdin.buffer.read(1000); sys.exit('pipe:1: no such codec')"


def test_an_encoder_that_dies_is_told_and_leaves_nothing(
    fed: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = Encoder(lambda size, rate, path: [sys.executable, "-c", DIES], tells=False)
    monkeypatch.setitem(encoders.ENCODERS, "mp4", dying)
    path = tmp_path / "a.mp4"
    fed.take_away.record(str(path))
    qtbot.waitUntil(lambda: bool(messages(fed)), timeout=10_000)
    assert messages(fed) == [f"{path}: the encoder failed (pipe:1: no such codec)"]
    qtbot.waitUntil(lambda: not fed.take_away.films.busy)
    assert not fed.take_away.films.badge.isVisible()
    assert not fed.actions_table["record"].isChecked()
    assert not list(tmp_path.glob("*.part"))


def test_mp4_without_ffmpeg_says_how_to_get_it(fed: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(encoders.shutil, "which", lambda name: None)
    fed.actions_table["take_away"].trigger()
    box = fed.findChild(TakeAwayBox)
    save = next(button for button in box.findChildren(QPushButton) if button.text().startswith("Save"))
    box.choose("mp4")
    assert any("ganstudio[video]" in line.text() for line in box.findChildren(QLabel) if line.isVisible())
    assert not save.isEnabled()
    box.choose("gif")
    assert save.isEnabled()
    box.close()
    fed.actions_table["take_mp4"].trigger()
    assert "ganstudio[video]" in messages(fed)[0]
    fed.actions_table["record"].trigger()
    dialog = next(dialog for dialog in fed.findChildren(QFileDialog) if dialog.isVisible())
    assert dialog.nameFilters() == ["GIF (*.gif)"]
    dialog.reject()
    assert not fed.actions_table["record"].isChecked()


# ---- films -------------------------------------------------------------------------------------------


def test_what_is_on_the_screen_is_recorded_by_keyboard_and_as_fast_as_it_was(
    fed: MainWindow, feed: Feed, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "live.gif"
    fed.activateWindow()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(fed, Qt.Key.Key_R, both)
    choose_file(fed, path)
    badge, size = fed.take_away.films.badge, fed.bench.widget().size().toTuple()
    assert badge.isVisible()
    assert fed.actions_table["record"].isChecked()
    for step in range(121, 131):
        feed(fed.session, fed.session.panes[0], step)
        qtbot.wait(80)
    assert badge.accessibleName().startswith("Recording, 0:0")
    fed.activateWindow()
    qtbot.waitUntil(fed.isActiveWindow)
    qtbot.keyClick(fed, Qt.Key.Key_R, both)
    assert not fed.actions_table["record"].isChecked()
    qtbot.waitUntil(lambda: messages(fed) == [f"Saved {path}"], timeout=20_000)
    with Image.open(io.BytesIO(path.read_bytes())) as film:
        assert film.size == size
        durations = []
        for index in range(film.n_frames):  # type: ignore[attr-defined]
            film.seek(index)
            durations.append(film.info["duration"])
    assert len(durations) > 1
    assert 400 <= sum(durations) <= 4000
    assert not list(tmp_path.glob("*.part"))


def test_a_recording_has_an_end_and_survives_its_pane(
    fed: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(films, "LONGEST_SECONDS", 0.4)
    fed.take_away.record(str(tmp_path / "a.gif"))
    qtbot.waitUntil((tmp_path / "a.gif").exists, timeout=20_000)
    qtbot.waitUntil(lambda: not fed.take_away.films.busy)
    monkeypatch.setattr(films, "LONGEST_SECONDS", 60.0)
    fed.take_away.choices = replace(fed.take_away.choices, subject="pane")
    fed.take_away.record(str(tmp_path / "b.gif"))
    qtbot.wait(100)
    fed.actions_table["close_pane"].trigger()
    qtbot.waitUntil((tmp_path / "b.gif").exists, timeout=20_000)


def test_a_film_is_cancelled_by_its_badge_or_by_closing_the_window(
    fed: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    fed.past.go(80)
    fed.take_away.save("gif", str(tmp_path / "a.gif"))  # no engine ever shows its steps
    badge = fed.take_away.films.badge
    assert fed.take_away.films.busy
    assert badge.isVisible()
    fed.take_away.save("gif", str(tmp_path / "b.gif"))
    assert messages(fed) == ["A film is being made; wait for it, or cancel it."]
    click(badge)
    qtbot.waitUntil(lambda: not fed.take_away.films.busy, timeout=5000)
    assert "Cancelled; a.gif was not written" in messages(fed)
    assert fed.past.at == 80
    assert not badge.isVisible()
    fed.take_away.record(str(tmp_path / "c.gif"))
    film = fed.take_away.films._film
    qtbot.waitUntil(lambda: film._written > 0, timeout=5000)
    fed.close()
    # What was recorded is kept; the film of the timeline is not, and nothing half written.
    assert {path.name for path in tmp_path.iterdir() if path.suffix in (".gif", ".part")} == {"c.gif"}


def check_nothing_yet(window: MainWindow, tmp_path: Path) -> None:
    window.messages.clear()
    window.take_away.save("gif", str(tmp_path / "a.gif"))
    window.take_away.save("csv", str(tmp_path / "a.csv"))
    assert messages(window) == [
        "There are no curves yet: train first.",
        "There is no timeline yet: train first.",
    ]


@pytest.mark.parametrize(
    ("step", "most", "expected"),
    [(100, 99, [0, 10, 40, 80, 100]), (80, 99, [0, 10, 40, 80]), (100, 2, [0, 100]), (100, 3, [0, 40, 100])],
)
def test_steps_of_a_film_are_even_with_the_first_and_the_last(step: int, most: int, expected: list[int]) -> None:
    def run(step: int, kept: list[int]) -> Any:
        return SimpleNamespace(step=step, snapshot=SimpleNamespace(history=History(np.array(kept), {}, 1, 2)))

    assert films.chosen([run(step, [0, 40, 80]), run(10, [0, 10])], most) == expected


# ---- pictures that bring something back --------------------------------------------------------------


def drop(window: MainWindow, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none))


def test_a_picture_without_an_experiment_says_so_and_changes_nothing(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "sent.png"
    Image.new("RGB", (4, 4)).save(path)
    before = window.session.comparison()
    window.take_away.restore(str(path))
    assert window.session.comparison() == before
    assert len(messages(window)) == 1
    assert messages(window)[0].startswith(f"{path}: carries no experiment")
    assert "messengers" in messages(window)[0]
    check_nothing_yet(window, tmp_path)


def test_a_picture_of_a_run_whose_engine_is_gone_still_carries_the_experiment(
    fed: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(still, "PATIENCE_MILLISECONDS", 20)
    path = tmp_path / "a.png"
    fed.take_away.save("png", str(path))
    qtbot.waitUntil(path.exists, timeout=10_000)
    assert sum("the engine did not answer" in text for text in messages(fed)) == 2
    carried = carrying.read(path)
    assert carried is not None
    assert carried.states == (None, None)
    before = fed.session.comparison()
    fed.open_preset("saturation")
    fed.messages.clear()
    drop(fed, path)
    assert fed.session.comparison() == before
    assert messages(fed) == ["From a.png: the experiment; the picture carries no run"]
    fed.take_away.choices = replace(fed.take_away.choices, carries=False, scale=1)
    fed.take_away.save("png", str(tmp_path / "b.png"))
    qtbot.waitUntil((tmp_path / "b.png").exists, timeout=10_000)
    assert carrying.read(tmp_path / "b.png") is None


def test_what_is_outside_is_left_out_of_a_drawing() -> None:
    """Of dots, lines and fields, without a plot around them as in a wall of seeds; the clip itself is not written."""
    dots, field, contour = PointsItem(), FieldItem(), ContourItem()
    dots.set_points(np.array([[0.1, 0.1], [0.9, 0.4], [1.4, 0.5], [-3.0, 9.0]]))
    slope = np.linspace(0, 1, 64).reshape(8, 8)
    field.set_field((255 * slope).astype(np.uint8), [0xFF000000 | index for index in range(256)], (-1, 3, -1, 3))
    contour.set_field(slope, 0.4, (-1, 3, -1, 3))
    scale = QTransform.fromScale(100, 100)

    def draw(painter: QPainter) -> None:
        painter.setClipRect(0, 0, 100, 100)
        painter.setTransform(scale)
        for item in (field, contour, dots):
            item.paint(painter, QStyleOptionGraphicsItem())

    text = vector._drawn(draw, QSize(100, 100), 96)
    assert text.count("<circle") == 2
    x, y, width, height = (
        float(number) for number in re.search(r'<image x="(.*?)" y="(.*?)" width="(.*?)" height="(.*?)"', text).groups()
    )
    assert (x, y) == pytest.approx((0, 0), abs=0.08)
    assert (width, height) == pytest.approx((1, 1), abs=0.15)
    line = [tuple(map(float, pair.split(","))) for pair in re.search(r'points="([^"]*)"', text)[1].split()]
    assert -60 < min(x for x, _ in line) < 10
    assert 90 < max(x for x, _ in line) < 160
