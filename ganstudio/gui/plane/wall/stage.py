"""What a pane looks at: the plane of its only seed, a wall of all seeds, or the plane of one of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from ganstudio.experiment import Experiment
from ganstudio.gui import icons, theme
from ganstudio.gui.plane.plane_view import PlaneView
from ganstudio.gui.plane.wall.wall_view import WallView
from ganstudio.gui.seed_record import SeedNote, SeedRecord
from ganstudio.gui.widgets import ElidedLabel
from ganstudio.layers import LAYERS, Scene
from ganstudio.messages import Snapshot

__all__ = ["Stage"]

REAL_POINTS = 1000
_WAYS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_PageUp: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_PageDown: 1,
}


class Stage(QWidget):
    """Shows a plane, or in its place a wall while several seeds are trained.

    Looking closer at a seed, Escape or a button goes back to the wall, Left and Right (or Page Up and Page Down) go to
    the next seeds.

    Attributes
    ----------
    plane, wall
        The two views.
    seed_changed : Signal(object)
        The place, among the seeds, of the only one that is looked at, or None: of all.
    """

    seed_changed = Signal(object)

    def __init__(self, plane: PlaneView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plane = plane
        self.wall = WallView()
        self._seed: int | None = None
        self._seeds = 1
        self._held = False
        self._wall_leads = False
        self._notes: Sequence[SeedNote] = ()
        self._experiment: Experiment | None = None
        self._snapshot: Snapshot | None = None
        self._views = QStackedWidget()
        self._views.addWidget(plane)
        self._views.addWidget(self.wall)
        self._make_bar()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._bar)
        layout.addWidget(self._views, 1)
        self.wall.opened.connect(self.look_closer)
        self.wall.view_moved.connect(self._on_wall_moved)
        plane.view_changed.connect(self._on_plane_changed)
        theme.current().changed.connect(self._restyle)
        self._restyle()

    def _make_bar(self) -> None:
        self._bar = QWidget()
        self.back = QPushButton(self.tr("All seeds"))
        self.back.setProperty("role", "pill")
        self.back.setToolTip(self.tr("Go back to the wall (Escape)"))
        self.back.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.back.clicked.connect(self.look_at_all)
        self.previous, self.following = QToolButton(), QToolButton()
        for button, text, slot in (
            (self.previous, self.tr("Previous seed"), self._go_back),
            (self.following, self.tr("Next seed"), self._go_on),
        ):
            button.setProperty("role", "small")
            button.setAccessibleName(text)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(slot)
        self.previous.setToolTip(self.tr("Previous seed (Left, or Page Up)"))
        self.following.setToolTip(self.tr("Next seed (Right, or Page Down)"))
        self.words = ElidedLabel("", "small")
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.back)
        row.addSpacing(4)
        row.addWidget(self.previous)
        row.addWidget(self.following)
        row.addWidget(self.words, 1)

    # ---- what is looked at ---------------------------------------------------------------------------

    @property
    def seed(self) -> int | None:
        """The place, among several seeds, of the one that is looked at; None is all of them, or the only one."""
        return self._seed

    @property
    def shows_wall(self) -> bool:
        """Whether all seeds are looked at, and there are several."""
        return self._seeds > 1 and self._seed is None

    def begin(self, experiment: Experiment) -> None:
        """Forget the old run's pictures; what is looked at, and the view, stay as they were if they can."""
        self._experiment, self._seeds, self._snapshot = experiment, experiment.runs, None
        if experiment.runs > 1:
            self.wall.set_seeds(experiment.runs)
            self.set_notes(SeedRecord(experiment).notes())
        for view in self._shown_views():
            view.clear()
            view.set_window(experiment.data.window())
        self.show_data(experiment)
        if self._seed is not None and (self._seeds == 1 or self._seed >= self._seeds):
            self._choose(None)
        self._show_choice()

    def show_data(self, experiment: Experiment) -> None:
        """Draw the data's samples with NumPy, without an engine, so that there is something to see at once."""
        real = experiment.data.sample(REAL_POINTS, np.random.default_rng(experiment.seed))
        for view in self._shown_views():
            view.show_real(real)
        self.plane.set_data(experiment.data)

    def _shown_views(self) -> tuple[PlaneView | WallView, ...]:
        return (self.plane, self.wall) if self._seeds > 1 else (self.plane,)

    def look_closer(self, seed: int) -> None:
        """Look at one of several seeds, by its place among them."""
        if self._seeds > 1 and 0 <= seed < self._seeds and seed != self._seed:
            self._choose(seed)
            self.plane.setFocus()

    def look_at_all(self) -> None:
        """Go back to the wall."""
        if self._seed is not None:
            left = self._seed
            self._choose(None)
            self.wall.focus_cell(left)

    def hold_plane(self, held: bool) -> None:
        """Show the plane in place of a wall, and no choice of seeds, as long as something is drawn on it."""
        self._held = held
        self.plane.set_silent(held)
        self._show_choice()

    def home(self) -> None:
        """Show the whole plotting window."""
        self.plane.home()

    def set_layer(self, name: str, visible: bool) -> None:
        """Show or hide a layer in plane and wall."""
        self.plane.set_layer(name, visible)
        self.wall.set_layer(name, visible)

    def set_grouped(self, grouped: bool) -> None:
        """Colour generated samples by their groups, or all alike."""
        self.plane.set_grouped(grouped)
        self.wall.set_grouped(grouped)

    def set_notes(self, notes: Sequence[SeedNote]) -> None:
        """Say how every one of several seeds is doing."""
        self._notes = notes
        self.wall.set_notes(notes)
        self._write()

    def row(self, snapshot: Snapshot) -> int | None:
        """Return which row of a snapshot's pictures is of the seed on the plane; None if it has none of it."""
        if snapshot.seed is not None:
            return 0 if snapshot.seed == self._seed else None
        seed = self._seed or 0
        return seed if seed < len(snapshot.generated) else None

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw samples and fields, of whatever step they are."""
        self._snapshot = snapshot
        if self.shows_wall:
            self._fill_wall(snapshot)
        else:
            self._fill_plane(snapshot)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back, or to the next seed, while looking closer."""
        key = Qt.Key(event.key())
        if self._seed is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Escape:
            self.look_at_all()
        elif key in _WAYS:
            self._go(_WAYS[key])
        else:
            super().keyPressEvent(event)

    # ---- inside --------------------------------------------------------------------------------------

    def _on_wall_moved(self) -> None:
        """Let the plane, and with it the planes of other panes, show what a person sees on the wall."""
        self._wall_leads = True
        if self.wall.view is None:
            self.plane.home()
        else:
            self.plane.show_window(self.wall.view)
        self._wall_leads = False

    def _on_plane_changed(self) -> None:
        """Let the wall show what is seen on the plane, whoever chose that."""
        if not self._wall_leads:
            self.wall.look_at(self.plane.view)

    def _fill_wall(self, snapshot: Snapshot) -> None:
        if snapshot.seed is not None:
            return  # of the seed that was looked at a moment ago
        self.wall.show_generated(snapshot.generated, snapshot.groups)
        if snapshot.field is None:
            if self.wall.layer("field") or self.wall.layer("contour"):
                self.wall.clear_field()
        elif self._experiment is not None:
            self.wall.show_field(snapshot.field, snapshot.window, self._experiment.objective.field_meaning)

    def _fill_plane(self, snapshot: Snapshot) -> None:
        row = self.row(snapshot)
        if row is None:
            return
        self.plane.show_generated(snapshot.generated[row], None if snapshot.groups is None else snapshot.groups[row])
        if snapshot.field is None:
            if self.plane.layer("field") or self.plane.layer("contour"):
                self.plane.clear_field()
        elif self._experiment is not None:
            self.plane.show_field(snapshot.field[row], snapshot.window, self._experiment.objective.field_meaning)
        if self._experiment is not None:
            scene = Scene(self._experiment, snapshot.window)
            for name, arrays in snapshot.layers.items():
                marks = LAYERS[name].draw({key: value[row] for key, value in arrays.items()}, scene)
                self.plane.show_layer(name, marks)

    def _choose(self, seed: int | None) -> None:
        self._seed = seed
        self._show_choice()
        if self._snapshot is not None:  # until one arrives of what is looked at now
            self.show_snapshot(self._snapshot)
        self.seed_changed.emit(seed)

    def _show_choice(self) -> None:
        self._views.setCurrentWidget(self.wall if self.shows_wall and not self._held else self.plane)
        self._bar.setVisible(self._seed is not None and not self._held)
        self.previous.setEnabled(bool(self._seed))
        self.following.setEnabled(self._seed is not None and self._seed + 1 < self._seeds)
        self._write()

    def _write(self) -> None:
        """Say which seed is looked at, and how it is doing."""
        if self._seed is not None and self._seed < len(self._notes):
            text = self.tr("{0} ({1} of {2})").format(self._notes[self._seed].name, self._seed + 1, self._seeds)
            self.words.setText(text[:1].upper() + text[1:])
            self.plane.setAccessibleName(self.tr("Plane of samples, {0}").format(self._notes[self._seed].name))
        else:
            self.words.setText("")
            self.plane.setAccessibleName(self.tr("Plane of samples"))

    def _go(self, way: int) -> None:
        if self._seed is not None:
            self.look_closer(self._seed + way)

    def _go_back(self) -> None:
        self._go(-1)

    def _go_on(self) -> None:
        self._go(1)

    def _restyle(self) -> None:
        palette = theme.current().palette
        self.back.setIcon(icons.icon("wall", palette, "muted"))
        self.previous.setIcon(icons.icon("chevron-left", palette))
        self.following.setIcon(icons.icon("chevron-right", palette))
