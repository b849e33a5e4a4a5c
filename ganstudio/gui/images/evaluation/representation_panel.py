"""What a trained critic knows about its pictures: DCGAN's experiment with a linear classifier on its features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ganstudio.gui import theme
from ganstudio.gui.images.evaluation.ask_bar import AskBar
from ganstudio.gui.images.evaluation.questioning import Questioning, numbers
from ganstudio.gui.images.evaluation.subject import Subject
from ganstudio.gui.widgets import FittingLabel, FlowLayout, Refusal, SegmentedControl
from ganstudio.image_messages import Represent, Represented

__all__ = ["AccuracyBars", "RepresentationPanel"]

FEW = 1000
"""Labels with which classes are learned when few are to do."""
BAR = 22
"""Height of a bar in pixels at text scale 1."""


class AccuracyBars(QWidget):
    """Kinds of features, and how many test pictures a linear classifier names rightly from each."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[tuple[str, int, float], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.updateGeometry)

    def show_rows(self, rows: tuple[tuple[str, int, float], ...]) -> None:
        """Show (features, dimensions, accuracy from 0 to 1)."""
        self._rows = rows
        self.setAccessibleName("; ".join(self._text(row) for row in rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return a bar and a line of text for each."""
        return QSize(320, len(self._rows) * self._step)

    def minimumSizeHint(self) -> QSize:
        """Return the same height."""
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a text and a bar for each, the first in the accent's colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, metrics = theme.current().palette, self.fontMetrics()
        height = metrics.height()
        room = self.width() - metrics.horizontalAdvance(" 100.0 %") - 6
        for place, row in enumerate(self._rows):
            top = place * self._step
            painter.setPen(QColor(palette.text))
            name = metrics.elidedText(self._title(row), Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(0, top + metrics.ascent(), name)
            bar = QRectF(0, top + height + 3, room, self._step - height - 14)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.raised))
            painter.drawRoundedRect(bar, 4, 4)
            bar.setWidth(room * row[2])
            painter.setBrush(QColor(palette.accent if place == 0 else palette.muted))
            painter.drawRoundedRect(bar, 4, 4)
            painter.setPen(QColor(palette.text))
            area = QRectF(room + 6, bar.top(), self.width() - room - 6, bar.height())
            painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), f"{row[2]:.1%}")
        painter.end()

    @property
    def _step(self) -> int:
        return self.fontMetrics().height() + round(BAR * theme.current().scale) + 14

    def _title(self, row: tuple[str, int, float]) -> str:
        return self.tr("{0}, {1:,} numbers").format(row[0], row[1])

    def _text(self, row: tuple[str, int, float]) -> str:
        return self.tr("{0}: {1:.1%} right").format(self._title(row), row[2])


class RepresentationPanel(QWidget):
    """Asks for the table, and keeps it for each model until that is another one."""

    def __init__(self, questioning: Questioning, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._subject: Subject | None = None
        self._data: Mapping[str, Any] | None = None
        self._kept: dict[tuple[str, str], tuple[str, Represented]] = {}
        self._asked: tuple[str, str] = ("", "")
        self._when = ""
        self.questioning = questioning
        self.labels = SegmentedControl({"few": self.tr("{0:,} labels").format(FEW), "all": self.tr("all labels")})
        self.labels.setAccessibleName(self.tr("Labelled training pictures"))
        self.labels.setToolTip(self.tr("With how many labelled pictures the classes are learned; all take longer"))
        self.bar = AskBar(
            questioning,
            self.tr("Measure"),
            self.tr("Train a linear classifier on what the critic's convolutions give, and on pixels"),
        )
        self.bar.wanted.connect(self.ask)
        self.refusal = Refusal()
        self.about = FittingLabel(5, "muted")
        self.about.setText(
            self.tr(
                "A critic that was never told a class may have learned what is in the pictures. Radford et al. 2016 "
                "put a linear classifier on the outputs of its convolutions. The better that is than on raw pixels and "
                "on an untrained critic, the more was learned."
            )
        )
        self.bars = AccuracyBars()
        self.told = FittingLabel(3)
        self.context = FittingLabel(6, "small")
        row = QWidget()
        flow = FlowLayout(row, 8)
        flow.addWidget(self.labels)
        flow.addWidget(self.bar)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(row)
        for widget in (self.refusal, self.about, self.told, self.bars, self.context):
            layout.addWidget(widget)
        layout.addStretch(1)
        questioning.answered.connect(self._on_answer)
        questioning.failed.connect(self._on_failed)
        self._show()

    @property
    def result(self) -> Represented | None:
        """The table of the model that is shown, None while it was not asked for."""
        found = None if self._subject is None else self._kept.get(self._key(self._subject))
        return found[1] if found else None

    def show_subject(self, subject: Subject | None, data: Mapping[str, Any] | None) -> None:
        """Ask about another source, or with other pictures; None for data that are not here."""
        same = subject is not None and self._subject is not None and subject.source == self._subject.source
        if not same or data != self._data:
            self.questioning.cancel()
        self._subject, self._data = subject, data
        self.refusal.say("")
        if subject is not None and not subject.critic:
            self.refusal.say(
                self.tr("{0} has no critic in its file, whose features would be asked.").format(subject.title)
            )
        self.bar.set_able(subject is not None and subject.critic and data is not None)
        self._show()

    def ask(self) -> None:
        """Ask for the table."""
        subject = self._subject
        if subject is None or self._data is None or not subject.critic:
            return
        self.refusal.say("")
        self._asked, self._when = self._key(subject), subject.when()
        few = FEW if self.labels.current == "few" else None
        self.questioning.ask(Represent(subject.source, next(numbers), self._data, few))

    # ---- inside --------------------------------------------------------------------------------------

    def _key(self, subject: Subject) -> tuple[str, str]:
        return f"{subject.source} {subject.weights}", repr(sorted((self._data or {}).items()))

    def _on_answer(self, message: object) -> None:
        if isinstance(message, Represented):
            self._kept[self._asked] = self._when, message
            self._show()

    def _on_failed(self, why: str) -> None:
        self.refusal.say(why)

    def _show(self) -> None:
        result = self.result
        for widget in (self.told, self.bars, self.context):
            widget.setVisible(result is not None)
        if result is None or self._subject is None:
            return
        when, _ = self._kept[self._key(self._subject)]
        self.bars.show_rows(result.rows)
        trained, pixels = result.rows[0][2], result.rows[-1][2]
        told = self.tr("{0}: {1:,} labelled pictures, tested on {2:,} ({3}).").format(
            f"{result.data}, {when}" if when else result.data, result.labels, result.tested, result.tested_on
        )
        more = self.tr("The trained critic's features are worth {0:+.1f} points beside raw pixels.")
        self.told.setText(f"{told} {more.format(100 * (trained - pixels)).replace('-', chr(0x2212))}")
        self.context.setText(result.context)
