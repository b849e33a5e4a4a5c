"""The table of differences: every one, live, by keyboard, as text."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton

from ganstudio.experiment import Experiment, differences
from ganstudio.gui.differences import difference_rows

Key = Qt.Key


@pytest.fixture
def panel(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    return window.differences


def shown(panel):
    """Return the table as it is read, headings included."""
    model = panel.table.model()
    columns = range(model.columnCount())
    rows = [[model.index(row, column).data() for column in columns] for row in range(model.rowCount())]
    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]
    return [heads, *rows]


def test_every_difference_is_a_row_under_the_setups_heading(window, panel):
    assert panel.isVisible()
    assert QApplication.focusWidget() is panel.table
    assert shown(panel) == [
        ["Setting", "1  NS GAN", "2  WGAN-GP"],
        ["Method", None, None],
        ["Method", "NS GAN", "WGAN-GP"],
        ["Objective", "Non-saturating", "Wasserstein"],
        ["Label smoothing", "0", "\N{EN DASH}"],
        ["Gradient penalty", "None", "Between"],
        ["Optimisers", None, None],
        ["Critic learning rate", "1e-4", "1e-3"],
        ["Training", None, None],
        ["Critic steps", "1", "5"],
    ]
    paths = {row.path for row in panel._model.rows} - {"method"}
    assert paths == set(differences([pane.experiment for pane in window.session.panes]))


def test_the_table_is_live_and_keeps_its_place(window, panel, qtbot):
    session, table = window.session, panel.table
    for _ in range(3):  # over the headings
        qtbot.keyClick(table, Key.Key_Down)
    assert panel._model.row_at(table.currentIndex().row()).title == "Gradient penalty"
    session.edit("critic.width", 32)
    assert ["Critic width", "64", "32"] in shown(panel)
    assert panel._model.row_at(table.currentIndex().row()).title == "Gradient penalty"
    session.add()
    assert shown(panel)[0][3] == "3  WGAN-GP"
    session.remove(session.panes[0])
    assert not panel.table.isVisible()
    assert panel._nothing.text() == "All panes run the same experiment."
    session.remove(session.panes[0])
    assert panel._nothing.text().startswith("There is one pane.")


def test_enter_and_a_double_click_select_a_cells_pane(window, panel, qtbot):
    session, table = window.session, panel.table
    assert session.active is session.panes[1]
    qtbot.keyClick(table, Key.Key_Left)
    assert table.currentIndex().column() == 0
    qtbot.keyClick(table, Key.Key_Right)
    qtbot.keyClick(table, Key.Key_Return)
    assert session.active is session.panes[0]
    place = table.visualRect(table.model().index(2, 2)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert session.active is session.panes[1]


def test_it_is_copied_as_text(window, panel, qtbot):
    QGuiApplication.clipboard().clear()
    qtbot.keyClick(panel.table, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "Section\tSetting\t1  NS GAN\t2  WGAN-GP"
    assert "Training\tCritic steps\t1\t5" in lines
    assert len(lines) == 7
    QGuiApplication.clipboard().clear()
    QTest.mouseClick(panel.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().splitlines() == lines


def test_keys_of_the_window_reach_it_and_escape_closes(window, panel, qtbot):
    qtbot.keyClick(panel.table, Key.Key_Space)
    assert window.session.playing
    qtbot.keyClick(panel.table, Key.Key_Escape)
    assert not panel.isVisible()
    assert not window.actions_table["differences"].isChecked()
    assert QApplication.focusWidget() is window.bench
    window.actions_table["differences"].trigger()
    window.show_page("methods")
    assert not panel.isVisible()  # it is of the panes
    window.show_page("plane")
    assert panel.isVisible()
    QTest.mouseClick(panel.findChild(QToolButton), Qt.MouseButton.LeftButton)
    assert not panel.isVisible()


def test_what_means_nothing_is_marked_as_such():
    plain, penalised = Experiment.of("ns"), Experiment.of("wgan_gp").with_value("constraints.penalty_weight", 3.0)
    row = next(row for row in difference_rows([plain, penalised]) if row.path == "constraints.penalty_weight")
    assert row.title == "Penalty weight \N{GREEK SMALL LETTER LAMDA}"
    assert (row.values, row.used) == (("0.1", "3"), (False, True))
    packed = Experiment.of("pacgan4")
    rows = {row.path: row for row in difference_rows([plain, packed])}
    assert rows["additions.packing.on"].used == (True, True)
    assert rows["additions.packing.samples"].used == (False, True)
    assert rows["method"].values == ("NS GAN", "PacGAN4")


def test_other_kinds_of_data_have_rows_of_their_own():
    ring, moons = Experiment.of("ns"), Experiment.of("ns").with_value("data.name", "two_moons").changed(label="Mine")
    rows = {row.path: row for row in difference_rows([ring, moons])}
    assert rows["data.name"].values == ("Ring of Gaussians", "Two moons")
    assert rows["data.count"].values == ("8", "\N{EN DASH}")
    assert (rows["label"].section, rows["label"].values) == ("Run", ("", "Mine"))
    assert "method" not in rows
