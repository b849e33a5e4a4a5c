"""The training page's own row of buttons: time, and taking a model away."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ganstudio.gui import icons, theme
from ganstudio.gui.actions import ACTIONS
from ganstudio.gui.widgets import ElidedLabel, Panel

__all__ = ["TrainingTransport"]


class TrainingTransport(Panel):
    """Play, step, reset, new seed; evaluate, resume, save, close.

    Attributes
    ----------
    buttons
        By name: "play", "step", "reset", "new_seed", "evaluate", "resume", "save", "close".
    pressed : Signal(str)
        The name of a button that was pressed.
    """

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="bar")
        self._playing = False
        words = {
            "play": (self.tr("Play"), "play", self.tr("Train, or pause"), "toggle"),
            "step": (
                self.tr("Step"),
                "step",
                self.tr("One iteration: the critic's part, then the generator's"),
                "step",
            ),
            "reset": (self.tr("Reset"), "reset", self.tr("Begin again with the same seed"), "reset"),
            "new_seed": (self.tr("New seed"), "new-seed", self.tr("Begin again with another seed"), "new_seed"),
            "evaluate": (
                self.tr("Evaluate"),
                "search",
                self.tr("Nearest training pictures of the samples, and what the critic has learned; training goes on"),
                "",
            ),
            "resume": (
                self.tr("Resume\N{HORIZONTAL ELLIPSIS}"),
                "open",
                self.tr("Go on from a model that was saved with its training state"),
                "",
            ),
            "save": (
                self.tr("Save model\N{HORIZONTAL ELLIPSIS}"),
                "save",
                self.tr("Write what has been learned as a model file"),
                "",
            ),
            "close": (self.tr("Models"), "chevron-left", self.tr("Back to the models; training goes on"), ""),
        }
        self._words = {name: text for name, (text, *_) in words.items()}
        self._icons = {name: row[1] for name, row in words.items()}
        self.buttons = {name: self._button(name, *row) for name, row in words.items()}
        self.note = ElidedLabel("", "muted")
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        for name in ("close", "play", "step", "reset", "new_seed"):
            layout.addWidget(self.buttons[name])
        layout.addWidget(self.note, 1)
        for name in ("evaluate", "resume", "save"):
            layout.addWidget(self.buttons[name])
        self.set_able(False)
        theme.current().changed.connect(self._restyle)
        self._restyle()

    def _button(self, name: str, text: str, icon: str, hint: str, action: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setIconSize(QSize(16, 16))
        button.setToolTip(f"{hint} ({ACTIONS[action].keys})" if action else hint)
        button.setAccessibleName(text)
        if name == "play":
            button.setProperty("role", "primary")
        button.clicked.connect(self._on_clicked)
        return button

    def show_note(self, text: str) -> None:
        """Say something where there is room for it."""
        self.note.setText(text)
        self._fit()

    def set_playing(self, playing: bool) -> None:
        """Show whether it trains."""
        if playing != self._playing:
            self._playing = playing
            self._restyle()

    def set_able(self, able: bool) -> None:
        """Offer to save and to evaluate what there is."""
        for name in ("save", "evaluate"):
            self.buttons[name].setEnabled(able)

    def minimumSizeHint(self) -> QSize:
        """Return the least width, with icons alone."""
        return QSize(round(460 * theme.current().scale), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the words that there is room for."""
        super().resizeEvent(event)
        self._fit()

    def _on_clicked(self) -> None:
        self.pressed.emit(self.sender().objectName())

    def _fit(self) -> None:
        """Leave words out beside icons, the least important first, until the row fits."""
        spare = ("new_seed", "reset", "step", "resume", "evaluate", "save", "close")
        margins = self.layout().contentsMargins()
        for wordless in range(len(spare) + 1):
            for place, name in enumerate(spare):
                self.buttons[name].setText("" if place < wordless else self._words[name])
            needed = sum(button.sizeHint().width() + 8 for button in self.buttons.values())
            spare_room = self.width() - needed - margins.left() - margins.right()
            if spare_room >= 0:
                break
        self.note.setVisible(spare_room > self.note.sizeHint().width())

    def _restyle(self) -> None:
        palette = theme.current().palette
        for name, button in self.buttons.items():
            if name != "play":
                button.setIcon(icons.icon(self._icons[name], palette))
        play = self.buttons["play"]
        # As wide for "Play" as for "Pause", so that nothing jumps.
        play.setMinimumWidth(0)
        play.setText(self.tr("Pause"))
        play.setMinimumWidth(play.sizeHint().width())
        play.setText(self.tr("Pause") if self._playing else self.tr("Play"))
        play.setAccessibleName(play.text())
        play.setIcon(icons.icon("pause" if self._playing else "play", palette, "on_accent"))
        self._fit()
