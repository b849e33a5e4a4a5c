"""The Units page: what each feature map of a layer responds to and causes, after GAN Dissection (Bau et al. 2019)."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from ganstudio.gui import icons, theme
from ganstudio.gui.images.inside.rows import explain, row
from ganstudio.gui.images.inside.units.canvas import Canvas
from ganstudio.gui.images.inside.units.dissecting import Dissecting
from ganstudio.gui.images.inside.units.heat import Look, coloured
from ganstudio.gui.images.inside.units.mark_grid import MarkGrid, Tool
from ganstudio.gui.images.inside.units.painting import Painting
from ganstudio.gui.images.inside.units.panel import UnitPanel
from ganstudio.gui.images.inside.units.unit_list import Order, UnitList
from ganstudio.gui.images.opened import OpenedModel
from ganstudio.gui.images.session import ImageSession
from ganstudio.gui.widgets import ElidedLabel, FlowLayout, NumberField, SegmentedControl

__all__ = ["UnitsPage"]

MOST_FIRST = 20
"""Units that are proposed at most: as many as Bau et al. 2019 ablate at once."""


class UnitsPage(QWidget):
    """Pictures to mark or to paint on, all units below them, and the column that decides."""

    def __init__(self, session: ImageSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.dissecting = Dissecting(session, self)
        self.painting = Painting(session, self.dissecting, self)
        self.part = SegmentedControl({"mark": self.tr("Concept"), "paint": self.tr("Paint")})
        self.part.setAccessibleName(self.tr("What is done with the pictures"))
        self.hint = ElidedLabel("", "muted")
        self.grid = MarkGrid(self.tr("Pictures to mark a concept on"))
        self.grid.set_empty_text(self.tr("Choose a model on the left."))
        self.canvas = Canvas(self.dissecting, self.painting)
        self.canvas.set_empty_text(self.tr("Choose a model on the left."))
        self.units = UnitList()
        self.panel = UnitPanel(self.dissecting, self.painting)
        self.order = SegmentedControl(
            {
                "unit": self.tr("number"),
                "peak": self.tr("peak"),
                "agreement": self.tr("IoU"),
                "effect": self.tr("effect"),
            }
        )
        self.order.setAccessibleName(self.tr("What the units are sorted by"))
        self.reverse = QToolButton()
        self.reverse.setProperty("role", "plain")
        self.reverse.setCheckable(True)
        self.first = NumberField(whole=True, low=1, high=4096)
        self.first.line.setAccessibleName(self.tr("How many units"))
        self.take_first = QToolButton()
        self.take_first.setProperty("role", "plain")
        self.take_first.setText(self.tr("First"))
        self._explain()
        self._lay_out()
        self._connect()
        self._restyle()
        self._on_part("mark")
        self._follow_units()
        self._follow_effects()

    def _explain(self) -> None:
        self.part.button("mark").setToolTip(self.tr("Say what units should agree with"))
        self.part.button("paint").setToolTip(self.tr("Ablate or insert the chosen units with a brush"))
        hints = {
            "unit": self.tr("In order of their numbers"),
            "peak": self.tr("By the largest activation over all pictures"),
            "agreement": self.tr(
                "By intersection over union: pixels where the unit is on and the concept is, over pixels where either "
                "is, summed over pictures first. Maps are enlarged to pixels bilinearly (Bau et al. 2019)."
            ),
            "effect": self.tr("By the average causal effect on the concept, once it was measured"),
        }
        for order, button in self.order._buttons.items():
            explain(button, hints[order])
        self.reverse.setToolTip(self.tr("The other way round"))
        self.reverse.setAccessibleName(self.tr("Sort the other way round"))
        self.take_first.setToolTip(self.tr("Choose so many units from the beginning of the list"))
        self.take_first.setAccessibleName(self.tr("Choose the first units of the list"))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.part)
        head.addWidget(self.hint, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.grid)
        self._stack.addWidget(self.canvas)
        above, below, bar = QWidget(), QWidget(), QWidget()
        upper, lower = QVBoxLayout(above), QVBoxLayout(below)
        upper.addLayout(head)
        upper.addWidget(self._stack, 1)
        flow = FlowLayout(bar, 6)
        first = QWidget()
        first.setLayout(row((self.take_first, 0), (self.first, 0)))
        self._bar = (self.order, self.reverse, first)
        for widget in self._bar:
            flow.addWidget(widget)
        lower.addWidget(bar)
        lower.addWidget(self.units, 1)
        for layout in (upper, lower):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(8)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.addWidget(above)
        self.splitter.addWidget(below)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(self.splitter, 1)
        whole.addWidget(self.panel)

    def _connect(self) -> None:
        dissecting, concept, brush = self.dissecting, self.panel.concept, self.panel.brush
        dissecting.model_changed.connect(self._on_model)
        dissecting.pictures_changed.connect(self._follow_pictures)
        dissecting.concept_changed.connect(self._follow_marks)
        dissecting.units_changed.connect(self._follow_units)
        dissecting.effects_changed.connect(self._follow_effects)
        dissecting.looking.busy_changed.connect(self._say_what_is_empty)
        self.part.chosen.connect(self._on_part)
        self.order.chosen.connect(self._sort)
        self.reverse.toggled.connect(self._on_reverse)
        self.panel.look.chosen.connect(self._on_look)
        self.take_first.clicked.connect(self._on_first)
        self.units.units_chosen.connect(self._on_chosen)
        self.units.unit_shown.connect(self._show_unit)
        self.grid.boxes_changed.connect(self._on_boxes)
        self.grid.marked.connect(dissecting.marking.add)
        self.grid.erased.connect(dissecting.marking.erase)
        self.grid.ended.connect(dissecting.marking.settle)
        self.grid.picked.connect(self._on_picked)
        self.grid.resized.connect(self._arrange)
        self.grid.brush.sized.connect(concept.set_size)
        self.canvas.brush.sized.connect(brush.set_size)
        concept.tool_changed.connect(self._on_tool)
        concept.size_changed.connect(self._on_mark_size)
        brush.size_changed.connect(self._on_paint_size)
        theme.current().changed.connect(self._restyle)

    def _restyle(self) -> None:
        name = "chevron-up" if self.reverse.isChecked() else "chevron-down"
        self.reverse.setIcon(icons.icon(name, theme.current().palette))
        self.first.setFixedWidth(round(54 * theme.current().scale))
        height = max(widget.sizeHint().height() for widget in self._bar)
        for widget in self._bar:
            widget.setFixedHeight(height)

    def stop(self) -> None:
        """Ask for nothing more."""
        self.dissecting.stop()

    def set_model(self, model: OpenedModel | None) -> None:
        """Look at a model, unless it is looked at already."""
        if model is not self.dissecting.model:
            self.dissecting.set_model(model)

    # ---- following -------------------------------------------------------------------------------------

    def _on_model(self) -> None:
        self.grid.clear()
        self.canvas.clear()
        self._follow_marks()
        self._say_what_is_empty()

    def _follow_pictures(self) -> None:
        if self.dissecting.pictures is None:
            self.grid.clear()
            return
        self._arrange()
        self._follow_marks()

    def _arrange(self) -> None:
        """Give the pictures as many columns as make them large."""
        pictures = self.dissecting.pictures
        if pictures is None:
            return
        n, height, width, _ = pictures.shape
        across, down = self.grid.room()
        columns = max(
            range(1, n + 1), key=lambda columns: min(across / columns / width, down / -(-n // columns) / height)
        )
        self.grid.set_pictures(pictures, -(-n // columns), columns)

    def _follow_marks(self) -> None:
        dissecting = self.dissecting
        marked = dissecting.marking.state
        if dissecting.concept == "drawn":
            self.grid.set_marks(marked.boxes, dict(marked.brushed))
        else:
            masks = dissecting.masks()
            self.grid.set_marks((), dict(enumerate(masks)) if masks is not None else {})
        self._follow_hint()

    def _follow_hint(self) -> None:
        if self.part.current == "paint":
            text = self.tr("Paint on either picture: the chosen units change under the brush")
        elif self.dissecting.concept == "drawn":
            text = self.tr("Mark something on a few pictures: which units are on there?")
        elif self.dissecting.concept == "colour":
            text = self.tr("Click a colour in the pictures; pixels near it are tinted")
        else:
            text = self.tr("Pixels of this brightness are tinted")
        self.hint.setText(text)

    def _follow_units(self) -> None:
        units, model = self.dissecting.units, self.units.units
        before = model.rowCount()
        model.set_units(units)
        if model.rowCount() != before:
            self.first.set_value(max(1, min(MOST_FIRST, model.rowCount() // 4)))
        self._offer_orders()
        self._count()
        self._say_what_is_empty()
        if units is None:
            self.panel.show_unit("", "", None)
        else:
            self._show_unit(max(self.units.current_unit, 0))

    def _follow_effects(self) -> None:
        had = self.units.units.has_effects
        self.units.units.set_effects(self.dissecting.effects)
        if self.units.units.has_effects and not had:
            self.order.set_current("effect")
        self._offer_orders()
        self._sort()

    def _offer_orders(self) -> None:
        """Let units be sorted by what is known of them."""
        known = {"agreement": self.units.units.has_agreement, "effect": self.units.units.has_effects}
        for order, there in known.items():
            self.order.button(order).setEnabled(there)
        if not known.get(self.order.current, True):
            self.order.set_current("agreement" if known["agreement"] else "unit")
            self._sort()

    def _say_what_is_empty(self) -> None:
        dissecting = self.dissecting
        if dissecting.model is None:
            text = self.tr("Choose a model on the left.")
        elif not dissecting.layers:
            text = self.tr("This generator has no layer with feature maps, so it has no units to look at.")
        elif dissecting.looking.busy or dissecting.pictures is None:
            text = self.tr("Looking at the units of this layer\N{HORIZONTAL ELLIPSIS}")
        else:
            text = self.tr("The units of this layer were not looked at yet: Look again, on the right.")
        self.units.set_empty_text(text)

    def _count(self) -> None:
        total, chosen = self.units.units.rowCount(), len(self.dissecting.chosen)
        self.units.setAccessibleDescription(self.tr("{0} of {1} units are chosen").format(chosen, total))
        self.take_first.setEnabled(bool(total))

    def _show_unit(self, unit: int) -> None:
        model = self.units.units
        if 0 <= unit < model.rowCount():
            title = self.tr("Unit {0}").format(unit)
            self.panel.show_unit(title, model.about(unit), coloured(model.top(unit)))

    # ---- what a person does ----------------------------------------------------------------------------

    def _on_part(self, part: str) -> None:
        self.part.set_current(part)
        self._stack.setCurrentWidget(self.canvas if part == "paint" else self.grid)
        self.panel.show_part(part)
        self._follow_hint()

    def _sort(self) -> None:
        order: Order = self.order.current  # type: ignore[assignment]
        ascending = (order == "unit") != self.reverse.isChecked()
        self.units.set_order(order, Qt.SortOrder.AscendingOrder if ascending else Qt.SortOrder.DescendingOrder)
        self.units.scrollToTop()

    def _on_reverse(self) -> None:
        self._restyle()
        self._sort()

    def _on_look(self, look: Look) -> None:
        self.units.units.set_look(look)
        self._show_unit(max(self.units.current_unit, 0))

    def _on_first(self) -> None:
        self.units.choose_first(int(self.first.value()))

    def _on_chosen(self, chosen: tuple[int, ...]) -> None:
        self.dissecting.choose(chosen)
        self._count()

    def _on_boxes(self) -> None:
        self.dissecting.marking.set_boxes(self.grid.boxes)

    def _on_picked(self, sample: int, x: int, y: int) -> None:
        if self.dissecting.pictures is not None:
            red, green, blue = (int(value) for value in coloured(self.dissecting.pictures[sample])[y, x])
            self.panel.concept.take_colour(QColor(red, green, blue))

    def _on_tool(self, tool: Tool) -> None:
        if tool != self.grid.tool:
            self.grid.set_tool(tool)

    def _on_mark_size(self, diameter: int) -> None:
        self.grid.brush.diameter = float(diameter)
        self.grid.update()

    def _on_paint_size(self, diameter: int) -> None:
        self.canvas.brush.diameter = float(diameter)
        self.canvas.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo and redo marks, or strokes, whichever is shown."""
        combination = QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
        does = self.painting if self.part.current == "paint" else self.dissecting.marking
        if combination == "Ctrl+Z":
            does.undo()
        elif combination in ("Ctrl+Shift+Z", "Ctrl+Y"):
            does.redo()
        else:
            super().keyPressEvent(event)
