"""The part of the column that says what the brush does on the picture."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QPushButton, QVBoxLayout, QWidget

from ganstudio.gui.images.inside.rows import SliderRow, explain, row
from ganstudio.gui.images.inside.units.brush import LARGEST
from ganstudio.gui.images.inside.units.dissecting import SHOWN, Dissecting
from ganstudio.gui.images.inside.units.painting import Doing, Painting
from ganstudio.gui.widgets import NumberField, Refusal, SegmentedControl, label

__all__ = ["BrushSection"]

STRONGEST = 400
"""Percent of a unit's level that it can be inserted with."""


class BrushSection(QWidget):
    """Settings of a `Painting`.

    Attributes
    ----------
    size_changed : Signal(int)
        The brush is to have another diameter, in pixels of the picture.
    """

    size_changed = Signal(int)

    def __init__(self, dissecting: Dissecting, painting: Painting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dissecting, self._painting = dissecting, painting
        self.doing = SegmentedControl({"ablate": self.tr("ablate"), "insert": self.tr("insert")})
        self.doing.setAccessibleName(self.tr("What the brush does"))
        self.doing.button("ablate").setToolTip(
            self.tr("Set the chosen units to 0 in the layer's cells under the brush (Bau et al. 2019)")
        )
        explain(
            self.doing.button("insert"),
            self.tr(
                "Set each chosen unit, in the layer's cells under the brush, to its mean over the concept, every cell "
                "weighted by the share of it that the concept covers: the class-conditional mean of Bau et al. 2019. "
                "Without a concept, to its mean over its largest activations."
            ),
        )
        self.diameter = SliderRow(self.tr("Brush"), 1, 8, self.tr("px"))
        self.diameter.setToolTip(self.tr("Diameter of the brush in pixels of the picture; [ and ] change it, too"))
        self.strength = SliderRow(self.tr("Level"), 0, STRONGEST, "%")
        self.strength.set_value(100)
        explain(
            self.strength,
            self.tr("What units are inserted with, as a share of their mean; 100 % is what Bau et al. 2019 insert"),
        )
        self.picture = NumberField(whole=True, low=0, high=SHOWN - 1)
        self.picture.line.setAccessibleName(self.tr("Picture that is painted on"))
        self.picture.setToolTip(self.tr("Which of the shown pictures is painted on; the strokes stay"))
        self.told = label("", "small")
        self.told.setWordWrap(True)
        self.outcome = label("", "small")
        self.outcome.setWordWrap(True)
        self.refusal = Refusal()
        self.undo, self.redo = QPushButton(self.tr("Undo")), QPushButton(self.tr("Redo"))
        self.reset = QPushButton(self.tr("Reset"))
        self.undo.setToolTip(self.tr("Take the last stroke away (Ctrl+Z)"))
        self.redo.setToolTip(self.tr("Paint again what was undone (Ctrl+Shift+Z)"))
        self.reset.setToolTip(self.tr("Take all strokes away"))
        self._lay_out()
        self._connect()
        self.follow_model()
        self._on_picture()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setSpacing(6)
        form.addRow(label(self.tr("Picture"), "muted"), self.picture)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(form)
        column.addWidget(self.doing)
        column.addWidget(self.strength)
        column.addWidget(self.diameter)
        column.addLayout(row((self.undo, 1), (self.redo, 1), (self.reset, 1)))
        column.addWidget(self.told)
        column.addWidget(self.outcome)
        column.addWidget(self.refusal)

    def _connect(self) -> None:
        dissecting, painting = self._dissecting, self._painting
        dissecting.model_changed.connect(self.follow_model)
        dissecting.chosen_changed.connect(self.follow)
        dissecting.units_changed.connect(self.follow)
        painting.history_changed.connect(self.follow)
        painting.sample_changed.connect(self.follow)
        painting.failed.connect(self.refusal.say)
        painting.picture_changed.connect(self._on_picture)
        self.doing.chosen.connect(self._on_doing)
        self.strength.moved.connect(self._on_strength)
        self.diameter.moved.connect(self.size_changed)
        self.picture.edited.connect(painting.set_sample)
        self.undo.clicked.connect(painting.undo)
        self.redo.clicked.connect(painting.redo)
        self.reset.clicked.connect(painting.reset)

    def follow_model(self) -> None:
        """Offer brushes that suit another model's pictures."""
        model = self._dissecting.model
        if model is not None:
            width = model.picture[2]
            self.diameter.slider.setRange(1, max(1, round(LARGEST * width)))
            self.diameter.set_value(max(1, round(width / 5)))
            self.size_changed.emit(self.diameter.value())
        self.follow()

    def follow(self) -> None:
        """Show what is set."""
        painting, chosen = self._painting, self._dissecting.chosen
        self.picture.set_value(painting.sample)
        self.doing.set_current(painting.doing)
        self.strength.setEnabled(painting.doing == "insert")
        self.undo.setEnabled(painting.can_undo)
        self.redo.setEnabled(painting.can_redo)
        self.reset.setEnabled(bool(painting.state))
        if not chosen:
            self.told.setText(self.tr("Choose units below: the brush sets them."))
            return
        named = ", ".join(str(unit) for unit in chosen[:6]) + (", \N{HORIZONTAL ELLIPSIS}" if len(chosen) > 6 else "")
        words = self.tr("The brush sets unit {0}") if len(chosen) == 1 else self.tr("The brush sets {1} units: {0}")
        self.told.setText(words.format(named, len(chosen)))

    def set_size(self, diameter: float) -> None:
        """Show a diameter that was chosen by a key."""
        self.diameter.set_value(round(diameter))

    def _on_doing(self, doing: Doing) -> None:
        self._painting.doing = doing
        self.follow()

    def _on_strength(self, percent: int) -> None:
        self._painting.strength = percent / 100

    def _on_picture(self) -> None:
        """Say what came of the strokes: where units are at that level already, nothing is to be seen."""
        self.refusal.say("")
        changed = self._painting.changed_pixels()
        if changed is None:
            self.outcome.setText("")
        elif changed[0]:
            self.outcome.setText(self.tr("{0} of {1} pixels changed").format(*changed))
        else:
            self.outcome.setText(self.tr("No pixel changed: these units are at that level here, or paint nothing."))
        self.outcome.setVisible(changed is not None)
