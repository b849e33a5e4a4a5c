"""Presentation mode: what a room sees of the window, and the way through the presets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ganstudio.gui import theme
from ganstudio.gui.preset_walk import PresetWalk
from ganstudio.gui.widgets import ClampedLabel, ElidedLabel, Panel, label

if TYPE_CHECKING:
    from ganstudio.gui.main_window import MainWindow

__all__ = ["Caption", "Presentation"]

SCALE = 1.4
"""Factor on text, points and lines, on top of a person's own."""
DESCRIPTION_LINES = 2
ROOMY_HEIGHT = 1000
"""Pixels of a screen from which a description leaves enough room for two rows of panes, or for slow motion."""


class Caption(Panel):
    """What is shown, over the panes: title, description, and which of the presets it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="bar")
        self.title = ElidedLabel("", "title")
        self.number = label("", "muted")
        self.description = ClampedLabel(DESCRIPTION_LINES, "muted")
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self.title, 1)
        head.addWidget(self.number)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 8, 14, 8)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.description)

    def show_words(self, title: str, description: str, number: str) -> None:
        """Show these; an empty description takes no room."""
        self.title.setText(title)
        self.number.setText(number)
        self.description.setText(description)
        self.description.setVisible(bool(description))


@dataclass(frozen=True)
class _Layout:
    """What leaving brings back."""

    state: Qt.WindowState
    geometry: QRect
    splitter: QByteArray
    setup: bool
    mode: theme.Mode
    scale: float
    differences: bool


class Presentation(QObject):
    """Shows a window to a room: full screen, larger, in a projector's colours, with the panes and the transport alone.

    Escape or F5 leaves, and everything is as it was before. Page Up and Page Down, and the arrow keys while nothing
    else wants them, open the previous and the next preset, which train at once.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._walk = PresetWalk()
        self._before: _Layout | None = None
        self.caption = Caption()
        self.caption.hide()
        window.session.experiments_changed.connect(self._describe)
        window.pages.currentChanged.connect(self._follow_page)

    @property
    def on(self) -> bool:
        """Whether the window is shown to a room."""
        return self._before is not None

    def set_on(self, on: bool) -> None:
        """Begin or end to present."""
        if on != self.on:
            self._enter() if on else self._leave()
        self._window.actions_table["present"].setChecked(self.on)

    def _enter(self) -> None:
        window, look = self._window, theme.current()
        setup = window.actions_table["setup"].isChecked()
        differences = window.actions_table["differences"]
        self._before = _Layout(
            window.windowState(),
            window.geometry(),
            window.splitter.saveState(),
            setup,
            look.mode,
            look.scale,
            differences.isChecked(),
        )
        differences.setChecked(False)  # the table would leave no room for the planes
        window.differences.hide()
        window.setUpdatesEnabled(False)
        if window.pages.current not in ("graph", "images"):
            window.show_page("plane")
        self._show_parts(False, setup=False)
        self.caption.show()
        self._follow_page()
        look.project(self._before.scale * SCALE)
        window.showFullScreen()
        window.setUpdatesEnabled(True)
        window.pages.currentWidget().setFocus()

    def _leave(self) -> None:
        assert self._before is not None
        window, look, before = self._window, theme.current(), self._before
        self._before = None
        window.setUpdatesEnabled(False)
        self.caption.hide()
        look.unproject(before.scale)
        look.set_mode(before.mode)
        self._show_parts(True, setup=before.setup)
        window.actions_table["differences"].setChecked(before.differences)
        window.differences.setVisible(before.differences and window.pages.currentWidget() is window.bench)
        window.setWindowState(before.state)
        if before.state == Qt.WindowState.WindowNoState:
            window.setGeometry(before.geometry)
        window.splitter.restoreState(before.splitter)
        window.setUpdatesEnabled(True)

    def _show_parts(self, shown: bool, *, setup: bool) -> None:
        window = self._window
        window.menuBar().setVisible(shown)
        window.rail.setVisible(shown)
        window.actions_table["setup"].setChecked(setup)
        window.follow_page()

    def _follow_page(self) -> None:
        """Leave the room to what the page is about: slow motion has captions of its own, and no timeline."""
        if self.on:
            self._window.follow_page()
            self._describe()

    # ---- the way through the presets -----------------------------------------------------------------

    def next_preset(self) -> None:
        """Open the preset after the one that is open; it trains at once while presenting."""
        self._open_neighbour(1)

    def previous_preset(self) -> None:
        """Open the preset before the one that is open."""
        self._open_neighbour(-1)

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a key means that nothing in the window wanted; return whether it means anything."""
        if not self.on or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.set_on(False)
            return True
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        if step is not None and not event.isAutoRepeat():
            self._open_neighbour(step)
        return step is not None

    def _open_neighbour(self, direction: int) -> None:
        window = self._window
        if window.pages.currentWidget() is not window.bench:
            return
        name = self._walk.neighbour(window.session.title, direction)
        if name is None:
            end = self.tr("This is the last preset.") if direction > 0 else self.tr("This is the first preset.")
            window.session.message.emit("info", end)
            return
        window.open_preset(name)
        if self.on:
            window.session.play()

    def _describe(self) -> None:
        """Say what is shown."""
        if not self.on:
            return
        session = self._window.session
        position = self._walk.position(session.title)
        number = "" if position is None else self.tr("{0} of {1}").format(position + 1, self._walk.count)
        titles = " \N{MIDDLE DOT} ".join(pane.experiment.title for pane in session.panes)
        low = self._window.screen().size().height() < ROOMY_HEIGHT
        crowded = low and (len(session.panes) > 3 or self._window.pages.current == "graph")
        self.caption.setVisible(self._window.pages.current != "images")  # presets are about the plane's runs
        self.caption.show_words(session.title or titles, "" if crowded else session.description, number)
