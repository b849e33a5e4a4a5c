"""One pane: a header, layer switches, the plane, the losses and the metrics of a run."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QBoxLayout, QGraphicsView, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ganstudio.experiment import Experiment
from ganstudio.gui import icons, theme
from ganstudio.gui.numbers import short
from ganstudio.gui.plane.encoding import Point, encoding_text
from ganstudio.gui.plane.knobs import KnobPanel
from ganstudio.gui.plane.loss_chart import LossChart
from ganstudio.gui.plane.metric_strip import MetricStrip
from ganstudio.gui.plane.plane_view import PlaneView
from ganstudio.gui.session import Pane
from ganstudio.gui.widgets import ElidedLabel, FlowLayout, Panel, Pill, StatePill, label
from ganstudio.gui.wording import verdict
from ganstudio.messages import Knobs, References, Snapshot

__all__ = ["PaneView"]

REAL_POINTS = 1000
LEAST_SIZE = (280, 344)
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
LAYERS = {
    "real": ("Real", "real", "Samples of the data; always the same ones."),
    "generated": (
        "Generated",
        "generated",
        "Samples of the generator from fixed latents, so that each can be followed.",
    ),
    "field": ("Field", "", "The critic's output: teal where it says real, orange where it says generated."),
    "contour": ("Contour", "", "The line on which the critic cannot decide."),
}


MOST_KNOBS = 2
"""Codes that have a row of their own; more are shown one at a time, since the plane needs the room."""


class PaneView(Panel):
    """Shows a `Pane`; draws snapshots and nothing else.

    Attributes
    ----------
    selected, close_wanted : Signal()
        A person clicked into the pane, or on its cross.
    field_wanted : Signal(bool)
        Whether the critic's field is on: what is not shown is not computed.
    knobs_turned : Signal(object)
        `Knobs`: what the generator is to be told.
    point_chosen : Signal(object)
        (x, y) of the point that is to be encoded, or None.
    """

    selected = Signal()
    close_wanted = Signal()
    field_wanted = Signal(bool)
    knobs_turned = Signal(object)
    point_chosen = Signal(object)

    def __init__(self, pane: Pane, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pane = pane
        self.setObjectName(pane.name)
        self.setMinimumSize(*LEAST_SIZE)
        self._given = LEAST_SIZE
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
        self._clock = label("", "muted")
        self._clock.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._close = QToolButton()
        self._close.setToolTip(self.tr("Close this pane"))
        self._close.setAccessibleName(self.tr("Close this pane"))
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.clicked.connect(self.close_wanted)
        self._distinctions = label("", "muted")
        self._distinctions.setWordWrap(True)
        self._distinctions.setToolTip(self.tr("Every setting in which this pane differs from the others"))
        policy = self._distinctions.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
        self._distinctions.setSizePolicy(policy)
        self.plane = PlaneView()
        self.losses = LossChart()
        self.metrics = MetricStrip()
        self.metrics.set_metrics(METRIC_NAMES)
        self.pills: dict[str, Pill] = {}
        for name, (text, swatch, tooltip) in LAYERS.items():
            pill = Pill(self.tr(text), swatch, self.tr(tooltip), checked=True)
            pill.setObjectName(name)
            pill.toggled.connect(self._on_layer)
            self.pills[name] = pill
        self.grouped = Pill("", "", "", checked=True)
        self.grouped.setObjectName("groups")
        self.grouped.toggled.connect(self.plane.set_grouped)
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
        header = QHBoxLayout()
        header.setSpacing(10)
        header.addWidget(self._title)
        header.addStretch(1)
        header.addWidget(self._clock)
        header.addWidget(self._close)
        self._verdict = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._verdict.setSpacing(8)
        self._verdict.addWidget(self._state, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._verdict.addWidget(self._distinctions, 1)
        pills = QWidget()
        row = FlowLayout(pills)
        for pill in self.pills.values():
            row.addWidget(pill)
        row.addWidget(self.grouped)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.setSpacing(6)
        layout.addLayout(header)
        layout.addLayout(self._verdict)
        layout.addWidget(pills)
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
        stage.addWidget(self.plane, 1)
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
        self.setMinimumSize(round(LEAST_SIZE[0] * scale), round((LEAST_SIZE[1] + (30 if narrow else 0)) * scale))
        self._verdict.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        beside = height < STACKED_HEIGHT
        self._body.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        self._numbers.setVisible(not beside or not narrow)
        wide = beside and height >= LOSSES_HEIGHT
        self.losses.setVisible(wide or not beside)
        share = 0.42 if scale < LARGE_TEXT or width >= ROOMY_WIDTH else 0.36
        column = round((share * width if wide else CARD_COLUMN) * scale)
        self._numbers.setMaximumWidth(column if beside else QWIDGETSIZE_MAX)
        self._body.setStretch(1, 0 if not wide else 1)
        crowded = narrow or (beside and width < ROOMY_WIDTH) or len(self.knobs.codes) > MOST_KNOBS
        self.knobs.set_compact(single=crowded, silent=beside or (narrow and len(self.knobs.codes) > 1))
        # Lines of knobs and words that there will be; the words come only while it trains.
        lines = 0 if self.knobs.isHidden() else 3 if narrow and self.knobs.codes else 1
        room = height - lines * KNOB_LINE - (self.losses.sizeHint().height() / scale - 10 if wide else 0)
        rows = max(2, int(room - 110) // 86) if beside else 2 if narrow and room >= ROOMY_HEIGHT else 1
        self.metrics.set_max_rows(rows)

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
        self.plane.clear()
        self.losses.clear()
        self.metrics.clear()
        self.metrics.set_distribution(experiment.data)
        self.metrics.set_references({})
        self.plane.set_window(experiment.data.window())
        # NumPy draws the data without an engine, so that there is something to see at once.
        self.plane.show_real(experiment.data.sample(REAL_POINTS, np.random.default_rng(experiment.seed)))
        self._reading: dict[str, float] = {}
        self._suit(experiment)
        self._show_state()

    def _suit(self, experiment: Experiment) -> None:
        """Offer what a new run has: knobs, a field, points to encode."""
        additions, critic = experiment.additions, experiment.objective.critic != "none"
        for name in ("field", "contour"):
            self.pills[name].setEnabled(critic)
            no_critic = self.tr("{0} has no critic, and so no field.").format(experiment.title)
            self.pills[name].setToolTip(self.tr(LAYERS[name][2]) if critic else no_critic)
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
        self.encoding.setVisible(encodable)
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
        encoded = None if snapshot is None else snapshot.encoded
        if point is None or encoded is None:
            self.plane.show_encoding(point, None)
            hint = self.tr("Click a point: where does its code lead?")
            self.encoding.setText(hint if point is None else self.tr("encoding\N{HORIZONTAL ELLIPSIS}"))
            return
        latent, copy = encoded[0][0], encoded[1][0]
        self.plane.show_encoding(point, (float(copy[0]), float(copy[1])))
        self.encoding.setText(encoding_text(point, latent, copy))

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        groups = None if snapshot.groups is None else snapshot.groups[0]
        self.plane.show_generated(snapshot.generated[0], groups)
        if not self.encoding.isHidden():
            self._show_encoding(snapshot)
        if snapshot.field is None:
            if self.pane.view.field:
                self.plane.clear_field()
        else:
            meaning = self.pane.experiment.objective.field_meaning
            self.plane.show_field(snapshot.field[0], snapshot.window, meaning)
        if len(snapshot.losses.step):
            terms = {name: values[0] for name, values in snapshot.losses.terms.items()}
            self.losses.append(snapshot.losses.step, terms)
            if not self.knobs.isHidden():
                self.knobs.add(terms)
        for reading in snapshot.readings:
            self._reading = {name: float(value[0]) for name, value in reading.values.items()}
            self.metrics.add_reading(reading.step, self._reading)
        self._show_state()

    def _on_references(self, references: References) -> None:
        self.metrics.set_references(references.values)

    def _show_state(self) -> None:
        """Show step, rate and a verdict."""
        pane, snapshot = self.pane, self.pane.snapshot
        if pane.problem:
            self._state.set_state(self.tr("not training"), "bad", pane.problem)
            return
        if not pane.ready or snapshot is None:
            self._clock.setText("")
            self._state.set_state(self.tr("starting\N{HORIZONTAL ELLIPSIS}"))
            return
        rate = ""
        if pane.playing and snapshot.steps_per_second:
            rate = f" \N{MIDDLE DOT} {short(snapshot.steps_per_second, 3)}/s"
        self._clock.setText(self.tr("step {0:,}").format(snapshot.step) + rate)
        self._clock.setToolTip(
            self.tr("Generator updates so far, and how many a second; trained on {0}").format(snapshot.device)
        )
        if pane.note:
            self._state.set_state(pane.note, "neutral", self.tr("Panes are kept together: see Together at the bottom"))
            return
        said = verdict(self._reading, pane.experiment.data, snapshot.step)
        if said:
            self._state.set_state(said.text, said.state, said.evidence)
        elif snapshot.step == 0 and not pane.playing:
            self._state.set_state(self.tr("Press Space to train"))
        else:
            self._state.set_state("")

    # ---- what a person does --------------------------------------------------------------------------

    def _on_layer(self, visible: bool) -> None:
        name = self.sender().objectName()
        self.plane.set_layer(name, visible)
        if name in ("field", "contour"):
            self.field_wanted.emit(self.pills["field"].isChecked() or self.pills["contour"].isChecked())

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
