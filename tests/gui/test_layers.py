"""Layers in the window: switches by mouse and key, what is asked of the engine, and what is drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from ganstudio import presets
from ganstudio.gui.main_window import MainWindow
from ganstudio.gui.plane.diagnosis_card import DiagnosisCard
from ganstudio.gui.plane.layer_bar import KEYS, SWITCHES
from ganstudio.gui.plane.marks import MarksItem
from ganstudio.gui.plane.plane_view import PlaneView
from ganstudio.layers import LAYERS, Scene
from ganstudio.messages import Reading, View
from ganstudio.training import Trainer
from ganstudio.training.glance import Glance


@pytest.fixture(scope="module")
def probed() -> dict[str, Any]:
    """Return what an engine says of every layer of the start-up's first run."""
    trainer = Trainer(presets.load(presets.STARTUP).experiments[0])
    trainer.train(2)
    view = View("run", window=trainer.experiment.data.window(), resolution=16)
    history = np.linspace(-1.5, 0, 5, dtype=np.float32)[None, :, None, None]
    glance = Glance(trainer, view, lambda count, length: trainer.samples(count)[:, None] + history)
    return {name: layer.probe(glance) for name, layer in LAYERS.items()}


def pixels(plane: PlaneView) -> np.ndarray:
    image = plane.grab(plane.plot_rect()).toImage()
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1).astype(int)


def test_switches_ask_the_engine_and_draw_what_it_says(
    window: MainWindow, qtbot: QtBot, feed: Callable[..., None], probed: dict[str, Any]
) -> None:
    session = window.session
    view, pane = window.bench.views()[0], session.panes[0]
    feed(session, pane, 30)
    view.plane.zoom(1.3)
    seen = view.plane.visible_window()
    assert pane.view.layers == ()
    shown: list[str] = []
    for name in LAYERS:
        before = pixels(view.plane)
        qtbot.mouseClick(view.layers.pills[name], Qt.MouseButton.LeftButton)
        shown = [other for other in shown if not (LAYERS[other].fills and LAYERS[name].fills)] + [name]
        assert set(pane.view.layers) == set(shown)
        feed(session, pane, 30, layers={key: probed[key] for key in pane.view.layers})
        assert np.abs(pixels(view.plane) - before).max() > 20, name
        assert view.plane.visible_window() == pytest.approx(seen)
    assert not view.layers.pills["field"].isChecked()
    assert pane.view.field  # the contour is still on
    qtbot.mouseClick(view.layers.pills["contour"], Qt.MouseButton.LeftButton)
    assert not pane.view.field
    qtbot.mouseClick(view.layers.pills["field"], Qt.MouseButton.LeftButton)
    assert pane.view.field
    assert not any(LAYERS[name].fills for name in pane.view.layers)
    assert session.panes[1].view.layers == ()


def test_keys_switch_the_selected_panes_layers(window: MainWindow, qtbot: QtBot) -> None:
    pane = window.session.panes[1]
    view = window.bench.view(pane)
    view.setFocus()
    for name in SWITCHES:
        pill = view.layers.pills[name]
        before = pill.isChecked()
        qtbot.keyClick(window, KEYS[name])
        assert pill.isChecked() != before or not pill.isEnabled()
    assert window.actions_table["layer_manifold"].text().endswith(KEYS["manifold"])


def test_what_a_method_lacks_says_why(window: MainWindow) -> None:
    pill = window.bench.views()[1].layers.pills["difference"]  # of WGAN-GP
    assert not pill.isEnabled()
    assert "best critic of WGAN-GP" in pill.toolTip()
    window.session.select(window.session.panes[1])
    window.session.choose_method("lsgan")
    assert window.bench.views()[1].layers.pills["difference"].isEnabled()


def test_the_warp_is_replayed(
    window: MainWindow, qtbot: QtBot, feed: Callable[..., None], probed: dict[str, Any]
) -> None:
    view, pane = window.bench.views()[0], window.session.panes[0]
    view.layers.toggle("manifold")
    feed(window.session, pane, 30, layers={"manifold": probed["manifold"]})
    item = view.plane._layers["manifold"]
    assert isinstance(item, MarksItem)
    phases: list[float] = []
    view.plane._warp.valueChanged.connect(phases.append)
    qtbot.keyClick(window, "w")
    qtbot.waitUntil(lambda: len(phases) > 3)
    assert phases[0] < 0.2
    view.plane._warp.setCurrentTime(view.plane._warp.duration())
    assert item.phase == 1.0
    item.set_phase(0.0)
    assert view.plane.grab().toImage() is not None
    qtbot.mouseMove(view.layers.pills["manifold"])


