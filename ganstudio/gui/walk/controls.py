"""The line of buttons under the graph: begin, back, rest, forward, the next iteration, leave, speed."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QWidget

from ganstudio.gui import icons, theme
from ganstudio.gui.walk.director import SPEEDS, Director
from ganstudio.gui.widgets import label

__all__ = ["Controls"]


class Controls(QWidget):
    """Follows a director and tells it what to do.

    Attributes
    ----------
    begin_wanted : Signal()
        A person wants the next iteration in slow motion.
    """

    begin_wanted = Signal()

    def __init__(self, director: Director, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._director = director
        self.begin = self._button(self.tr("Slow motion"), self.tr("Go through one iteration stop by stop (M)"))
        self.begin.setProperty("role", "primary")
        self.back = self._button("", self.tr("The stop before (Left)"))
        self.rest = self._button("", self.tr("Stay at this stop, or go on by itself (Space)"))
        self.forward = self._button("", self.tr("The next stop (Right)"))
        self.again = self._button(self.tr("Next iteration"), self.tr("Go through the next iteration (Enter)"))
        self.leave = self._button(self.tr("Leave"), self.tr("Back to live pictures (Escape)"))
        self._speed = QSlider(Qt.Orientation.Horizontal)
        self._speed.setRange(0, len(SPEEDS) - 1)
        self._speed.setPageStep(1)
        self._speed.setValue(SPEEDS.index(1.0))
        self._speed.setAccessibleName(self.tr("Speed of the slow motion"))
        self._speed.setToolTip(self.tr("How fast it goes from stop to stop, from half to four times"))
        self._speed.setMinimumWidth(64)
        self._speed.setMaximumWidth(140)
        self._times = label("", "muted")
        self._lay_out()
        self.begin.clicked.connect(self.begin_wanted)
        self.again.clicked.connect(self.begin_wanted)
        self.back.clicked.connect(director.back)
        self.rest.clicked.connect(director.toggle)
        self.forward.clicked.connect(director.forward)
        self.leave.clicked.connect(director.leave)
        self._speed.valueChanged.connect(self._on_speed)
        director.changed.connect(self.follow)
        theme.current().changed.connect(self.follow)
        self._on_speed()
        self.follow()

    def _button(self, text: str, tooltip: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tooltip)
        button.setAccessibleName(text or tooltip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setIconSize(QSize(16, 16))
        return button

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for widget in (self.begin, self.back, self.rest, self.forward, self.again, self.leave):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self._speed, 2)
        layout.addWidget(self._times)
        self._times.setMinimumWidth(self._times.fontMetrics().horizontalAdvance("0.75\N{MULTIPLICATION SIGN}  "))

    @property
    def speed(self) -> QSlider:
        """The slider."""
        return self._speed

    def follow(self) -> None:
        """Show what can be done now."""
        state, director, palette = self._director.state, self._director, theme.current().palette
        walking = state == "walking"
        self.begin.setVisible(not walking)
        self.begin.setEnabled(state == "live")
        self.begin.setText(
            self.tr("Slow motion") if state == "live" else self.tr("One iteration\N{HORIZONTAL ELLIPSIS}")
        )
        for widget in (self.back, self.rest, self.forward, self.again, self.leave, self._speed, self._times):
            widget.setVisible(walking)
        self.back.setEnabled(director.index > 0)
        self.forward.setEnabled(director.index < len(director.stops) - 1)
        self.begin.setIcon(icons.icon("slow-motion", palette, "on_accent"))
        self.back.setIcon(icons.icon("chevron-left", palette))
        self.forward.setIcon(icons.icon("chevron-right", palette))
        self.rest.setIcon(icons.icon("pause" if director.playing else "play", palette))

    def _on_speed(self) -> None:
        self._director.speed = SPEEDS[self._speed.value()]
        self._times.setText(f"{self._director.speed:g}\N{MULTIPLICATION SIGN}")
