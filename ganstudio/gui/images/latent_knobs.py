"""Sliders along directions of the latent: the most telling ones, random ones, or its plain coordinates."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ganstudio.gui.images.explorer import Axes, Explorer
from ganstudio.gui.images.knob import Knob
from ganstudio.gui.widgets import SegmentedControl, heading

__all__ = ["LatentKnobs"]

FIRST = 8
"""Sliders at first, and so many more at a time."""


class LatentKnobs(QWidget):
    """A knob for each of some directions of an `Explorer`'s current latent."""

    def __init__(self, explorer: Explorer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._explorer = explorer
        self._shown = FIRST
        self.kinds = SegmentedControl(
            {"principal": self.tr("principal"), "random": self.tr("random"), "coordinates": self.tr("raw")}
        )
        self.kinds.setAccessibleName(self.tr("Directions"))
        self.kinds.setToolTip(
            self.tr(
                "Principal: the directions that change the first layer most, the most telling first. Random: any "
                "directions at right angles. Raw: the latent's numbers themselves."
            )
        )
        self.kinds.chosen.connect(self._on_kind)
        self.knobs: list[Knob] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        self.more = QPushButton(self.tr("More"))
        self.more.setProperty("role", "flat")
        self.more.setToolTip(self.tr("Show eight more directions"))
        self.more.clicked.connect(self._on_more)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(heading(self.tr("Latent")))
        layout.addWidget(self.kinds)
        layout.addLayout(self._rows)
        layout.addWidget(self.more)
        explorer.mode_changed.connect(self.follow_axes)
        explorer.changed.connect(self.follow)
        self.follow_axes()

    def follow_axes(self) -> None:
        """Show the directions of the chosen kind."""
        explorer = self._explorer
        count = min(self._shown, explorer.axis_count())
        while len(self.knobs) < count:
            self._add()
        self.setVisible(count > 0)
        kinds = explorer.kinds()
        for kind, button in self.kinds._buttons.items():
            button.setEnabled(kind in kinds)
        if kinds:
            self.kinds.set_current(explorer.axes)
        letter = {"principal": "v", "random": "r", "coordinates": "z"}[explorer.axes]
        for number, knob in enumerate(self.knobs):
            knob.setVisible(number < count)
            if number < count:
                knob.set_name(f"{letter}{number + 1}")
                knob.set_range(-explorer.reach(), explorer.reach())
                knob.set_locked((explorer.axes, number) in explorer.locked)
        self.more.setVisible(self._shown < explorer.axis_count())
        self.follow()

    def follow(self) -> None:
        """Show where the current latent is."""
        explorer = self._explorer
        if explorer.model is None:
            return
        for number, knob in enumerate(self.knobs[: min(self._shown, explorer.axis_count())]):
            knob.show_value(explorer.coordinate(number), changed=explorer.moved_along(number))

    def _add(self) -> None:
        knob = Knob("", -1.0, 1.0, lockable=True)
        knob.set_name_width(28)
        knob.set_reset_hint(self.tr("Back to where the sample is"))
        knob.moved.connect(self._on_moved)
        knob.settled.connect(self._explorer.settle)
        knob.wants_reset.connect(self._on_reset)
        knob.locked.connect(self._on_locked)
        self.knobs.append(knob)
        self._rows.addWidget(knob)

    def _number(self) -> int:
        knob = self.sender()
        assert isinstance(knob, Knob)
        return self.knobs.index(knob)

    def _on_moved(self, value: float) -> None:
        self._explorer.set_coordinate(self._number(), value)

    def _on_reset(self) -> None:
        self._explorer.reset_coordinate(self._number())

    def _on_locked(self, locked: bool) -> None:
        self._explorer.lock(self._number(), locked)

    def _on_kind(self, kind: Axes) -> None:
        self._explorer.set_axes(kind)

    def _on_more(self) -> None:
        self._shown += FIRST
        self.follow_axes()
