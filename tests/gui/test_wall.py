"""A wall of seeds: cells, looking closer, numbers over seeds, and how one gets there."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from ganstudio.experiment import Comparison, Experiment
from ganstudio.gui import theme
from ganstudio.gui.main_window import MainWindow
from ganstudio.gui.plane.field import FieldScale
from ganstudio.gui.plane.items import contour_lines, contours_side_by_side
from ganstudio.gui.plane.pane_view import PaneView
from ganstudio.gui.plane.seed_dots import spread, stacked
from ganstudio.gui.plane.series import quantiles
from ganstudio.gui.plane.wall import WallView
from ganstudio.gui.plane.wall.cell import SeedCell, caption_font
from ganstudio.gui.plane.wall.sight import Sight
from ganstudio.gui.plane.wall.tiling import tiled
from ganstudio.gui.seed_record import SeedRecord
from ganstudio.messages import Losses, Reading

MakeWindow = Callable[..., MainWindow]
Feed = Callable[..., None]

# What Qt's offscreen platform says of every window that has a least size.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

SEEDS = 16
MODES = np.array([8, 8, 1, 2, 8, 7, 8, 8, 2, 6, 0, 2, 1, 2, 8, 3], dtype=float)
"""Seeds 2, 10 and 12 have collapsed: their shares of the modes are those of at most two."""
DIVERGENCE = np.where(np.isin(np.arange(SEEDS), (2, 10, 12)), 2.0, 0.1)
START = 60_000


def reading(step: int) -> Reading:
    """Return what was measured of the sixteen seeds."""
    values = {"modes": MODES, "high_quality": MODES / 10, "reverse_kl": DIVERGENCE, "sliced_w2": 0.1 + DIVERGENCE}
    return Reading(step, values)


def shown(step: int, seed: int | None = None) -> dict[str, object]:
    """Return a snapshot's pictures and numbers: seed k's samples are in a heap at height k / 8 - 1."""
    rng = np.random.default_rng(0)
    heights = np.arange(SEEDS) / 8 - 1
    samples = rng.normal(0, 0.05, (SEEDS, 100, 2)) + np.stack([np.zeros(SEEDS), heights], axis=1)[:, None]
    slopes = np.linspace(-2, 2, 12) * np.where(np.arange(SEEDS) % 2, 1, -1)[:, None]
    field = np.broadcast_to(slopes[:, None], (SEEDS, 12, 12))
    rows = slice(None) if seed is None else slice(seed, seed + 1)
    losses = np.arange(SEEDS, dtype=np.float32)[:, None] / 10
    return {
        "generated": samples[rows].astype(np.float32),
        "field": field[rows].astype(np.float32),
        "losses": Losses(np.array([step]), {"critic": losses, "generator": 1 + losses}),
        "readings": (reading(step),),
        "seed": seed,
    }


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    """Return a window with one pane of sixteen seeds, without engines."""
    theme.current().set_mode("dark")
    return make_window(Comparison(experiments=(Experiment.of("ns", runs=SEEDS, seed=5),)))


@pytest.fixture
def view(window: MainWindow, feed: Feed) -> PaneView:
    """Return the pane's view after a snapshot at step 500."""
    feed(window.session, window.session.panes[0], 500, **shown(500))
    QApplication.processEvents()
    return window.bench.views()[0]


