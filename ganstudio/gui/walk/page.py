"""The Graph page: what the selected pane's method is made of, live, and one iteration of it in slow motion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ganstudio.experiment import Experiment
from ganstudio.gui import theme
from ganstudio.gui.plane.field import FieldScale
from ganstudio.gui.session import Pane, Session
from ganstudio.gui.walk.canvas import Canvas
from ganstudio.gui.walk.controls import Controls
from ganstudio.gui.walk.director import Director
from ganstudio.gui.walk.evidence import Curves, Evidence, field_of
from ganstudio.gui.walk.graph import NodeKey, obstacle
from ganstudio.gui.walk.illustrator import Illustrator
from ganstudio.gui.walk.narrator import Narrator
from ganstudio.gui.walk.parts import PictureView, Strip, TableView
from ganstudio.gui.walk.picture import Blank, Picture
from ganstudio.gui.walk.teller import Scene
from ganstudio.gui.widgets import ElidedLabel, Equations, Panel, label, losses
from ganstudio.messages import Snapshot
from ganstudio.methods import METHODS

__all__ = ["GraphPage"]

LIVE_MILLISECONDS = 100
"""Least time between two live pictures."""
REAL_POINTS = 1000
WORD_SECONDS = 0.3
"""Of a caption's word; two thirds of those who read aloud are faster."""
LEAST_SECONDS = 4.0
STRETCHES, LARGE_STRETCHES = (11, 10), (10, 11)
"""How the graph and what stands under it share the page; large words need more of it."""
LARGE_TEXT = 1.25
"""Factor on text from which words are large."""


