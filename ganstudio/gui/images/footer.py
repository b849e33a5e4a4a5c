"""The bar at the bottom of the Images bench: seed, arrangement, how long drawing took, and taking away."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QWidget

from ganstudio.gui import icons, theme
from ganstudio.gui.images.grid_box import GridBox
from ganstudio.gui.widgets import ElidedLabel, NumberField, Panel, label

__all__ = ["Footer"]


class Footer(Panel):
    """The bar.

    Attributes
    ----------
    seed_edited : Signal(object)
        A person typed another seed.
    new_seed, copy_wanted, export_wanted, numbers_wanted : Signal()
        Buttons.
    """

    seed_edited = Signal(object)
    new_seed = Signal()
    copy_wanted = Signal()
    export_wanted = Signal()
    numbers_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="bar")
        self.seed = NumberField(whole=True, low=0, high=2**63 - 1)
        self.seed.setFixedWidth(96)
        self.seed.line.setAccessibleName(self.tr("Seed"))
        self.seed.setToolTip(
            self.tr("The same seed gives the same samples, here and with the command ganstudio sample")
        )
        self.seed.edited.connect(self.seed_edited)
        self._dice = QToolButton()
        self._dice.setProperty("role", "plain")
        self._dice.setIconSize(QSize(16, 16))
        self._dice.setToolTip(self.tr("New seed: other samples (N)"))
        self._dice.setAccessibleName(self.tr("New seed"))
        self._dice.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._dice.clicked.connect(self.new_seed)
        self.box = GridBox(self)
        self.grid = QPushButton(self.tr("Grid"))
        self.grid.setToolTip(self.tr("Rows, columns, padding and scale"))
        self.grid.clicked.connect(self._open_box)
        self.read_out = ElidedLabel("", "muted")
        self.copy = self._button(self.tr("Copy"), self.tr("Copy the grid as a picture (Ctrl+C)"), self.copy_wanted)
        self.numbers = self._button(
            self.tr("Numbers\N{HORIZONTAL ELLIPSIS}"),
            self.tr("Save what the generator gave as an array of float32, NPY (n, channels, height, width)"),
            self.numbers_wanted,
        )
        self.export = self._button(
            self.tr("Export grid\N{HORIZONTAL ELLIPSIS}"),
            self.tr("Save the grid as PNG; dropped on the window it brings model, seed and settings back (Ctrl+E)"),
            self.export_wanted,
        )
        self.export.setProperty("role", "primary")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(label(self.tr("Seed"), "muted"))
        for widget in (self.seed, self._dice, self.grid):
            layout.addWidget(widget)
        layout.addSpacing(8)
        layout.addWidget(self.read_out, 1)
        for widget in (self.copy, self.numbers, self.export):
            layout.addWidget(widget)
        theme.current().changed.connect(self._restyle)
        self._restyle()

    def _button(self, text: str, hint: str, then: object) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(hint)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(then)
        return button

    def show_shape(self, rows: int, columns: int) -> None:
        """Show how many rows and columns there are."""
        self.grid.setText(self.tr("Grid {0} \N{MULTIPLICATION SIGN} {1}").format(rows, columns))
        self.box.show_shape(rows, columns)

    def set_usable(self, usable: bool) -> None:
        """Enable what needs pictures."""
        for widget in (self.seed, self._dice, self.grid, self.copy, self.numbers, self.export):
            widget.setEnabled(usable)

    def _open_box(self) -> None:
        self.box.open_above(self.grid)

    def _restyle(self) -> None:
        self._dice.setIcon(icons.icon("new-seed", theme.current().palette))
        self.seed.setFixedWidth(round(96 * theme.current().scale))
