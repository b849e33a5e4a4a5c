"""Taking away with a real engine: what was taken away brings the run back."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from ganstudio.experiment import Comparison, Experiment
from ganstudio.gui.main_window import MainWindow

MakeWindow = Callable[..., MainWindow]
START = 60_000
"""Milliseconds that importing torch may take on a busy machine."""


def small(method: str, **settings: object) -> Experiment:
    experiment = Experiment.of(method).with_value("training.batch", 8)
    for player in ("generator", "critic"):
        experiment = experiment.with_value(f"{player}.width", 8)
    for path, value in settings.items():
        experiment = experiment.with_value(path, value)
    return experiment


def saved(window: MainWindow, form: str, path: Path, qtbot: QtBot) -> Path:
    window.take_away.save(form, str(path))
    bar, text = window.messages, f"Saved {path}"
    qtbot.waitUntil(lambda: any(message.text == text for message in bar.messages()), timeout=30_000)
    return path


def drop(window: MainWindow, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none))


def test_everything_is_taken_away_and_a_picture_brings_it_back(
    make_window: MakeWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    comparison = Comparison(title="Two", experiments=(small("ns"), small("wgan_gp", runs=2)))
    window = make_window(comparison, engine=1)
    session = window.session
    qtbot.waitUntil(lambda: all(pane.ready for pane in session.panes), timeout=START)
    session.play()
    qtbot.waitUntil(lambda: min(pane.step for pane in session.panes) > 12, timeout=20_000)
    picture = saved(window, "png", tmp_path / "a.png", qtbot)
    assert session.playing  # it stood for a moment only
    session.pause()
    qtbot.waitUntil(lambda: not any(pane.snapshot.playing for pane in session.panes), timeout=5000)
    look_at_timeline(window, tmp_path, qtbot)
    take_numbers(window, tmp_path, qtbot)

    picture = saved(window, "png", tmp_path / "b.png", qtbot)
    steps = [pane.step for pane in session.panes]
    samples = [pane.snapshot.generated for pane in session.panes]
    fields = [pane.snapshot.field for pane in session.panes]
    window.open_preset("latent_size")
    drop(window, picture)
    assert session.comparison() == comparison
    assert not session.playing
    qtbot.waitUntil(lambda: all(pane.ready for pane in session.panes), timeout=20_000)
    assert [pane.step for pane in session.panes] == steps
    for pane, before, field in zip(session.panes, samples, fields, strict=True):
        assert np.array_equal(pane.snapshot.generated, before)
        assert np.array_equal(pane.snapshot.field, field)
    session.step()
    qtbot.waitUntil(lambda: [pane.step for pane in session.panes] == [step + 1 for step in steps], timeout=5000)
    assert window.bench.views()[0].losses.series("critic").steps[0] == steps[0] + 1


def look_at_timeline(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    """Make a film of one pane and see that its frames are of different steps, in their order."""
    pane = window.session.panes[0]
    window.session.select(pane)
    window.take_away.choices = replace(window.take_away.choices, subject="pane", frames=5)
    shown = []
    pane.snapshot_arrived.connect(lambda snapshot: shown.append(snapshot.shown_step))
    path = saved(window, "gif", tmp_path / "a.gif", qtbot)
    qtbot.waitUntil(lambda: not window.take_away.films.busy, timeout=5000)
    with Image.open(path) as film:
        frames = film.n_frames  # type: ignore[attr-defined]
        film.seek(frames - 1)
        assert film.info["duration"] >= 2000
    assert frames == 5
    looked = list(dict.fromkeys(shown[shown.index(0) :]))[:5]
    assert looked == sorted(looked)
    assert looked[-1] == pane.step
    qtbot.waitUntil(lambda: pane.snapshot.shown_step == pane.step and pane.view.at is None, timeout=5000)
    window.take_away.choices = replace(window.take_away.choices, subject="panes", scale=1)


def take_numbers(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    """Take samples and curves of the pane with two seeds."""
    pane = window.session.panes[1]
    window.session.select(pane)
    samples = np.load(saved(window, "npy", tmp_path / "a.npy", qtbot), allow_pickle=False)
    assert samples.dtype == np.float32
    assert samples.shape == (2, 10_000, 2)
    assert np.array_equal(samples[:, :1000], pane.snapshot.generated)
    with saved(window, "csv", tmp_path / "a.csv", qtbot).open() as file:
        rows = list(csv.DictReader(file))
    first = pane.experiment.seed
    trained = [(int(row["step"]), int(row["seed"])) for row in rows if row["critic"]]
    assert trained == [(step, first + run) for step in range(1, pane.step + 1) for run in (0, 1)]
    last = window.bench.view(pane).losses.series("critic").last
    assert float(np.float32(rows[-2]["critic"])) == last
    assert any(row["reverse_kl (nats)"] for row in rows)