class GraphPage(QWidget):
    """Shows the selected pane's model graph.

    Parameters
    ----------
    curves
        Returns the losses of a pane so far.
    """

    def __init__(self, session: Session, curves: Callable[[Pane], Curves], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._curves = curves
        self._pane: Pane | None = None
        self._evidence: Evidence | None = None
        self._scale = FieldScale()
        self._scenes: list[Scene] = []
        self._fixed: dict[NodeKey, Picture] = {}
        self._live: dict[NodeKey, Picture] = {}
        self._overview: Picture = Blank()
        self._chosen: NodeKey | None = None
        self._fresh = False
        self._pacer = QTimer(self, singleShot=True, interval=LIVE_MILLISECONDS)
        self._pacer.timeout.connect(self._refresh_if_new)
        self.director = Director(session, self)
        self._make_parts()
        self._lay_out()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.director.changed.connect(self._show_state)
        self.director.ticked.connect(self._on_tick)
        self.director.arrived.connect(self._on_after)
        session.active_changed.connect(self._follow_active)
        session.panes_changed.connect(self._follow_active)
        session.experiments_changed.connect(self._follow_settings)
        self._follow_active()

    def _make_parts(self) -> None:
        self.canvas = Canvas()
        self.canvas.pressed.connect(self._on_pressed)
        self._title = ElidedLabel("", "title")
        self._note = ElidedLabel("", "muted")
        self.picture = PictureView()
        self._turn = label("", "small")
        self._turn.setWordWrap(True)
        self._heading = ElidedLabel("", "title")
        self.caption = label("")
        self.caption.setWordWrap(True)
        self.caption.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.equations = Equations()
        self.table = TableView()
        self.strip = Strip()
        self.strip.chosen.connect(self._on_strip)
        self.controls = Controls(self.director)
        self.controls.begin_wanted.connect(self.begin)

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setSpacing(10)
        header.addWidget(self._title)
        header.addWidget(self._note, 1)
        self._room = _scrolling(self.canvas)
        graph = Panel()
        column = QVBoxLayout(graph)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addLayout(header)
        column.addWidget(self._room, 1)
        below = Panel()
        column = QVBoxLayout(below)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self.picture, 4)
        row.addWidget(self._words(), 5)
        column.addLayout(row, 1)
        column.addWidget(self.strip)
        column.addWidget(self.controls)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(graph)
        layout.addWidget(below)
        self._share = layout
        theme.current().changed.connect(self._share_room)
        self._share_room()

    def _share_room(self) -> None:
        """Give graph and words their parts of the page."""
        for index, part in enumerate(LARGE_STRETCHES if theme.current().scale >= LARGE_TEXT else STRETCHES):
            self._share.setStretch(index, part)

    def _words(self) -> QScrollArea:
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(6)
        for widget in (self._turn, self._heading, self.caption, self.equations, self.table):
            column.addWidget(widget)
        column.addStretch(1)
        area = _scrolling(words)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area

    # ---- what a person does --------------------------------------------------------------------------

    def begin(self) -> None:
        """Ask for one iteration of the selected pane in slow motion."""
        if reason := self.director.begin():
            self._session.message.emit("info", reason)
        self.setFocus()

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a key stands for in slow motion; return whether it stands for anything."""
        actions: dict[int, Callable[[], object]] = {
            Qt.Key.Key_Space: self.director.toggle,
            Qt.Key.Key_Right: self.director.forward,
            Qt.Key.Key_Left: self.director.back,
            Qt.Key.Key_Escape: self.director.leave,
            Qt.Key.Key_Return: self.begin,
            Qt.Key.Key_Enter: self.begin,
        }
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
        if self.director.state == "live" or not plain or event.key() not in actions:
            return False
        if not event.isAutoRepeat() or event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            actions[event.key()]()
        return True

    def _on_strip(self, index: int) -> None:
        self.director.go(index)

    def _on_pressed(self, key: NodeKey) -> None:
        """Show a box's picture in large; pressed again, what was there before."""
        self._chosen = None if self._chosen == key else key
        self._show_large()

    # ---- the pane ------------------------------------------------------------------------------------

    def _follow_active(self) -> None:
        """Show the selected pane."""
        pane = self._session.active
        if pane is self._pane or pane not in self._session.panes:
            return
        if self._pane is not None:
            self._pane.started.disconnect(self._on_started)
            self._pane.snapshot_arrived.disconnect(self._on_snapshot)
        self._pane = pane
        self.director.follow(pane)
        pane.started.connect(self._on_started)
        pane.snapshot_arrived.connect(self._on_snapshot)
        self._on_started()

    def _on_started(self) -> None:
        """Show the graph of a new run."""
        pane = self._pane
        assert pane is not None
        self._scale.reset()
        self._chosen = None
        self._evidence = Evidence(pane.experiment, self._curves(pane), _real(pane.experiment))
        self.canvas.show_experiment(pane.experiment)
        self._fixed = Illustrator(self._evidence, self.canvas.graph).fixed()
        if pane.snapshot is not None:
            self._take(pane.snapshot)
        self._show_state()

    def _follow_settings(self) -> None:
        """Show what has changed while the run goes on: its learning rates, the weights of its data's modes."""
        pane, evidence = self._pane, self._evidence
        if pane is None or evidence is None or pane not in self._session.panes:
            return
        if pane.experiment != evidence.experiment and self.director.state != "walking":
            self._evidence = replace(evidence, experiment=pane.experiment, real=_real(pane.experiment))
            self._fixed = Illustrator(self._evidence, self.canvas.graph).fixed()
            self.canvas.retitle(pane.experiment)
            self._show_live()
        self._show_title()

    def _show_title(self) -> None:
        pane = self._pane
        if pane is None:
            return
        self._title.setText(pane.experiment.title)
        step = self.tr("step {0:,}").format(pane.step)
        seeds = pane.experiment.runs
        first = f" \N{MIDDLE DOT} {self.tr('the first of {0} seeds').format(seeds)}" if seeds > 1 else ""
        self._note.setText(step + first)

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        if self.director.state == "walking":
            return
        self._take(snapshot)
        self._fresh = True
        if not self._pacer.isActive():
            self._refresh_if_new()

    def _take(self, snapshot: Snapshot) -> None:
        """Remember what is known now; a look at the past, or at another seed, says nothing of it."""
        if self._evidence is None or snapshot.is_past or snapshot.seed not in (None, 0):
            return
        field = field_of(snapshot, self._evidence.experiment, self._scale)
        self._evidence = replace(self._evidence, snapshot=snapshot, field=field)

    def _refresh_if_new(self) -> None:
        """Draw live pictures, if there is anything new, and not again too soon."""
        if self._fresh and self.isVisible() and self.director.state != "walking":
            self._fresh = False
            self._show_live()
            self._pacer.start()

    # ---- showing -------------------------------------------------------------------------------------

    def _show_state(self) -> None:
        """Show live pictures, or the stop of an iteration."""
        if self._evidence is None:
            return
        walked = self.director.walked
        if walked is None:
            self._scenes, self._evidence = [], replace(self._evidence, walked=None, later=None)
            self.strip.setVisible(False)
            self.canvas.show_stop(None)
            if self._pane is not None and self._pane.snapshot is not None:
                self._take(self._pane.snapshot)
            self._follow_settings()
            self._show_live()
            self._say_live()
            return
        if self._evidence.walked is not walked:
            self._evidence = replace(self._evidence, walked=walked, later=None)
            if self._evidence.snapshot is not None and self._evidence.snapshot.step != walked.step:
                self._evidence = replace(self._evidence, field=None)  # not the field of this iteration
            self._narrate()
            self._chosen = None
        self._show_stop()

    def _narrate(self) -> None:
        assert self._evidence is not None
        narrator = Narrator(self._evidence, self.canvas.graph)
        self._scenes = [narrator.scene(stop) for stop in self.director.stops]
        self.strip.set_stops(self.director.stops, tuple(scene.title for scene in self._scenes))

    def _on_after(self, snapshot: Snapshot) -> None:
        """Show the field after the iteration where it belongs."""
        if self._evidence is not None and self._evidence.walked is not None and self._evidence.later is None:
            self._evidence = self._evidence.after(snapshot)
            self._narrate()
            self._show_stop()

    def _on_tick(self, seconds: float) -> None:
        self.canvas.flow(seconds)
        self._show_progress()

    def _show_live(self) -> None:
        if self._evidence is None:
            return
        draw = Illustrator(self._evidence, self.canvas.graph)
        self._live = self._fixed | draw.live()
        self._overview = draw.overview()
        self.canvas.set_pictures(self._live)
        self._show_title()
        self._show_large()

    def _say_live(self) -> None:
        """Say what the graph is, and its equations."""
        assert self._evidence is not None
        experiment = self._evidence.experiment
        self._turn.setText("")
        self._turn.setVisible(False)
        self._heading.setText(self.tr("One iteration, stop by stop"))
        caption = self.tr(
            "Arrows show what is computed from what, dashed ones how gradients flow back. Press M to go through one "
            "iteration in slow motion, or a box to see it in large. Space trains; the pictures follow."
        )
        self.caption.setText(obstacle(experiment) or caption)
        rows = losses(METHODS[experiment.method]) if experiment.method else []
        self.equations.set_rows(rows)
        self.equations.setVisible(bool(rows))
        self.table.set_table(type(self.table.table)())

    def _show_stop(self) -> None:
        director = self.director
        stop = director.stop
        if stop is None or not self._scenes:
            return
        scene = self._scenes[director.index]
        director.duration = max(LEAST_SECONDS, WORD_SECONDS * len(scene.caption.split()))
        self._show_title()
        self._turn.setText(self._turn_words())
        self._turn.setVisible(True)
        self._heading.setText(scene.title)
        self.caption.setText(scene.caption)
        self.equations.set_rows(scene.equations)
        self.equations.setVisible(bool(scene.equations))
        self.table.set_table(scene.table)
        self.strip.setVisible(True)
        self.canvas.show_stop(stop)
        self._show_large()
        self._show_progress()
        area = self.canvas.lit_area().toRect()
        self._room.ensureVisible(area.center().x(), area.center().y(), area.width() // 2 + 24, 0)

    def _show_progress(self) -> None:
        director = self.director
        if director.stop is None or not self._scenes:
            return
        # A box shows what the last stop said of it, and, where none has yet, what was there before.
        pictures: dict[NodeKey, Picture] = dict(self._live)
        for scene in self._scenes[: director.index]:
            pictures |= scene.pictures
        self.canvas.set_pictures(pictures)
        scene = self._scenes[director.index]
        self.canvas.set_pictures(scene.pictures, director.progress)
        self.strip.set_position(director.index, director.share)
        if self._chosen is None:
            self.picture.set_picture(scene.large, director.progress)

    def _show_large(self) -> None:
        if self._chosen is not None:
            self.picture.set_picture(self.canvas.box(self._chosen).picture)
        elif self._scenes:
            self.picture.set_picture(self._scenes[self.director.index].large, self.director.progress)
        else:
            self.picture.set_picture(self._overview)

    def _turn_words(self) -> str:
        """Return whose turn it is, which of its steps is told, and how many stops there are."""
        director, stop = self.director, self.director.stop
        assert stop is not None
        assert self._evidence is not None
        training = self._evidence.experiment.training
        if stop.part == "critic":
            words, steps = self.tr("The critic's turn"), training.critic_steps
        elif "critic" in self.canvas.graph.keys:
            words, steps = self.tr("The generator's turn"), training.generator_steps
        else:
            words, steps = self.tr("Encoder and generator together"), training.generator_steps
        if steps > 1:
            many = self.tr("step {0} of {0}, the first {1} ran already")
            two = self.tr("step 2 of 2, the first ran already")
            words += ", " + (many if steps > 2 else two).format(steps, steps - 1)
        number = self.tr("{0} of {1}").format(director.index + 1, len(director.stops))
        return f"{number} \N{MIDDLE DOT} {words}"

    # ---- the widget's life ---------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the run, and take the keyboard."""
        super().showEvent(event)
        if self.director.state != "walking":
            self._fresh = False
            self._show_live()
        self.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stay where it is while nobody looks."""
        super().hideEvent(event)
        self.director.rest()
        self._pacer.stop()


def _real(experiment: Experiment) -> NDArray[np.floating]:
    """Return the samples that the pane shows."""
    return np.asarray(experiment.data.sample(REAL_POINTS, np.random.default_rng(experiment.seed)))


def _scrolling(widget: QWidget) -> QScrollArea:
    """Return an area that scrolls where a widget does not fit, and leaves the keys to others."""
    area = QScrollArea()
    area.setWidget(widget)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
