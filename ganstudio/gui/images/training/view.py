"""What a run looks like: its samples, and beside or under them how it is doing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.gui import theme
from ganstudio.gui.images.training.charts import DistanceChart, ScoreHistogram
from ganstudio.gui.images.training.knobs import PictureKnobs
from ganstudio.gui.images.training.progress_line import ProgressLine
from ganstudio.gui.images.training.rows import COLUMNS
from ganstudio.gui.images.training.sample_grid import SampleGrid
from ganstudio.gui.images.training.session import TrainingSession
from ganstudio.gui.images.training.set_card import duration
from ganstudio.gui.numbers import short
from ganstudio.gui.plane.loss_chart import LossChart
from ganstudio.gui.widgets import ElidedLabel, Panel, StatePill, SteadyLabel
from ganstudio.image_experiment import ImageExperiment
from ganstudio.image_messages import ImageSnapshot
from ganstudio.imagesets.own import OwnPictures
from ganstudio.messages import Knobs, References

__all__ = ["RunView", "run_title"]

GAP = 12
CHART_WIDTH, MOST_CHART_WIDTH = 236, 430
CHART_HEIGHT = 128
LEAST_CHART_WIDTH = 150
KNOBS_WIDTH = 640
"""Pixels at text scale 1."""
DEVICES = {"cuda": "CUDA", "mps": "Apple GPU", "cpu": "CPU"}


def run_title(experiment: ImageExperiment) -> str:
    """Return what a run is called: "DCGAN on MNIST"."""
    # What people call a DCGAN is its architecture with the non-saturating loss.
    method = "DCGAN" if experiment.method == "ns" and not experiment.label else experiment.title
    data = experiment.data
    own = Path(data.path).name.removesuffix(".zip") if isinstance(data, OwnPictures) else ""
    return f"{method} on {own or data.title}"


class Body(QWidget):
    """Samples, and charts in a column beside them or in a row below, whichever leaves the samples more room."""

    def __init__(self, grid: SampleGrid, charts: tuple[QWidget, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid, self._charts = grid, charts
        for widget in (grid, *charts):
            widget.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.current().changed.connect(self._place)

    def minimumSizeHint(self) -> QSize:
        """Return room for both."""
        scale = theme.current().scale
        return QSize(round(LEAST_CHART_WIDTH * 2 * scale), round((160 + CHART_HEIGHT) * scale))

    def sizeHint(self) -> QSize:
        """Return room for both."""
        return QSize(860, 560)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place samples and charts."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        scale = theme.current().scale
        width, height = self.width(), self.height()
        beside, below = round(CHART_WIDTH * scale), round(CHART_HEIGHT * scale)
        if min(width - beside - GAP, height) >= min(width, height - below - GAP):
            self._place_beside(max(beside, min(width - height - GAP, round(MOST_CHART_WIDTH * scale))))
        else:
            self._place_below(below, max(1, min(len(self._charts), width // round(LEAST_CHART_WIDTH * scale))))

    def _place_beside(self, column: int) -> None:
        width, height = self.width(), self.height()
        self._grid.setGeometry(0, 0, width - column - GAP, height)
        each = (height - GAP * (len(self._charts) - 1)) / len(self._charts)
        for index, chart in enumerate(self._charts):
            top, bottom = round(index * (each + GAP)), round(index * (each + GAP) + each)
            chart.setGeometry(QRect(width - column, top, column, bottom - top))
            chart.show()

    def _place_below(self, row: int, fitting: int) -> None:
        width, height = self.width(), self.height()
        self._grid.setGeometry(0, 0, width, height - row - GAP)
        each = (width - GAP * (fitting - 1)) / fitting
        for index, chart in enumerate(self._charts):
            left, right = round(index * (each + GAP)), round(index * (each + GAP) + each)
            chart.setGeometry(QRect(left, height - row, right - left, row))
            chart.setVisible(index < fitting)


class RunView(Panel):
    """Draws a session's snapshots and says how its run is doing."""

    def __init__(self, session: TrainingSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.title = ElidedLabel("", "title")
        self.state = StatePill()
        self.saved = StatePill()
        for pill in (self.state, self.saved):  # they tell, and do nothing
            pill.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            pill.unsetCursor()
            # The title is cut before a state is.
            pill.setSizePolicy(QSizePolicy.Policy.Minimum, pill.sizePolicy().verticalPolicy())
        self.clock = SteadyLabel("muted")
        # With the pill or without, nothing below moves.
        self.title.setMinimumHeight(round(26 * theme.current().scale))
        self.clock.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.progress = ProgressLine()
        self.grid = SampleGrid()
        self.knobs = PictureKnobs()
        self.knobs.turned.connect(session.turn)
        self._told: object = None
        self.losses = LossChart()
        self.scores = ScoreHistogram()
        self.distance = DistanceChart()
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.title)
        head.addWidget(self.state)
        head.addWidget(self.saved)
        head.addStretch(1)
        head.addWidget(self.clock)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self.progress)
        layout.addWidget(self.knobs)
        layout.addWidget(Body(self.grid, (self.losses, self.scores, self.distance)), 1)
        session.started.connect(self._on_started)
        session.edited.connect(self._on_edited)
        session.snapshot_arrived.connect(self._on_snapshot)
        session.references_arrived.connect(self._on_references)
        session.state_changed.connect(self.show_state)
        session.saved.connect(self._on_saved)
        self._meaning: object = None
        self._on_started()
        self._on_edited()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the knobs to one line where there is little room."""
        super().resizeEvent(event)
        narrow = self.width() < KNOBS_WIDTH * theme.current().scale
        self.knobs.set_compact(single=narrow, silent=narrow)

    # ---- what the session says -----------------------------------------------------------------------

    def _on_started(self) -> None:
        begin = self._session.start_step
        self.grid.show_pictures(None)
        self.losses.clear(begin)
        self.scores.clear()
        self.distance.clear(begin)
        self.saved.set_state("")
        self._told = None
        self.show_state()

    def _on_edited(self) -> None:
        self.title.setText(run_title(self._session.experiment))
        meaning = self._session.experiment.objective.field_meaning
        if meaning != self._meaning:
            self._meaning = meaning
            self.scores.set_meaning(meaning)
        experiment = self._session.experiment
        if (experiment.data, experiment.additions) != self._told:
            self._told = experiment.data, experiment.additions
            self.knobs.show_experiment(experiment, self._session.knobs)
            self._session.turn(self.knobs.knobs if not self.knobs.isHidden() else Knobs())
        self.show_state()

    def _on_snapshot(self, snapshot: ImageSnapshot) -> None:
        rows = self._session.row_titles
        sorted_ones = rows if len(snapshot.pictures) == COLUMNS * len(rows) else ()  # not those of a view before
        self.grid.show_pictures(snapshot.pictures, self.tr("step {0:,}").format(snapshot.step), sorted_ones)
        if len(snapshot.losses.step):
            self.losses.append(snapshot.losses.step, snapshot.losses.terms)
            if not self.knobs.isHidden():
                self.knobs.add({name: values[0] for name, values in snapshot.losses.terms.items()})
        self.scores.show_scores(snapshot.real, snapshot.fake)
        if snapshot.readings:
            self.distance.add(snapshot.readings)
        self.show_state()

    def _on_references(self, references: References) -> None:
        self.distance.set_references(dict(references.values))

    def _on_saved(self, path: str, step: int) -> None:
        self.saved.set_state(self.tr("saved at step {0:,}").format(step), "good", path)

    def show_state(self) -> None:
        """Say how far the run is and what it does."""
        session = self._session
        share = session.step / max(1, session.steps)
        self.progress.set_share(share, self.tr("{0:.0%} of the steps are done").format(min(1.0, share)))
        self._show_clock()
        if session.problem:
            self.state.set_state(self.tr("cannot train"), "bad", session.problem)
            self.grid.set_hint(session.problem)
        elif not session.exists:
            self.state.set_state("")
            self.grid.set_hint(self.tr("Press Space to train {0}").format(self.title.text()))
        elif not session.ready:
            self.state.set_state(self.tr("starting\N{HORIZONTAL ELLIPSIS}"))
            self.grid.set_hint(self.tr("Loading pictures and building networks\N{HORIZONTAL ELLIPSIS}"))
        elif session.playing:
            self.state.set_state("")
        else:
            self.state.set_state(self.tr("paused"))

    def _show_clock(self) -> None:
        session = self._session
        snapshot = session.snapshot
        words = [self.tr("step {0:,} of {1:,}").format(session.step, session.steps)]
        if session.playing and snapshot and snapshot.steps_per_second > 0:
            words.append(f"{short(snapshot.steps_per_second, 3)}/s")
        left = session.seconds_left
        if left is not None:
            words.append(self.tr("{0} left").format(duration(left)))
        if snapshot is not None:
            words.append(DEVICES.get(snapshot.device, snapshot.device))
        self.clock.show_text(" \N{MIDDLE DOT} ".join(words), (session.playing, len(words)))
        self.clock.setToolTip(self.tr("Generator updates so far, how many a second, and on what they are computed"))
