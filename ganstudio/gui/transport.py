"""Time: play, step, reset, and how fast."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QSlider, QWidget

from ganstudio.gui import icons, theme
from ganstudio.gui.actions import Actions
from ganstudio.gui.widgets import ElidedLabel, Panel, SegmentedControl, label

__all__ = ["PACES", "Transport"]

PACES: tuple[float | None, ...] = (0.5, 1, 2, 5, 10, 20, 50, 100, 200, None)
"""Iterations a second of the slider's positions; None is flat out."""


class ActionButton(QPushButton):
    """A push button that shows an action; a click does not take the keyboard from the plane."""

    def __init__(self, action: QAction, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(action.icon(), action.iconText(), parent)
        self._action = action
        self._wordless = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setIconSize(QSize(16, 16))
        if role:
            self.setProperty("role", role)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def set_wordless(self, wordless: bool) -> None:
        """Show the icon alone; its tooltip says the rest."""
        self._wordless = wordless
        self._follow()

    def _follow(self) -> None:
        self.setToolTip(self._action.toolTip())
        self.setEnabled(self._action.isEnabled())
        self.setAccessibleName(self._action.iconText())
        if self.property("role") != "primary":
            self.setText("" if self._wordless else self._action.iconText())
            self.setIcon(self._action.icon())


class Transport(Panel):
    """The bar at the bottom.

    Attributes
    ----------
    pace_changed : Signal(object)
        Iterations a second, or None for flat out.
    together_chosen : Signal(str)
        How panes are to be kept together: "free", "steps" or "time".
    """

    pace_changed = Signal(object)
    together_chosen = Signal(str)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="bar")
        self._playing = False
        self._play = ActionButton(actions["toggle"], "primary")
        self._play.setObjectName("play")
        self._steps = [ActionButton(actions[name]) for name in ("step", "step_critic", "step_generator")]
        self._resets = [ActionButton(actions[name]) for name in ("reset", "new_seed")]
        self._speed = QSlider(Qt.Orientation.Horizontal)
        self._speed.setRange(0, len(PACES) - 1)
        self._speed.setPageStep(1)
        self._speed.setValue(len(PACES) - 1)
        self._speed.setAccessibleName(self.tr("Speed"))
        self._speed.setToolTip(
            self.tr("Iterations a second in every pane, from slow motion to flat out (comma and full stop)")
        )
        self._speed.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._speed.setMaximumWidth(220)
        self._speed.setMinimumWidth(80)
        self._pace = label("", "muted")
        self._words = [label(self.tr("Speed"), "muted"), label(self.tr("Together"), "muted")]
        self._together = QWidget()
        self.together = SegmentedControl(
            {"free": self.tr("Free"), "steps": self.tr("Steps"), "time": self.tr("Time")}, self._together
        )
        self.together.setAccessibleName(self.tr("Panes together"))
        self.together.setToolTip(
            self.tr(
                "Free: each pane trains as fast as it can. Steps: all stay at the same generator step and stop at the "
                "same one (K). Time: each gets the same time of training (T)."
            )
        )
        self.together.chosen.connect(self.together_chosen)
        self._rates = ElidedLabel("", "muted")
        self._lay_out()
        self._speed.valueChanged.connect(self._on_speed)
        theme.current().changed.connect(self._restyle)
        self._show_pace()
        self._restyle()

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(self._play)
        for button in self._steps:
            layout.addWidget(button)
        layout.addSpacing(8)
        for button in self._resets:
            layout.addWidget(button)
        layout.addSpacing(16)
        layout.addWidget(self._words[0])
        layout.addWidget(self._speed, 1)
        layout.addWidget(self._pace)
        layout.addStretch(1)
        together = QHBoxLayout(self._together)
        together.setContentsMargins(0, 0, 8, 0)
        together.setSpacing(8)
        together.addWidget(self._words[1])
        together.addWidget(self.together)
        layout.addWidget(self._together)
        layout.addWidget(self._rates)

    @property
    def pace(self) -> float | None:
        """Iterations a second, None for flat out."""
        return PACES[self._speed.value()]

    def set_playing(self, playing: bool) -> None:
        """Show whether anything trains."""
        self._playing = playing
        self._restyle()

    def set_together_shown(self, shown: bool) -> None:
        """Offer to keep panes together, where there are several."""
        self._together.setVisible(shown)
        self._fit()

    def set_note(self, text: str) -> None:
        """Show something about the engine at the right."""
        self._rates.setText(text)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Return the least width, with what can be left out left out."""
        return QSize(round(560 * theme.current().scale), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what there is room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave out what there is no room for: the engine's note, captions, words beside icons, the speed in words."""
        for level in range(5):
            self._rates.setVisible(level < 1)
            for word in self._words:
                word.setVisible(level < 2)
            for button in (*self._steps, *self._resets):
                button.set_wordless(level >= 3)
            self._pace.setVisible(level < 4)
            if self.layout().sizeHint().width() <= self.width():
                break

    def slower(self) -> None:
        """Go one position towards slow motion."""
        self._speed.setValue(self._speed.value() - 1)

    def faster(self) -> None:
        """Go one position towards flat out."""
        self._speed.setValue(self._speed.value() + 1)

    def _on_speed(self) -> None:
        self._show_pace()
        self.pace_changed.emit(self.pace)

    def _show_pace(self) -> None:
        pace = self.pace
        if pace is None:
            self._pace.setText(self.tr("flat out"))
        elif pace < 1:
            self._pace.setText(self.tr("1 step in {0:g} s").format(1 / pace))
        else:
            self._pace.setText(self.tr("{0:g} steps/s").format(pace))

    def _restyle(self) -> None:
        # As wide for "Play" as for "Pause", so that nothing jumps.
        self._play.setMinimumWidth(0)
        self._play.setText(self.tr("Pause"))
        self._play.setMinimumWidth(self._play.sizeHint().width())
        self._pace.setMinimumWidth(self._pace.fontMetrics().horizontalAdvance("200 steps/s  "))
        self._play.setText(self.tr("Pause") if self._playing else self.tr("Play"))
        name = "pause" if self._playing else "play"
        self._play.setIcon(icons.icon(name, theme.current().palette, "on_accent"))
        self._fit()
