"""The column beside the pictures of the Filters page: how filters are found, and which are dropped."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QPushButton, QSlider, QWidget

from ganstudio.gui.images.inside.column import SettingsColumn
from ganstudio.gui.images.inside.removing import MOST_PICTURES, Removing, Rule
from ganstudio.gui.images.inside.rows import ProgressRow, row
from ganstudio.gui.images.inside.weight_bars import WeightBars
from ganstudio.gui.numbers import short
from ganstudio.gui.widgets import ChoiceField, NumberField, Refusal, SegmentedControl, heading, label

__all__ = ["FilterPanel"]

POSITIONS = 1000
"""Of the slider for a threshold."""


class FilterPanel(SettingsColumn):
    """Settings, weights and the rule for a `Removing`.

    Attributes
    ----------
    save_wanted, clear_wanted : Signal()
        Buttons.
    """

    save_wanted = Signal()
    clear_wanted = Signal()

    def __init__(self, removing: Removing, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._removing = removing
        self.count = NumberField(whole=True, low=1, high=MOST_PICTURES)
        self.count.line.setAccessibleName(self.tr("Pictures"))
        self.count.setToolTip(self.tr("How many samples there are to draw boxes on; the DCGAN paper took 150"))
        self.seed = NumberField(whole=True, low=0, high=2**63 - 1)
        self.seed.line.setAccessibleName(self.tr("Seed of the pictures"))
        self.layer = ChoiceField()
        self.layer.setAccessibleName(self.tr("Layer"))
        self.boxes = QLabel()
        self.boxes.setProperty("role", "muted")
        self.clear = QPushButton(self.tr("Clear"))
        self.clear.setProperty("role", "flat")
        self.clear.setAccessibleName(self.tr("Remove all boxes"))
        self.search = QPushButton(self.tr("Find filters"))
        self.search.setProperty("role", "primary")
        self.search.setToolTip(
            self.tr("Fit a logistic regression that tells cells inside boxes from as many outside, by the layer's maps")
        )
        self.progress = ProgressRow(removing.asking, self.tr("Looking for filters"))
        self.refusal = Refusal()
        self.bars = WeightBars()
        self.about = label("", "small")
        self.about.setWordWrap(True)
        rules = {
            "nothing": self.tr("none"),
            "positive": self.tr("positive"),
            "top": self.tr("top k"),
            "above": self.tr("above"),
        }
        self.rule = SegmentedControl(rules)
        self.rule.setAccessibleName(self.tr("Which filters are dropped"))
        hints = {
            "nothing": self.tr("All filters stay"),
            "positive": self.tr("Drop every filter with a positive weight, as the DCGAN paper does"),
            "top": self.tr("Drop the k filters with the largest weights"),
            "above": self.tr("Drop the filters whose weight is above a threshold"),
        }
        for key, button in self.rule._buttons.items():
            button.setToolTip(hints[key])
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.amount = label("", "number")
        self.dropped = label("", "accent")
        self.undo = QPushButton(self.tr("Undo"))
        self.undo.setToolTip(self.tr("Drop what was dropped before (Ctrl+Z)"))
        self.redo = QPushButton(self.tr("Redo"))
        self.redo.setToolTip(self.tr("Ctrl+Shift+Z"))
        self.save = QPushButton(self.tr("Save model\N{HORIZONTAL ELLIPSIS}"))
        self.save.setToolTip(self.tr("Write the model without these filters as a model file of GAN Studio"))
        self._lay_out()
        self._connect()
        self.follow_model()

    def _lay_out(self) -> None:
        column = self.column
        form = QFormLayout()
        form.setSpacing(6)
        form.addRow(label(self.tr("Pictures"), "muted"), self.count)
        form.addRow(label(self.tr("Seed"), "muted"), self.seed)
        form.addRow(label(self.tr("Layer"), "muted"), self.layer)
        column.addLayout(form)
        column.addLayout(row((self.boxes, 1), (self.clear, 0)))
        column.addLayout(row((self.search, 1), (self.progress, 1)))
        column.addWidget(self.refusal)
        column.addWidget(heading(self.tr("Weights of the filters")))
        column.addWidget(self.bars)
        column.addWidget(self.about)
        column.addWidget(heading(self.tr("Drop")))
        column.addWidget(self.rule)
        column.addLayout(row((self.slider, 1), (self.amount, 0)))
        column.addWidget(self.dropped)
        column.addLayout(row((self.undo, 1), (self.redo, 1)))
        column.addWidget(self.save)
        column.addStretch(1)

    def _connect(self) -> None:
        removing = self._removing
        removing.model_changed.connect(self.follow_model)
        removing.pictures_changed.connect(self.follow)
        removing.changed.connect(self.follow)
        removing.asking.busy_changed.connect(self._on_busy)
        removing.asking.failed.connect(self.refusal.say)
        self.count.edited.connect(removing.set_count)
        self.seed.edited.connect(removing.set_seed)
        self.layer.edited.connect(self._on_layer)
        self.clear.clicked.connect(self.clear_wanted)
        self.search.clicked.connect(self._on_find)
        self.rule.chosen.connect(self._on_rule)
        self.slider.valueChanged.connect(self._on_slider)
        self.slider.sliderReleased.connect(removing.settle)
        self.undo.clicked.connect(removing.undo)
        self.redo.clicked.connect(removing.redo)
        self.save.clicked.connect(self.save_wanted)

    # ---- following -------------------------------------------------------------------------------------

    def follow_model(self) -> None:
        """Offer the layers of another model."""
        removing = self._removing
        self.refusal.say("")
        self.layer.set_choices({str(one.index): one.title for one in removing.layers})
        self.layer.set_value(str(removing.layer))
        if removing.model is not None and not removing.layers:
            self.refusal.say(self.tr("This generator has no layer with feature maps."))
        self.follow()

    def follow(self) -> None:
        """Show what is set."""
        removing, choice = self._removing, self._removing.choice
        self.count.set_value(removing.count)
        self.seed.set_value(removing.seed)
        boxes = len(removing.boxes)
        pictures = len({box.sample for box in removing.boxes})
        self.boxes.setText(
            self.tr("{0} boxes on {1} pictures").format(boxes, pictures)
            if boxes
            else self.tr("Drag boxes over an object")
        )
        self.clear.setEnabled(bool(boxes))
        self.search.setEnabled(bool(boxes) and removing.layer is not None)
        fitted = choice.fit is not None
        self.rule.setEnabled(fitted)
        self.rule.set_current(choice.rule)
        self.undo.setEnabled(removing.can_undo)
        self.redo.setEnabled(removing.can_redo)
        self.save.setEnabled(bool(choice.maps))
        self._follow_slider()
        self._on_busy()
        if choice.fit is None:
            self.bars.clear()
            self.about.setText("")
            self.dropped.setText(self.tr("nothing is dropped"))
            return
        fit = choice.fit
        self.bars.show_weights(fit.weights, choice.maps)
        told = [
            self.tr("{0} of {1} weights are positive").format(int((fit.weights > 0).sum()), len(fit.weights)),
            self.tr("{0} of cells told right").format(f"{fit.accuracy:.0%}"),
        ]
        if fit.held_out is not None:
            told.append(self.tr("{0} on pictures left out").format(f"{fit.held_out:.0%}"))
        self.about.setText(" \N{MIDDLE DOT} ".join(told))
        self.dropped.setText(self.tr("{0} of {1} filters dropped").format(len(choice.maps), len(fit.weights)))

    def _follow_slider(self) -> None:
        choice = self._removing.choice
        shown = choice.fit is not None and choice.rule in ("top", "above")
        self.slider.setEnabled(shown)
        self.amount.setVisible(shown)
        if not shown or choice.fit is None:
            return
        self.slider.blockSignals(True)
        if choice.rule == "top":
            self.slider.setRange(1, len(choice.fit.weights))
            self.slider.setValue(choice.count)
            self.slider.setAccessibleName(self.tr("How many filters are dropped"))
            self.amount.setText(str(choice.count))
        else:
            low, high = self._removing.threshold_at(0.0), self._removing.threshold_at(1.0)
            self.slider.setRange(0, POSITIONS)
            self.slider.setValue(round(POSITIONS * (choice.threshold - low) / (high - low or 1.0)))
            self.slider.setAccessibleName(self.tr("Threshold of the weight"))
            self.amount.setText(short(choice.threshold, 3))
        self.slider.blockSignals(False)

    def _on_busy(self) -> None:
        self.search.setVisible(not self._removing.asking.busy)

    # ---- what a person does ----------------------------------------------------------------------------

    def _on_find(self) -> None:
        self.refusal.say("")
        self._removing.find()

    def _on_layer(self, index: str) -> None:
        self._removing.layer = int(index)

    def _on_rule(self, rule: Rule) -> None:
        self._removing.choose("", rule=rule)

    def _on_slider(self, value: int) -> None:
        if self._removing.choice.rule == "top":
            self._removing.choose("top", count=value)
        else:
            self._removing.choose("above", threshold=self._removing.threshold_at(value / POSITIONS))
