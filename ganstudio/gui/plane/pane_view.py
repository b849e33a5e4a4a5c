"""One pane: a header, layer switches, the plane, the losses and the metrics of a run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QBoxLayout, QGraphicsView, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ganstudio.diagnosis import Verdict
from ganstudio.experiment import Experiment
from ganstudio.gui import icons, theme
from ganstudio.gui.numbers import short
from ganstudio.gui.plane.diagnosis_card import DiagnosisCard
from ganstudio.gui.plane.encoding import Point, encoding_text
from ganstudio.gui.plane.knobs import KnobPanel
from ganstudio.gui.plane.layer_bar import LayerBar
from ganstudio.gui.plane.loss_chart import LossChart
from ganstudio.gui.plane.metric_strip import MetricStrip
from ganstudio.gui.plane.plane_view import PlaneView
from ganstudio.gui.plane.wall import WALL_LAYERS, Stage
from ganstudio.gui.seed_record import SeedRecord
from ganstudio.gui.session import Pane
from ganstudio.gui.widgets import ElidedLabel, FittingLabel, Panel, Pill, StatePill, SteadyLabel
from ganstudio.layers import LAYERS
from ganstudio.messages import Knobs, References, Snapshot

__all__ = ["PaneView"]

LEAST_SIZE = (280, 320)
DENSE_HEAD, DENSE_CARD = 45, 78
"""Of such a pane: height of all over the plane, and of a metric with the gap after it."""
DENSE_HEIGHT = 170
"""Least height of a pane of four that a room looks at: all have to be seen, if with few words."""
MOST_LINES = 4
"""Of what distinguishes a pane; the tooltip has the rest."""
QWIDGETSIZE_MAX = 16_777_215
ROOMY_HEIGHT = 620
"""Pixels from which a narrow pane has room for two rows of metrics."""
ROOMY_WIDTH = 600
"""Pixels from which a low pane has room for several knobs in a row."""
LARGE_TEXT = 1.25
"""Factor on text from which a room looks on, to whom the plane matters most."""
CARD_COLUMN = 112
"""Width of one column of metrics beside the plane."""
LOSSES_HEIGHT = 420
"""Pixels below which loss curves beside the plane could not be read."""
STACKED_HEIGHT = 540
"""Pixels below which a pane shows its numbers beside the plane instead of under it."""
BESIDE_WIDTH = 380
"""Pixels below which there is no room for that, nor for a verdict beside other words."""
KNOB_LINE = 34
"""Height of a line of knobs."""
METRIC_NAMES = ("modes", "high_quality", "reverse_kl", "sliced_w2", "grid_js", "grid_kl", "mmd")
MOST_KNOBS = 2
"""Codes that have a row of their own; more are shown one at a time, since the plane needs the room."""


class PaneView(Panel):
    """Shows a `Pane`; draws snapshots and nothing else.

    Attributes
    ----------
    selected, close_wanted : Signal()
        A person clicked into the pane, or on its cross.
    layers_wanted : Signal(bool, tuple)
        Whether the critic's field is seen, and which of `LAYERS`: what is not shown is not computed.
    knobs_turned : Signal(object)
        `Knobs`: what the generator is to be told.
    point_chosen : Signal(object)
        (x, y) of the point that is to be encoded, or None.
    seed_changed : Signal(object)
        The place, among several seeds, of the only one that is looked at, or None.
    """

    selected = Signal()
    close_wanted = Signal()
    layers_wanted = Signal(bool, tuple)
    knobs_turned = Signal(object)
    point_chosen = Signal(object)
    seed_changed = Signal(object)

    def __init__(self, pane: Pane, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pane = pane
        self.setObjectName(pane.name)
        self.setMinimumSize(*LEAST_SIZE)
        self._given = LEAST_SIZE
        self._tools: QWidget | None = None
        self._make_parts()
        self._lay_out()
        # These take mouse presses for themselves; all others pass them on to the pane.
        for view in self.findChildren(QGraphicsView):
            view.viewport().installEventFilter(self)
        pane.started.connect(self._on_started)
        pane.snapshot_arrived.connect(self._on_snapshot)
        pane.references_arrived.connect(self._on_references)
        pane.state_changed.connect(self._show_state)
        theme.current().changed.connect(self._restyle)
        self._restyle()
        self._on_started()

    def _make_parts(self) -> None:
        self._title = ElidedLabel("", "title")
        self._state = StatePill()
        self._state.clicked.connect(self.show_diagnosis)
        self._clock = SteadyLabel("muted")
        self._clock.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._close = QToolButton()
        self._close.setToolTip(self.tr("Close this pane"))
        self._close.setAccessibleName(self.tr("Close this pane"))
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.clicked.connect(self.close_wanted)
        self._distinctions = FittingLabel(MOST_LINES, "muted")
        self._distinctions.set_hint(self.tr("Every setting in which this pane differs from the others"))
        self.plane = PlaneView()
        self.stage = Stage(self.plane)
        self.stage.seed_changed.connect(self._on_seed)
        self.losses = LossChart()
        self.metrics = MetricStrip()
        self.metrics.set_metrics(METRIC_NAMES)
        self.layers = LayerBar()
        self.layers.switched.connect(self._on_layer)
        self.layers.replayed.connect(self.plane.replay_warp)
        self.grouped = Pill("", "", "", checked=True)
        self.grouped.setObjectName("groups")
        self.grouped.toggled.connect(self.stage.set_grouped)
        self.knobs = KnobPanel()
        self.knobs.turned.connect(self.knobs_turned)
        self.encoding = ElidedLabel("", "small")
        self.encoding.set_hint(
            self.tr(
                "Latent z of the chosen point, and where z is decoded to. Arrow keys move a cross-hair over the plane, "
                "Enter chooses the point under it, Escape or a click on it lets it go."
            )
        )
        self.plane.point_chosen.connect(self._on_point)

    def _lay_out(self) -> None:
        self._header = QHBoxLayout()
        self._header.setSpacing(10)
        self._header.addWidget(self._title)
        self._header.addStretch(1)
        self._header.addWidget(self._clock)
        self._header.addWidget(self._close)
        self._words = QWidget()
        self._verdict = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._words)
        self._verdict.setContentsMargins(0, 0, 0, 0)
        self._verdict.setSpacing(8)
        self._verdict.addWidget(self._state, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._verdict.addWidget(self._distinctions, 1)
        self.layers.add(self.grouped)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.setSpacing(6)
        layout.addLayout(self._header)
        layout.addWidget(self._words)
        layout.addWidget(self.layers)
        layout.addWidget(self.knobs)
        self._numbers = QWidget()
        numbers = QVBoxLayout(self._numbers)
        numbers.setContentsMargins(0, 0, 0, 0)
        numbers.setSpacing(6)
        numbers.addWidget(self.losses)
        numbers.addWidget(self.metrics)
        self._body = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._body.setSpacing(6)
        stage = QVBoxLayout()
        stage.setSpacing(2)
        stage.addWidget(self.stage, 1)
        stage.addWidget(self.encoding, 0, Qt.AlignmentFlag.AlignHCenter)
        self._body.addLayout(stage, 1)
        self._body.addWidget(self._numbers)
        layout.addLayout(self._body, 1)

    # ---- what the bench says -------------------------------------------------------------------------

    def hasHeightForWidth(self) -> bool:
        """Return False: wrapped words inside must not make a pane taller than its share of the bench."""
        return False

    def arrange(self, width: int, height: int) -> None:
        """Suit a pane of about this size: numbers under the plane, or beside it, with what there is room for."""
        self._given = width, height
        scale = theme.current().scale
        width, height = round(width / scale), round(height / scale)  # larger text leaves room for less
        narrow = width < BESIDE_WIDTH
        dense = scale >= LARGE_TEXT and height < LEAST_SIZE[1]
        least = DENSE_HEIGHT if dense else LEAST_SIZE[1] + (30 if narrow else 0)
        self.setMinimumSize(round(LEAST_SIZE[0] * scale), round(least * scale))
        beside = height < STACKED_HEIGHT
        stacked = narrow and not dense
        self._verdict.setDirection(QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight)
        self._distinctions.set_lines(1 if dense else 2 if beside and not narrow else MOST_LINES)
        self._place_words(in_header=dense)
        self._body.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        self._numbers.setVisible((not beside or not narrow) and self._tools is None)
        self.layers.set_compact(narrow or beside)
        wide = beside and height >= LOSSES_HEIGHT
        self.losses.setVisible(wide or not beside)
        share = 0.42 if scale < LARGE_TEXT or width >= ROOMY_WIDTH else 0.36
        aside = round((share * width if wide else CARD_COLUMN) * scale)
        self._numbers.setMaximumWidth(aside if beside else QWIDGETSIZE_MAX)
        self._body.setStretch(1, 0 if not wide else 1)
        crowded = narrow or (beside and width < ROOMY_WIDTH) or len(self.knobs.codes) > MOST_KNOBS
        self.knobs.set_compact(single=crowded, silent=beside or (narrow and len(self.knobs.codes) > 1))
        if self.pane.snapshot is not None:
            self._show_clock(self.pane.snapshot)
        # Lines of knobs and words that there will be; the words come only while it trains.
        lines = 0 if self.knobs.isHidden() else 3 if narrow and self.knobs.codes else 1
        room = height - lines * KNOB_LINE - (self.losses.sizeHint().height() / scale - 10 if wide else 0)
        under = 2 if narrow and room >= ROOMY_HEIGHT else 1
        column = max(1, int(room - DENSE_HEAD) // DENSE_CARD) if dense else max(2, int(room - 110) // 86)
        self.metrics.set_max_rows(column if beside else under)

    def _place_words(self, *, in_header: bool) -> None:
        """Put verdict and distinctions under the header, or where there is no height for that, into it."""
        self.layers.setVisible(not in_header and self._tools is None)
        if in_header == (self._header.indexOf(self._words) >= 0):
            return
        middle = Qt.AlignmentFlag.AlignVCenter if in_header else Qt.AlignmentFlag(0)
        self._verdict.setAlignment(self._distinctions, middle)
        if in_header:
            self._header.insertWidget(1, self._words, 1, middle)
            self._header.setStretch(2, 0)
        else:
            column = self.layout()
            assert isinstance(column, QVBoxLayout)
            column.insertWidget(1, self._words)
            self._header.setStretch(1, 1)

    def set_tools(self, tools: QWidget | None) -> None:
        """Show tools that change what is on the plane in place of switches and numbers; None brings these back."""
        if self._tools is not None:
            self.layout().removeWidget(self._tools)
            self._tools.hide()
        self._tools = tools
        if tools is not None:
            column = self.layout()
            assert isinstance(column, QVBoxLayout)
            column.insertWidget(column.indexOf(self.layers), tools)
        self.stage.hold_plane(tools is not None)
        self.arrange(*self._given)

    def set_closable(self, closable: bool) -> None:
        """Show the cross unless this is the only pane."""
        self._close.setVisible(closable)

    def set_selected(self, selected: bool) -> None:
        """Mark the pane that the setup edits."""
        self.setProperty("selected", selected)
        theme.repolish(self)

    def set_distinctions(self, text: str) -> None:
        """Say in which settings this pane differs from the others."""
        self._distinctions.setText(text)
        self._distinctions.setVisible(bool(text))

    # ---- what the run says ---------------------------------------------------------------------------

    def _on_started(self) -> None:
        """Forget the old run's pictures; the plane's view stays where it was put."""
        experiment = self.pane.experiment
        self._title.setText(experiment.title)
        self.losses.clear(self.pane.start_step)
        self.metrics.clear()
        self.metrics.set_references({})
        self._record = SeedRecord(experiment)
        self._data = experiment.data
        self.metrics.set_distribution(experiment.data)
        self.stage.begin(experiment)
        self._show_numbers_of(self.stage.seed)
        self._suit(experiment)
        self._show_state()

    def follow_data(self) -> None:
        """Draw the data anew if they were changed while the run goes on."""
        experiment = self.pane.experiment
        if experiment.data != self._data:
            self._data = experiment.data
            self.metrics.set_distribution(experiment.data)
            self.stage.show_data(experiment)
            self._show_state()

    def _suit(self, experiment: Experiment) -> None:
        """Offer what a new run has: knobs, a field, points to encode."""
        additions, critic = experiment.additions, experiment.objective.critic != "none"
        self._restrict_layers()
        by_code = additions.information.on and additions.information.categories > 0
        self.grouped.setVisible(by_code or additions.conditional.on or additions.classifier.on)
        self.grouped.setText(self.tr("By code") if by_code else self.tr("By class"))
        tooltip = self.tr("Colours of generated samples say which {0} each was asked for, as in the list of them.")
        self.grouped.setToolTip(tooltip.format(self.tr("category") if by_code else self.tr("class")))
        self.knobs.show_experiment(experiment, self.pane.view.knobs)
        if self.pane.view.knobs not in (self.knobs.knobs, Knobs()):
            self.knobs_turned.emit(self.knobs.knobs)
        encodable = additions.encoder.on or not critic
        self.plane.set_encodable(encodable)
        self.encoding.setVisible(encodable and not self.stage.shows_wall)
        if not encodable and self.pane.view.encode is not None:
            self.point_chosen.emit(None)
        self._show_encoding(None)
        self.arrange(*self._given)

    def _on_point(self, point: Point | None) -> None:
        self.point_chosen.emit(point)
        self._show_encoding(None)

    def _show_encoding(self, snapshot: Snapshot | None) -> None:
        """Draw and write where the chosen point is taken, as far as it is known."""
        point = self.pane.view.encode
        row = None if snapshot is None else self.stage.row(snapshot)
        encoded = None if snapshot is None or row is None else snapshot.encoded
        if point is None or encoded is None:
            self.plane.show_encoding(point, None)
            hint = self.tr("Click a point: where does its code lead?")
            self.encoding.setText(hint if point is None else self.tr("encoding\N{HORIZONTAL ELLIPSIS}"))
            return
        latent, copy = encoded[0][row], encoded[1][row]
        self.plane.show_encoding(point, (float(copy[0]), float(copy[1])))
        self.encoding.setText(encoding_text(point, latent, copy))

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self.stage.show_snapshot(snapshot)
        if not self.encoding.isHidden():
            self._show_encoding(snapshot)
        if len(snapshot.losses.step):
            self.losses.append(snapshot.losses.step, snapshot.losses.terms)
            if not self.knobs.isHidden():
                self.knobs.add({name: self._of_seeds(values) for name, values in snapshot.losses.terms.items()})
        for reading in snapshot.readings:
            self._record.add(reading)
            self.metrics.add_reading(reading.step, reading.values)
        if self.pane.experiment.runs > 1:
            self.stage.set_notes(self._record.notes(self._until()))
        self._mark_past(snapshot)
        self._show_state()

    def _mark_past(self, snapshot: Snapshot) -> None:
        """Mark in the curves the step that is looked back at, if one is, with what was measured near it."""
        cursor = self._until()
        self.losses.set_cursor(cursor)
        self.metrics.set_cursor(cursor, self._record.values(snapshot.shown_step))

    def _of_seeds(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the values (n,) of the seed that is looked at, or their median over seeds, of (R, n)."""
        return np.median(values, axis=0) if self.stage.shows_wall else values[self.stage.seed or 0]

    def _on_references(self, references: References) -> None:
        self.metrics.set_references(references.values)

    def _show_state(self) -> None:
        """Show step, rate and a verdict."""
        pane, snapshot = self.pane, self.pane.snapshot
        if pane.problem:
            self._state.set_state(self.tr("not training"), "bad", pane.problem)
            return
        if not pane.ready or snapshot is None:
            self._clock.show_text("")
            self._state.set_state(self.tr("starting\N{HORIZONTAL ELLIPSIS}"))
            return
        self._show_clock(snapshot)
        if pane.note:
            self._state.set_state(pane.note, "neutral", self.tr("Panes are kept together: see Together at the bottom"))
            return
        said = self._diagnosis()
        if said:
            more = self.tr(" (and {0} more: click)").format(len(said) - 1) if len(said) > 1 else ""
            self._state.set_state(said[0].text, said[0].state, said[0].evidence + more)
        elif snapshot.step == pane.start_step and not pane.playing:
            self._state.set_state(self.tr("Press Space to train"))
        else:
            self._state.set_state("")

    def _show_clock(self, snapshot: Snapshot) -> None:
        """Show the step and the rate, or which step is looked back at."""
        hint = self.tr("Generator updates so far, and how many a second; trained on {0}").format(snapshot.device)
        text = self.tr("step {0:,}").format(snapshot.step)
        if snapshot.is_past:
            wide = self._given[0] >= BESIDE_WIDTH
            long, brief = self.tr("step {0:,} of {1:,} \N{MIDDLE DOT} looking back"), self.tr("back at {0:,} of {1:,}")
            text = (long if wide else brief).format(snapshot.shown_step, snapshot.step)
            near = self._record.nearest(snapshot.shown_step)
            hint = self.tr("Looking back: play, or press \\, to return to now.")
            if near is not None:
                hint += self.tr(" The metrics are those measured nearest to it, at step {0:,}.").format(near)
        elif self.pane.playing and snapshot.steps_per_second:
            text += f" \N{MIDDLE DOT} {short(snapshot.steps_per_second, 3)}/s"
        role = "accent" if snapshot.is_past else "muted"
        if self._clock.property("role") != role:
            theme.set_role(self._clock, role)
        self._clock.show_text(text, (snapshot.is_past, self.pane.playing))
        self._clock.setToolTip(hint)

    def _diagnosis(self) -> list[Verdict]:
        """Return what there is to say of the seed, or the seeds, that are looked at, at the step that is shown."""
        if self.stage.shows_wall:
            return self._record.over_seeds(self._until())
        return self._record.diagnosis(self.stage.seed or 0, self._until())

    def _until(self) -> int | None:
        """Return the past step that is shown, if it is not the present one."""
        snapshot = self.pane.snapshot
        return snapshot.shown_step if snapshot is not None and snapshot.is_past else None

    # ---- what a person does --------------------------------------------------------------------------

    def _on_seed(self, seed: int | None) -> None:
        """Show the numbers of the seed that is looked at, or of all."""
        self._show_numbers_of(seed)
        self.encoding.setHidden(self.stage.shows_wall or not self.plane.encodable)
        self._restrict_layers()
        self.seed_changed.emit(seed)
        self._show_state()

    def _show_numbers_of(self, seed: int | None) -> None:
        name = "" if seed is None else self.tr("seed {0}").format(self.pane.experiment.seed + seed)
        self.losses.show_seed(seed)
        self.metrics.show_seed(seed, name)

    def show_diagnosis(self) -> None:
        """Show all that there is to say of the run, with its evidence."""
        card = self.findChild(DiagnosisCard) or DiagnosisCard(self)
        card.show_at(self._state.mapToGlobal(self._state.rect().bottomLeft()), self._diagnosis())

    def _on_layer(self, name: str, on: bool) -> None:
        self.stage.set_layer(name, on)
        self._want_layers()

    def _restrict_layers(self) -> None:
        """Offer the layers that a wall has, or all that the experiment has."""
        only = WALL_LAYERS if self.stage.shows_wall else None
        self.layers.suit(self.pane.experiment, only)
        self._show_layers_that_there_are()

    def _show_layers_that_there_are(self) -> None:
        """Show what is switched on, as far as the experiment has it."""
        for name in LAYERS:
            self.plane.set_layer(name, self.layers.on(name))
        self._want_layers()

    def _want_layers(self) -> None:
        """Say what has to be computed for the layers that are seen."""
        field = self.layers.pills["field"].isChecked() or self.layers.pills["contour"].isChecked()
        self.layers_wanted.emit(field, self.layers.wanted())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select this pane."""
        self.selected.emit()
        super().mousePressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Select this pane when something in it is pressed."""
        if event.type() == QEvent.Type.MouseButtonPress:
            self.selected.emit()
        return super().eventFilter(watched, event)

    def _restyle(self) -> None:
        self._close.setIcon(icons.icon("close", theme.current().palette, "muted"))
        self.arrange(*self._given)
