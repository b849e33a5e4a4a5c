"""The models that can be chosen, as cards with a few of their samples."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio.gui import icons, theme
from ganstudio.gui.images.picture_grid import PictureGrid
from ganstudio.gui.images.session import ImageSession, ShelfModel
from ganstudio.gui.widgets import ClampedLabel, ElidedLabel, FittingLabel, Panel, heading

__all__ = ["ModelCard", "ModelList"]

THUMBNAIL, NARROW_THUMBNAIL = 54, 38
THUMBNAIL_SAMPLES = 9
HINT_FROM = 480
"""Height of the column, at text scale 1, from which it says what can be dropped."""


class ModelCard(QAbstractButton):
    """One model: samples, its name, what it is made of.

    Attributes
    ----------
    close_wanted : Signal(str)
        A model that was opened is to be forgotten: its key.
    """

    close_wanted = Signal(str)

    def __init__(self, model: ShelfModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = model.key
        self._side = THUMBNAIL
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.thumbnail = PictureGrid(self.tr("Samples"), takes=False)
        self.thumbnail.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._title = ElidedLabel("", "accent")
        self._title.setProperty("role", "")
        self._about = ClampedLabel(2, "small")
        for text in (self._title, self._about):
            text.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._about)
        words.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 8, 6, 8)
        layout.setSpacing(8)
        layout.addWidget(self.thumbnail, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        self._close: QToolButton | None = None
        if not model.shipped:
            self._close = QToolButton()
            self._close.setProperty("role", "small")
            self._close.setToolTip(self.tr("Take it from this list; the file stays"))
            self._close.setAccessibleName(self.tr("Close {0}").format(model.title))
            self._close.clicked.connect(self._on_close)
            layout.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        theme.current().changed.connect(self._restyle)
        self._restyle()
        self.show_model(model)

    def show_model(self, model: ShelfModel) -> None:
        """Say what is known of the model by now."""
        self._title.setText(model.title)
        waiting = "" if model.opened is not None else self.tr("is being loaded")
        about = model.problem or model.about or waiting
        self._about.setText(about)
        self.setAccessibleName(model.title)
        self.setAccessibleDescription(about)
        self.setToolTip("\n".join(part for part in (model.title, about, model.path) if part))

    def set_narrow(self, narrow: bool) -> None:
        """Leave more of little room to the words."""
        self._side = NARROW_THUMBNAIL if narrow else THUMBNAIL
        self._about.set_lines(3 if narrow else 2)
        self._restyle()

    def sizeHint(self) -> QSize:
        """Return what the layout needs."""
        return self.layout().sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground: raised, framed when it is the current model."""
        palette = theme.current().palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(palette.raised))
        edge = palette.accent if self.isChecked() else palette.border
        colour = QColor(palette.text if self.hasFocus() and not self.isChecked() else edge)
        painter.setPen(QPen(colour, 2.0 if self.hasFocus() else 1.2))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 8, 8)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Draw it anew under the mouse and with the keyboard."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def _on_close(self) -> None:
        self.close_wanted.emit(self.key)

    def _restyle(self) -> None:
        side = round(self._side * theme.current().scale)
        self.thumbnail.setFixedSize(side, side)
        if self._close is not None:
            self._close.setIcon(icons.icon("close", theme.current().palette, "muted"))


class ModelList(Panel):
    """The left column.

    Attributes
    ----------
    chosen : Signal(str)
        The key of a model.
    open_wanted : Signal()
        A file is to be chosen.
    train_wanted : Signal()
        A new model is to be trained.
    """

    chosen = Signal(str)
    open_wanted = Signal()
    train_wanted = Signal()

    def __init__(self, session: ImageSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._cards: dict[str, ModelCard] = {}
        self._group = QButtonGroup(self)
        self._current = ""
        self._narrow = False
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 4, 0)
        inner.addLayout(self._column)
        inner.addStretch(1)
        area = QScrollArea()
        area.setWidget(content)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._hint = FittingLabel(6, "small")
        self._hint.setText(
            self.tr(
                "Drop a model here (.safetensors, .pt, .onnx), or an exported grid (.png) to get its settings back."
            )
        )
        self.open_button = QPushButton(self.tr("Open model\N{HORIZONTAL ELLIPSIS}"))
        self.open_button.setToolTip(self.tr("Open a trained generator from a file (Ctrl+O)"))
        self.open_button.clicked.connect(self.open_wanted)
        self.train_button = QPushButton(self.tr("Train a model\N{HORIZONTAL ELLIPSIS}"))
        self.train_button.setToolTip(self.tr("Choose pictures and a method, and watch it learn"))
        self.train_button.clicked.connect(self.train_wanted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 6, 10)
        layout.setSpacing(8)
        layout.addWidget(heading(self.tr("Models")))
        layout.addWidget(area, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(0, 0, 4, 0)  # as wide as the cards, which leave room for a scroll bar
        foot.setSpacing(8)
        for widget in (self._hint, self.open_button, self.train_button):
            foot.addWidget(widget)
        layout.addLayout(foot)
        self._group.buttonClicked.connect(self._on_clicked)
        session.shelf_changed.connect(self.follow)
        session.opened.connect(self._draw_thumbnail)
        session.rendered.connect(self._on_rendered)
        self.follow()

    @property
    def cards(self) -> dict[str, ModelCard]:
        """Key -> card."""
        return self._cards

    def follow(self) -> None:
        """Show the models that there are."""
        shelf = self._session.shelf
        keys = [model.key for model in shelf]
        for key in [key for key in self._cards if key not in keys]:
            card = self._cards.pop(key)
            self._group.removeButton(card)
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        for model in shelf:
            if model.key in self._cards:
                self._cards[model.key].show_model(model)
                continue
            card = ModelCard(model)
            card.set_narrow(self._narrow)
            card.close_wanted.connect(self._session.close)
            self._cards[model.key] = card
            self._group.addButton(card)
            self._column.addWidget(card)
            if model.key == self._current:
                card.setChecked(True)

    def set_narrow(self, narrow: bool) -> None:
        """Use little room."""
        if narrow != self._narrow:
            self._narrow = narrow
            for card in self._cards.values():
                card.set_narrow(narrow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave low columns to the cards."""
        super().resizeEvent(event)
        self._hint.setVisible(self.height() >= HINT_FROM * theme.current().scale)

    def set_current(self, key: str) -> None:
        """Mark the model that is looked at."""
        self._current = key
        if key in self._cards:
            self._cards[key].setChecked(True)

    def _draw_thumbnail(self, key: str) -> None:
        model = self._session.model(key)
        if model is None or model.opened is None:
            return
        self._session.ask(key, "thumbnail", model.opened.draw(THUMBNAIL_SAMPLES, 0, None))

    def _on_rendered(self, key: str, slot: str, pictures: object, _seconds: float) -> None:
        if slot == "thumbnail" and key in self._cards:
            self._cards[key].thumbnail.set_pictures(pictures, 3, 3)  # type: ignore[arg-type]

    def _on_clicked(self, card: QAbstractButton) -> None:
        assert isinstance(card, ModelCard)
        self.chosen.emit(card.key)