# ---- parts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 3, 4, 7, 9, 16, 64])
@pytest.mark.parametrize("room", [(838, 380), (400, 330), (240, 400), (300, 90), (60, 900)])
def test_cells_are_squares_side_by_side_and_all_are_seen_if_they_fit(count: int, room: tuple[int, int]) -> None:
    tiling = tiled(count, *room, caption=17, gap=8, least=48)
    cells = [tiling.cell(index) for index in range(count)]
    assert all(cell.height() - 17 == cell.width() >= 48 for cell in cells)
    assert all(cell.left() >= 0 and cell.right() < max(room[0], 48) for cell in cells)
    for index, cell in enumerate(cells):
        assert not any(cell.intersects(other) for other in cells[:index])
    assert max(cell.bottom() for cell in cells) + 1 <= tiling.height
    assert tiling.height <= room[1] or tiling.side <= max(48, room[1] - 17)
    if tiling.height <= room[1] and tiling.side > 48:  # no other number of columns has larger squares
        for columns in range(1, count + 1):
            rows = -(-count // columns)
            width, height = (room[0] - 8 * (columns - 1)) // columns, (room[1] - 8 * (rows - 1)) // rows - 17
            assert min(width, height) <= tiling.side


def test_what_is_under_the_mouse_stays_there_when_zooming() -> None:
    sight, square = Sight.of((-3.0, 3.0, -2.0, 2.0)), QRect(0, 17, 100, 100).toRectF()
    assert sight.window == (-3.0, 3.0, -3.0, 3.0)
    place = QPointF(80.0, 40.0)
    point = sight.point(square, place)
    zoomed = sight.zoomed(2.5, point)
    assert zoomed.reach == pytest.approx(3 / 2.5)
    there = zoomed.transform(square).map(QPointF(*point))
    assert (there.x(), there.y()) == pytest.approx((place.x(), place.y()))
    moved = sight.moved(10, -5, 100)
    before, after = (one.transform(square).map(QPointF(1.0, 1.0)) for one in (sight, moved))
    assert (after - before).toPoint() == QPoint(10, -5)


def test_contours_of_many_fields_are_those_of_each() -> None:
    x, y = np.meshgrid(np.linspace(-2, 2, 20), np.linspace(-1, 1, 15))
    fields = np.stack([x + 0.3 * k * y for k in range(4)] + [x**2 + y**2 - 0.5, 0 * x + 3.0])
    fields[1, 3, 4] = np.nan
    window = (-2.0, 2.0, -1.0, 1.0)
    for found, field in zip(contours_side_by_side(fields, 0.1, window), fields, strict=True):
        alone = contour_lines(field, 0.1, window)
        own, expected = (points[np.isfinite(points).all(axis=1)] for points in (found, alone))
        order, other = np.lexsort(expected.T.round(6)), np.lexsort(own.T.round(6))
        np.testing.assert_allclose(own[other], expected[order], atol=1e-9)
        assert np.isnan(found).any(axis=1).sum() >= np.isnan(alone).any(axis=1).sum()  # separate lines stay separate


def test_fields_of_all_seeds_have_one_range_of_colours() -> None:
    meaning = Experiment.of("wgan_gp").objective.field_meaning
    raw = np.linspace(-1, 1, 50).reshape(1, 5, 10) * np.array([1.0, 5.0])[:, None, None] + 7.0
    shown = FieldScale().show_all(raw, meaning)
    assert shown is not None
    assert shown.reach == pytest.approx(meaning.reach_of(shown.values))
    assert np.median(shown.values, axis=(1, 2)) == pytest.approx(0.0)  # a constant means nothing, in each of them
    assert FieldScale().show_all(np.full((2, 3, 3), np.nan), meaning) is None


def test_quantiles_leave_out_what_is_not_finite() -> None:
    table = np.random.default_rng(0).normal(size=(7, 40))
    table[2, ::3], table[5, 1], table[:, 4] = np.nan, np.inf, np.nan
    clean = np.where(np.isfinite(table), table, np.nan)
    known = np.isfinite(clean).any(axis=0)
    found = quantiles(table, (0.25, 0.5, 1.0))
    np.testing.assert_allclose(found[:, known], np.nanquantile(clean[:, known], (0.25, 0.5, 1.0), axis=0))
    assert np.isnan(found[:, ~known]).all()


def test_one_seed_that_exploded_does_not_flatten_the_dots() -> None:
    values = np.array([1.0, 1.1, 1.2, 1.3, 1.4, 1e9])
    low, high = spread(values, also=[0.5])
    assert (low, high < 10) == (0.5, True)
    assert spread(np.array([8.0] * 15 + [2.0])) == (2.0, 8.0)  # nearly all alike: nothing is far out
    assert stacked(np.array([1.0, 9.0, 2.0, 9.5]), 4.0).tolist() == [0, 0, 1, 1]


# ---- words -----------------------------------------------------------------------------------------------


def test_seeds_are_counted_and_named_with_their_numbers() -> None:
    record = SeedRecord(Experiment.of("ns", runs=SEEDS, seed=5))
    assert record.over_seeds() == []
    assert record.notes()[3].name == "seed 8"
    record.add(reading(50))
    assert record.over_seeds() == []  # too early to say
    record.add(reading(500))
    (verdict,) = record.over_seeds()
    assert (verdict.text, verdict.state) == ("3 of 16 seeds collapsed", "warning")
    assert "seed 7 (1 of 8 modes, reverse KL 2.00 nats)" in verdict.evidence
    assert "median 4.5 of 8, 0 to 8 over 16 seeds" in verdict.evidence
    notes = record.notes()
    assert notes[2].captions[:2] == ("seed 7 \N{MIDDLE DOT} 1/8 collapsed", "seed 7 \N{MIDDLE DOT} 1/8")
    assert (notes[2].name, notes[2].state) == ("seed 7, 1 of 8 modes, collapsed", "bad")
    assert (notes[5].name, notes[5].state) == ("seed 10, 7 of 8 modes", "warning")
    assert record.notes(until=100)[2].state == "neutral"  # a look back knows nothing of later


def test_all_is_well_or_worse_over_seeds() -> None:
    experiment = Experiment.of("ns", runs=4)
    for modes, divergence, quality, text, state in (
        ([8, 8, 8, 8], 0.01, 0.9, "all 4 seeds have all 8 modes", "good"),
        ([8, 8, 5, 8], 0.1, 0.9, "3 of 4 seeds have all 8 modes", "warning"),
        ([1, 1, 0, 1], 2.0, 0.9, "all 4 seeds collapsed", "bad"),
    ):
        record = SeedRecord(experiment)
        values = {"modes": np.array(modes, float), "high_quality": np.full(4, quality)}
        record.add(Reading(900, {**values, "reverse_kl": np.full(4, divergence)}))
        (verdict,) = record.over_seeds()
        assert (verdict.text, verdict.state) == (text, state)


def test_other_troubles_are_counted_too() -> None:
    record = SeedRecord(Experiment.of("ns", runs=3))
    values = {"modes": np.full(3, 8.0), "high_quality": np.full(3, 0.9), "reverse_kl": np.full(3, 0.1)}
    for step, distance in ((200, 10.0), (300, 20.0)):
        signals = {"outside": np.array([0.9, 0.0, 0.0]), "distance": np.array([distance, 1.0, 1.0])}
        record.add(Reading(step, values, signals))
    verdicts = record.over_seeds()
    assert [verdict.text for verdict in verdicts] == ["1 of 3 seeds diverging", "all 3 seeds have all 8 modes"]
    assert verdicts[0].evidence.startswith("Seeds 0. Of seed 0: 90% of the samples")
    assert record.notes()[0].captions[0].endswith("8/8 diverging")


def test_seeds_of_data_without_modes_are_told_apart_by_a_distance() -> None:
    record = SeedRecord(Experiment.of("ns", runs=2).with_value("data.name", "swiss_roll"))
    record.add(Reading(500, {"sliced_w2": np.array([0.3, 0.4])}))
    assert record.over_seeds() == []


# ---- in the window ---------------------------------------------------------------------------------------


def colours_in(cell: SeedCell, x: float, y: float) -> set[str]:
    """Return the colours around a point of the plane in a cell's picture."""
    picture: QImage = cell.grab().toImage()
    look = cell._look
    assert look is not None
    place = look.sight.transform(cell.square()).map(QPointF(x, y)).toPoint()
    return {QColor(picture.pixel(place.x() + dx, place.y() + dy)).name() for dx in range(-3, 4) for dy in range(-3, 4)}


def brightness(colour: str) -> int:
    """Return how bright a colour is, 0 to 255."""
    return QColor(colour).value()


def near(colours: set[str], wanted: str, reach: int = 40) -> bool:
    """Whether one of some colours is about a colour."""
    target = QColor(wanted)
    return any(
        max(abs(a - b) for a, b in zip(QColor(colour).getRgb(), target.getRgb(), strict=True)) <= reach
        for colour in colours
    )


def test_every_seed_has_a_cell_and_the_numbers_speak_of_all(window: MainWindow, view: PaneView) -> None:
    stage, palette = view.stage, theme.current().palette
    assert stage.shows_wall
    assert stage.wall.isVisible()
    assert not view.plane.isVisible()
    cells = stage.wall.cells()
    assert len(cells) == SEEDS
    for index in (0, 7, 15):  # the heap of samples is where it is in each seed
        assert near(colours_in(cells[index], 0.0, index / 8 - 1), palette.generated)
        assert not near(colours_in(cells[index], 0.0, -(index / 8 - 1) + 2.5), palette.generated)
    assert cells[3].accessibleName() == "seed 8, 2 of 8 modes"
    assert "Reverse KL 2.000" in cells[2].toolTip()
    assert view._state.text() == "3 of 16 seeds collapsed"
    assert view.metrics.card("modes").accessibleName() == "Modes: median 4.5 / 8, 0 to 8 over 16 seeds"
    assert view.losses.legend.accessibleName().startswith("critic 0.75")  # the median of 0, 0.1, ... 1.5
    assert "16 seeds" in view.losses.legend._captions[0]
    assert set(view.layers.wanted()) == set()
    assert not view.layers.pills["manifold"].isVisible()

    cell = cells[8]  # layers are switched in all cells at once
    corner = colours_in(cell, 2.5, 2.5)
    view.layers.pills["field"].click()
    assert colours_in(cell, 2.5, 2.5) == {palette.plot}
    view.layers.pills["field"].click()
    assert colours_in(cell, 2.5, 2.5) == corner
    view.layers.pills["generated"].click()
    assert not near(colours_in(cell, 0.0, 0.0), palette.generated)
    line = colours_in(cell, 0.0, -2.5)
    view.layers.pills["contour"].click()
    assert max(map(brightness, colours_in(cell, 0.0, -2.5))) < max(map(brightness, line)) - 40
    view.layers.pills["real"].click()
    view.layers.pills["field"].click()
    assert colours_in(cell, 2.0, 0.0) == {palette.plot}


def test_a_click_looks_closer_and_escape_goes_back(
    window: MainWindow, view: PaneView, feed: Feed, qtbot: QtBot
) -> None:
    session, pane, stage = window.session, window.session.panes[0], view.stage
    window.activateWindow()
    assert (pane.asked.generated, pane.asked.resolution, pane.asked.seed) == (250, 24, None)
    QTest.mouseClick(stage.wall.cells()[9], Qt.MouseButton.LeftButton)
    assert view.plane.isVisible()
    assert (pane.asked.generated, pane.asked.resolution, pane.asked.seed) == (1000, 48, 9)
    # The wall's samples stay until finer ones come.
    assert view.plane._generated._points[:, 1].mean() == pytest.approx(9 / 8 - 1, abs=0.05)
    assert stage.words.text() == "Seed 14, 6 of 8 modes (10 of 16)"
    assert view._state.text() == "6 of 8 modes"
    assert view.metrics.card("modes").text == "6 / 8"
    assert view.metrics.card("modes").whose == "seed 14"
    assert view.metrics.card("modes").accessibleName() == "Modes: 6 / 8, seed 14"
    assert view.losses.series("critic").values.tolist() == pytest.approx([0.9])
    assert view.layers.pills["manifold"].isVisible()

    feed(session, pane, 510, **{**shown(510), "generated": shown(510, 4)["generated"], "seed": 4})
    assert view.plane._generated._points[:, 1].mean() == pytest.approx(9 / 8 - 1, abs=0.05)  # of another seed
    feed(session, pane, 520, **{**shown(520, 9), "losses": shown(520)["losses"]})
    assert len(view.losses.series("critic")) == 3

    qtbot.keyClick(view.plane, Qt.Key.Key_Right)
    assert pane.view.seed == 10
    assert view._state.text().startswith("collapsed")
    QTest.mouseClick(stage.previous, Qt.MouseButton.LeftButton)
    assert pane.view.seed == 9
    for _ in range(20):
        qtbot.keyClick(view.plane, Qt.Key.Key_PageDown)
    assert pane.view.seed == SEEDS - 1
    assert not stage.following.isEnabled()
    qtbot.keyClick(view.plane, Qt.Key.Key_Escape)
    assert stage.shows_wall
    assert pane.view.seed is None
    assert view.metrics.card("modes").whose == "median"
    assert stage.wall.cells()[SEEDS - 1].hasFocus()
    assert view._state.text() == "3 of 16 seeds collapsed"

    QTest.mouseClick(stage.wall.cells()[0], Qt.MouseButton.LeftButton)
    button = next(b for b in view.findChildren(QPushButton) if b.text() == "All seeds")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert stage.shows_wall


def test_a_key_for_what_a_wall_has_not_says_so_once(window: MainWindow, view: PaneView, qtbot: QtBot) -> None:
    window.activateWindow()

    def said() -> list[str]:
        return [message.text for message in window.messages.messages()]

    for key in (Qt.Key.Key_7, Qt.Key.Key_6, Qt.Key.Key_6):
        qtbot.keyClick(window.bench, key)
    title = view.layers.pills[list(view.layers.pills)[5]].text()
    assert said() == [f"{title}: Not on a wall of seeds: look closer at one of them."]
    qtbot.keyClick(window.bench, Qt.Key.Key_1)  # one that there is
    assert said() == []


def test_arrow_keys_go_from_seed_to_seed_and_space_still_plays(
    window: MainWindow, view: PaneView, qtbot: QtBot
) -> None:
    window.activateWindow()
    wall = view.stage.wall
    wall.focus_cell(0)
    columns = sum(cell.y() == wall.cells()[0].y() for cell in wall.cells())
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Right):
        qtbot.keyClick(QApplication.focusWidget(), key)
    cell = wall.cells()[columns]
    assert cell.hasFocus()
    accent = theme.current().palette.accent
    edge = cell.grab().toImage().pixel(cell.width() // 2, cell.height() - 1)
    assert QColor(edge).name() == accent
    tab = [one for one in wall.cells() if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert tab == [cell]  # Tab comes back to where one was
    played = window.session.playing
    qtbot.keyClick(cell, Qt.Key.Key_Space)
    assert window.session.playing != played
    qtbot.keyClick(cell, Qt.Key.Key_Return)
    assert view.stage.seed == columns


def test_wheel_drag_and_home_move_all_cells(window: MainWindow, view: PaneView, qtbot: QtBot) -> None:
    wall = view.stage.wall
    cell, before = wall.cells()[5], wall.visible_window()
    place = cell.square().center().toPoint() + QPoint(20, 0)
    point = Sight.of(before).point(cell.square(), QPointF(place))
    turn(cell, place, 240)
    left, right, bottom, top = wall.visible_window()
    assert right - left == pytest.approx((before[1] - before[0]) / 1.02**30)
    where = Sight.of(wall.visible_window()).transform(cell.square()).map(QPointF(*point))
    assert where.toPoint() == place
    assert len({id(one._look) for one in wall.cells()}) == 1
    turn(cell, place, 240, Qt.KeyboardModifier.ShiftModifier)  # scrolls, if there is anything to scroll
    assert wall.visible_window() == (left, right, bottom, top)

    QTest.mousePress(cell, Qt.MouseButton.LeftButton, pos=place)
    for x in (10, 20, 30):
        QTest.mouseMove(cell, place - QPoint(x, 0))
    QTest.mouseRelease(cell, Qt.MouseButton.LeftButton, pos=place - QPoint(30, 0))
    assert view.stage.shows_wall  # a drag is no click
    assert wall.visible_window()[0] == pytest.approx(left + 30 / cell.width() * (right - left), rel=1e-3)
    zoomed = wall.visible_window()
    view.stage.look_closer(5)
    assert view.plane.visible_window() == pytest.approx(zoomed)
    view.plane.zoom(0.8)
    view.stage.look_at_all()
    assert wall.visible_window() == pytest.approx(view.plane.visible_window())
    wall.look_at(zoomed)
    qtbot.keyClick(wall.cells()[5], Qt.Key.Key_Plus)
    assert wall.visible_window() != pytest.approx(zoomed)
    qtbot.keyClick(window, Qt.Key.Key_Home)
    assert wall.visible_window() == before


def turn(
    cell: SeedCell, place: QPoint, amount: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Turn the wheel over a cell."""
    window = cell.window()
    QTest.wheelEvent(window.windowHandle(), QPointF(cell.mapTo(window, place)), QPoint(0, amount), stateKey=modifiers)
    QApplication.processEvents()


def test_a_wall_shows_whatever_step_it_is_given(window: MainWindow, view: PaneView, feed: Feed) -> None:
    pane = window.session.panes[0]
    later = Reading(900, {**reading(900).values, "modes": MODES * 0})
    feed(window.session, pane, 900, **{**shown(900), "readings": (later,)})
    assert view.stage.wall.cells()[0].note.name == "seed 5, 0 of 8 modes"
    feed(window.session, pane, 900, **{**shown(900), "readings": (), "shown_step": 600})
    assert view.stage.wall.cells()[0].note.name == "seed 5, 8 of 8 modes"
    assert view._state.text() == "3 of 16 seeds collapsed"

    values = shown(600)  # samples that got lost are told
    samples = np.asarray(values["generated"]).copy()
    samples[3] += (50.0, 0.0)
    samples[4] = np.nan
    feed(window.session, window.session.panes[0], 600, **{**values, "generated": samples})
    cells = view.stage.wall.cells()
    assert cells[3]._outside.endswith("outside \N{RIGHTWARDS ARROW}")
    assert cells[4]._outside.endswith("not finite")
    assert cells[5]._outside == ""
    view.grab()


def test_the_title_of_the_colours_ends_before_the_scroll_bar(make_window: MakeWindow, feed: Feed) -> None:
    experiment = Experiment.of("wgan_gp", runs=SEEDS)
    window = make_window(Comparison(experiments=(experiment,) + 3 * (experiment.changed(runs=1),)))
    feed(window.session, window.session.panes[0], 500, **shown(500))
    wall = window.bench.views()[0].stage.wall
    QApplication.processEvents()
    bar = wall.verticalScrollBar()
    assert bar.isVisible()
    assert wall._title.text() == "T \N{MINUS SIGN} median"
    assert wall._title.geometry().right() < bar.mapTo(wall, QPoint(0, 0)).x()


def test_two_walls_are_zoomed_together_and_nothing_is_cut(make_window: MakeWindow, feed: Feed) -> None:
    experiment = Experiment.of("ns", runs=SEEDS)
    window = make_window(Comparison(experiments=(experiment, experiment.changed(seed=9))))
    for pane in window.session.panes:
        feed(window.session, pane, 500, **shown(500))
    first, second = (view.stage.wall for view in window.bench.views())
    home = first.visible_window()
    first.zoom(2.0)  # walls of the same data are looked at together, as planes are
    assert second.visible_window() == pytest.approx(first.visible_window())
    assert second.visible_window() != home
    window.bench.home()
    assert first.visible_window() == second.visible_window() == home

    for panes, size in ((2, (1280, 800)), (2, (900, 600)), (1, (900, 600))):
        window.resize(*size)
        if panes < len(window.session.panes):
            window.session.remove(window.session.panes[0])
        QApplication.processEvents()
        for view in window.bench.views():
            wall = view.stage.wall
            metrics = QFontMetrics(caption_font(wall))
            for cell in wall.cells():
                assert wall.viewport().rect().contains(cell.geometry())
                assert metrics.horizontalAdvance(cell.note.captions[cell._brevity]) <= cell.width()
            assert len({cell._brevity for cell in wall.cells()}) == 1
            if wall._bar.isVisible():
                assert wall._bar.geometry().right() < wall.width()
                assert wall._bar.x() > max(cell.geometry().right() for cell in wall.cells())


def test_a_command_trains_sixteen_seeds_or_one_again(make_window: MakeWindow, feed: Feed, qtbot: QtBot) -> None:
    window = make_window(Comparison(experiments=(Experiment.of("ns"), Experiment.of("wgan_gp"))))
    session, action = window.session, window.actions_table["wall"]
    left, right = session.panes
    session.select(left)
    feed(session, left, 300)
    assert action.text() == "Wall of 16 seeds (restarts the pane)"
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert (left.experiment.runs, left.draft.runs, left.step) == (16, 16, 0)
    assert right.experiment.runs == 1
    assert action.isChecked()
    assert action.text() == "One seed again (restarts the pane)"
    view = window.bench.view(left)
    assert view.stage.shows_wall
    feed(session, left, 100, **shown(100))
    view.stage.look_closer(11)
    session.reset()
    assert view.stage.seed == 11  # a reset goes on looking at what one looked at
    session.select(right)
    assert not action.isChecked()
    session.select(left)
    action.trigger()
    assert left.experiment.runs == 1
    assert left.view.seed is None
    assert view.plane.isVisible()
    feed(session, left, 100)
    assert view.metrics.card("modes").text == "8 / 8"


def test_a_wall_is_freed(qapp: QApplication) -> None:
    wall = WallView()
    wall.resize(400, 300)
    wall.set_seeds(5)
    wall.show_generated(np.zeros((5, 10, 2)))
    wall.grab()
    wall.set_seeds(3)
    assert len(wall.cells()) == 3
    gone = weakref.ref(wall)
    wall.deleteLater()
    del wall
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert gone() is None


def test_four_seeds_with_an_engine(make_window: MakeWindow, qtbot: QtBot) -> None:
    small = {"layers": 1, "width": 8}
    experiment = Experiment.of("ns", runs=4, generator=small, critic=small)
    window = make_window(Comparison(experiments=(experiment,)), engine=1)
    pane, view = window.session.panes[0], window.bench.views()[0]
    qtbot.waitUntil(lambda: pane.ready, timeout=START)
    assert pane.snapshot is not None
    assert pane.snapshot.generated.shape == (4, 1000, 2)
    assert pane.snapshot.field is not None
    assert pane.snapshot.field.shape == (4, 48, 48)
    qtbot.waitUntil(lambda: view.metrics.card("modes").spreads, timeout=20_000)  # measured after the first picture
    window.session.play()
    qtbot.waitUntil(lambda: pane.step > 20, timeout=20_000)
    view.stage.look_closer(2)
    qtbot.waitUntil(lambda: pane.snapshot.seed == 2, timeout=10_000)
    assert pane.snapshot.generated.shape == (1, 1000, 2)
    assert pane.snapshot.losses.terms["critic"].shape[0] == 4
    np.testing.assert_array_equal(view.plane._samples, pane.snapshot.generated[0])
    window.session.pause()
    qtbot.waitUntil(lambda: not pane.snapshot.playing, timeout=10_000)
    view.stage.look_at_all()
    qtbot.waitUntil(lambda: pane.snapshot.seed is None, timeout=10_000)
    np.testing.assert_array_equal(view.stage.wall._samples, pane.snapshot.generated)