def test_arrows_have_a_legend_and_the_cursor_tells_of_everything(
    window: MainWindow, feed: Callable[..., None], probed: dict[str, Any]
) -> None:
    view, pane = window.bench.views()[0], window.session.panes[0]
    for name in ("arrows", "slope"):
        view.layers.toggle(name)
    feed(window.session, pane, 30, layers={name: probed[name] for name in ("arrows", "slope")})
    assert view.plane._legend.text().startswith("longest arrow: |\u2207T| = ")
    assert not view.plane._legend.isHidden()
    view.plane._on_pointed(QPointF(2.0, 0.0))
    first, second = view.plane._readout.text().splitlines()
    assert "|\u2207T|" in first
    assert second.startswith("p 1.9")  # the first of eight modes: 1 / (8 * 2 pi 0.1^2)
    assert "mode 1 at 0 sd" in second
    view.layers.toggle("arrows")
    assert view.plane._legend.isHidden()


class Paintings(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_each_plane_is_painted_once_for_a_snapshot(
    window: MainWindow, feed: Callable[..., None], probed: dict[str, Any]
) -> None:
    views, session = window.bench.views(), window.session
    for view in views:
        view.layers.toggle("arrows")
    captions = []
    for step, steeper in ((30, 1.0), (31, 5.0)):
        arrows = {"samples": probed["arrows"]["samples"], "slopes": steeper * probed["arrows"]["slopes"]}
        QApplication.processEvents()
        counts = [Paintings(view.plane.canvas) for view in views]
        # Both in one turn of the event loop, each with another caption, which lies over the plane.
        for pane in session.panes:
            feed(session, pane, step, playing=True, layers={"arrows": arrows})
        QApplication.processEvents()
        captions.append(views[0].plane._legend.text())
    assert captions[0] != captions[1]
    assert [count.count for count in counts] == [1, 1]


@pytest.mark.parametrize("dimensions", [1, 2])
def test_manifolds_of_any_size_are_painted(window: MainWindow, dimensions: int) -> None:
    trainer = Trainer(presets.load(presets.STARTUP).experiments[0].with_value("noise.dimensions", dimensions))
    plane = window.bench.views()[0].plane
    view = View("run", window=trainer.experiment.data.window())
    values = LAYERS["manifold"].probe(Glance(trainer, view, lambda count, length: np.empty((1, 0, count, 2))))
    plane.set_layer("manifold", True)
    before = pixels(plane)
    plane.show_layer(
        "manifold", LAYERS["manifold"].draw({"vertices": values["vertices"][0]}, Scene(trainer.experiment, view.window))
    )
    assert np.abs(pixels(plane) - before).max() > 20


def test_a_low_pane_offers_its_layers_in_a_menu(window: MainWindow) -> None:
    bar = window.bench.views()[0].layers
    bar.set_compact(True)
    assert bar.pills["real"].isHidden()
    entry = bar._entries["trails"]
    entry.trigger()
    assert bar.on("trails")
    assert entry.isChecked()


def test_the_diagnosis_is_one_click_away(window: MainWindow, qtbot: QtBot, feed: Callable[..., None]) -> None:
    view, pane = window.bench.views()[0], window.session.panes[0]
    signals = {"outside": 0.5, "distance": 9.0, "accuracy": 0.5, "generator gradient": 1.0}
    reading = Reading(
        200,
        {"modes": np.array([1.0]), "high_quality": np.array([0.1]), "reverse_kl": np.array([2.0])},
        {name: np.array([value]) for name, value in signals.items()},
    )
    feed(window.session, pane, 200, readings=(reading,))
    assert view._state.text() == "lost: 50% outside"
    qtbot.mouseClick(view._state, Qt.MouseButton.LeftButton)
    card = view.findChild(DiagnosisCard)
    assert card is not None
    assert card.isVisible()
    words = [one.text() for one in card.findChildren(QLabel)]
    assert "collapsed: 1 of 8 modes" in words
    assert any("on average 9 units" in text for text in words)
    qtbot.keyClick(card, Qt.Key.Key_Escape)
    assert not card.isVisible()
    window.session.select(pane)
    window.actions_table["diagnosis"].trigger()
    assert card.isVisible()
    card.close()
