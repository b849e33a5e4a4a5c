"""The window: rail, setup, pages, messages and transport around one `Session`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QBuffer, Qt, Signal
from PySide6.QtGui import (
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ganstudio import files, presets
from ganstudio.data import DISTRIBUTIONS
from ganstudio.experiment import Comparison
from ganstudio.gui import dropping, icons, theme
from ganstudio.gui.actions import ACTIONS, Actions
from ganstudio.gui.branching import Branching
from ganstudio.gui.command_palette import CommandPalette, Entry
from ganstudio.gui.differences import DifferencesPanel
from ganstudio.gui.memory import Memory
from ganstudio.gui.messenger import Messenger
from ganstudio.gui.own_data import OwnData
from ganstudio.gui.pages import BENCHES, Pages
from ganstudio.gui.past import Past
from ganstudio.gui.plane.bench import PlaneBench
from ganstudio.gui.plane.layer_bar import SWITCHES
from ganstudio.gui.plane.wall import WallSwitch
from ganstudio.gui.preferences import Preferences, history_bytes
from ganstudio.gui.presentation import Presentation
from ganstudio.gui.rail import Rail
from ganstudio.gui.session import MAX_PANES, Session
from ganstudio.gui.setup import SetupPanel
from ganstudio.gui.take_away import TakeAway
from ganstudio.gui.timeline import Timeline
from ganstudio.gui.transport import Transport
from ganstudio.gui.way_back import WayBack
from ganstudio.gui.widgets import MessageBar
from ganstudio.gui.wording import refusal_text
from ganstudio.messages import Arrays
from ganstudio.methods import METHODS
from ganstudio.settings import SettingsError

if TYPE_CHECKING:
    from ganstudio.gui.gallery import MethodGallery
    from ganstudio.gui.images.page import ImagesPage
    from ganstudio.gui.walk import GraphPage

__all__ = ["MainWindow", "png"]

REPEATED = ("slower", "faster", "step", "step_back", "step_on")
"""Actions that a plain key does again and again while it is held."""


class MainWindow(QMainWindow):
    """The whole program.

    Parameters
    ----------
    session
        What it shows. The window starts its engines after the first paint and stops them when it closes.
    memory
        Where layout and experiment are remembered.

    Attributes
    ----------
    painted : Signal()
        Once, after the first paint.
    """

    painted = Signal()

    def __init__(self, session: Session, memory: Memory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._memory = memory
        self._was_painted = False
        self.setWindowTitle("GAN Studio")
        self.setWindowIcon(icons.application_icon())
        self.setMinimumSize(900, 600)
        self.setAcceptDrops(True)
        self.actions_table = Actions(self)
        self._make_parts()
        self._lay_out()
        self._make_menus()
        self._connect()
        self._restore()
        self.show_page("plane")
        self._follow_panes()

    # ---- making --------------------------------------------------------------------------------------

    def _make_parts(self) -> None:
        actions = self.actions_table
        group = QActionGroup(self)
        for name in BENCHES:
            actions[name].setCheckable(True)
            group.addAction(actions[name])
        self.messages = MessageBar()
        self.messenger = Messenger(self.session, self.messages, actions, self)
        self.way_back = WayBack(self.session, self.messages, actions["bring_back"], self)
        self.past = Past(self.session, self)
        self.branching = Branching(self.session, self)
        self.timeline = Timeline(self.past, actions)
        self.bench = PlaneBench(self.session)
        self.own_data = OwnData(self.session, self.bench, self.messages, self)
        self.setup = SetupPanel(self.session, [actions[name] for name in ("draw_data", "data_file")])
        self.transport = Transport(actions)
        self.take_away = TakeAway(self, self.session, self.past, self.bench, actions, self.messages, self._memory)
        self.take_away.restored.connect(self.open)
        self.transport.layout().addWidget(self.take_away.films.badge)
        self.wall_switch = WallSwitch(self.session, actions["wall"], self)
        self.rail = Rail([actions[name] for name in BENCHES], [actions[name] for name in ("setup", "theme", "about")])
        self.pages = Pages(self)
        self.differences = DifferencesPanel(self.session)
        self.presentation = Presentation(self)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(8)
        self.splitter.setChildrenCollapsible(False)

    def _lay_out(self) -> None:
        pages = QWidget()
        column = QVBoxLayout(pages)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.presentation.caption)
        column.addWidget(self.messages)
        column.addWidget(self.pages, 1)
        column.addWidget(self.differences)
        self.differences.hide()
        self.splitter.addWidget(self.setup)
        self.splitter.addWidget(pages)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([self.setup.minimumWidth(), 1000])
        middle = QHBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self.rail)
        middle.addWidget(self.splitter, 1)
        central = QWidget()
        layout = QVBoxLayout(central)
        layout.setContentsMargins(8, 4, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(middle, 1)
        layout.addWidget(self.timeline)
        layout.addWidget(self.transport)
        self.setCentralWidget(central)
        self.palette_box = CommandPalette(central)

    def _make_menus(self) -> None:
        bar = self.menuBar()
        menus = {}
        for name, action in self.actions_table.items():
            title = ACTIONS[name].menu
            if title not in menus:
                menus[title] = bar.addMenu(f"&{self.tr(title)}")
            menus[title].addAction(action)
            self.addAction(action)  # a menu bar that is hidden answers to no shortcut

    def _connect(self) -> None:
        session = self.session
        self.actions_table.connect_all(
            {
                "open": self.open_file,
                "open_model": self.ask_model,
                "save": self.save_file,
                "next_preset": self.presentation.next_preset,
                "previous_preset": self.presentation.previous_preset,
                "bring_back": self._bring_back,
                "data_file": self.own_data.ask,
                **self.take_away.slots(),
                "preferences": self.show_preferences,
                "quit": self.close,
                "toggle": session.toggle,
                "step": self._step,
                "step_critic": self._step_critic,
                "step_generator": self._step_generator,
                "reset": session.reset,
                "new_seed": session.new_seed,
                "draw_data": self._draw_data,
                "slower": self.transport.slower,
                "faster": self.transport.faster,
                "lock_steps": self._lock_steps,
                "lock_time": self._lock_time,
                "restart_engine": session.restart,
                "step_back": self.past.back,
                "step_on": self.past.on,
                "now": self.past.now,
                "best": self.past.to_best,
                "last": self.past.now,
                "branch": self.branching.branch,
                "add_pane": session.add,
                "close_pane": self._close_pane,
                "next_pane": self._next_pane,
                "wall": self.wall_switch.toggle,
                "diagnosis": self._show_diagnosis,
                "home": self.bench.home,
                "zoom_together": self.bench.set_zoom_together,
                "differences": self._show_differences,
                **{f"layer_{name}": self._toggle_layer for name in SWITCHES},
                "warp": self.bench.replay_warp,
                **dict.fromkeys(BENCHES, self._on_page),
                "walk": self._walk,
                "find_method": self._find_method,
                "setup": self._show_setup,
                "present": self.presentation.set_on,
                "theme": self._change_theme,
                "palette": self.open_palette,
                "about": self.show_about,
            }
        )
        session.playing_changed.connect(self.transport.set_playing)
        session.panes_changed.connect(self._follow_panes)
        session.experiments_changed.connect(self._follow_experiments)
        session.active_changed.connect(self._note_methods)
        self.messenger.noted.connect(self.transport.set_note)
        self.transport.pace_changed.connect(session.set_pace)
        self.transport.together_chosen.connect(session.lockstep.set_mode)
        session.lockstep.mode_changed.connect(self._show_together)
        self.differences.closed.connect(self.actions_table["differences"].trigger)
        self.setup.branch_wanted.connect(self.branching.branch)

    # ---- pages ---------------------------------------------------------------------------------------

    def show_page(self, name: str) -> None:
        """Show one of `BENCHES`."""
        self.pages.show_page(name)
        self._note_methods()
        self.actions_table[name].setChecked(True)
        self.rail.set_current(name)
        self.follow_page()
        self.differences.setVisible(name == "plane" and self.actions_table["differences"].isChecked())

    def _on_page(self) -> None:
        self.show_page(self.sender().objectName())

    def follow_page(self) -> None:
        """Show what is about the plane's runs around those pages alone that are about them, too."""
        of_runs = BENCHES[self.pages.current].of_runs
        self.actions_table["setup"].setEnabled(of_runs)
        self.setup.setVisible(of_runs and self.actions_table["setup"].isChecked())
        self.timeline.setVisible(of_runs and not (self.presentation.on and self.pages.current == "graph"))
        self.transport.setVisible(of_runs)

    @property
    def graph(self) -> GraphPage | None:
        """The model graph, if it has been seen already."""
        return cast("GraphPage | None", self.pages.made("graph"))

    def _note_methods(self) -> None:
        """Say in the gallery which pane a method will go to."""
        pane, gallery = self.session.active, cast("MethodGallery | None", self.pages.made("methods"))
        if gallery is not None and pane in self.session.panes:
            text = self.tr("The chosen one replaces {0} in pane {1}; add a pane first (Ctrl+T) to compare.")
            number = self.session.panes.index(pane) + 1
            gallery.set_note(text.format(pane.draft.title, number))

    def _find_method(self) -> None:
        self.show_page("methods")
        cast("MethodGallery", self.pages.page("methods")).search()

    def _walk(self) -> None:
        self.show_page("graph")
        assert self.graph is not None
        self.graph.begin()

    def _show_differences(self, shown: bool) -> None:
        """Show the table of differences under the panes and give it the keyboard, or give that back."""
        self.show_page("plane")
        (self.differences.table if shown else self.bench).setFocus()

    def _show_setup(self) -> None:
        self.follow_page()

    def open_images(self, path: str) -> None:
        """Open a model's file, or a sheet of samples, on the Images bench."""
        self._images().open_path(path)

    def ask_model(self) -> None:
        """Ask for a model's file, and open it on the Images bench."""
        self._images().bench.ask_path()

    def _images(self) -> ImagesPage:
        """Show the Images bench and return it."""
        self.show_page("images")
        return cast("ImagesPage", self.pages.page("images"))

    def choose_method(self, key: str) -> None:
        """Give the selected pane a method, or say why that cannot be."""
        try:
            self.session.choose_method(key)
        except SettingsError as error:
            self.messages.say("warning", refusal_text("method", str(error)))
        else:
            self.show_page("plane")

    def _on_data(self, name: str) -> None:
        try:
            self.session.edit("data.name", name)
        except SettingsError as error:
            self.messages.say("warning", refusal_text("data.name", str(error)))

    def compare_method(self, key: str) -> None:
        """Open a method beside the standard one, on the selected pane's data and with its seed."""
        from ganstudio.gui.gallery import STANDARD

        if self.session.active is not None:
            draft = self.session.active.draft
            pair = tuple(draft.with_method(method) for method in (STANDARD, key))
            titles = [METHODS[method].title for method in (STANDARD, key)]
            self.open(Comparison(title=self.tr("{0} beside {1}").format(*titles), experiments=pair))

    def open_preset(self, name: str) -> None:
        """Open a shipped comparison."""
        self.open(presets.load(name), presets.starts(name))

    # ---- running -------------------------------------------------------------------------------------

    def _step(self) -> None:
        self.session.step("both")

    def _step_critic(self) -> None:
        self.session.step("critic")

    def _step_generator(self) -> None:
        self.session.step("generator")

    def _lock_steps(self, on: bool) -> None:
        self.session.lockstep.set_mode("steps" if on else "free")

    def _lock_time(self, on: bool) -> None:
        self.session.lockstep.set_mode("time" if on else "free")

    def _show_together(self, mode: str) -> None:
        self.transport.together.set_current(mode)
        for name in ("steps", "time"):
            self.actions_table[f"lock_{name}"].setChecked(mode == name)

    def _draw_data(self) -> None:
        self.show_page("plane")
        self.own_data.draw()

    def _close_pane(self) -> None:
        if self.session.active is not None:
            self.session.remove(self.session.active)

    def _next_pane(self) -> None:
        panes = self.session.panes
        if self.session.active in panes:
            self.session.select(panes[(panes.index(self.session.active) + 1) % len(panes)])

    def _show_diagnosis(self) -> None:
        if self.session.active is not None:
            self.bench.view(self.session.active).show_diagnosis()

    def _toggle_layer(self) -> None:
        """Switch a layer of the selected pane, or say why it has none."""
        if self.session.active is None:
            return
        name = self.sender().objectName().removeprefix("layer_")
        layers = self.bench.view(self.session.active).layers
        layers.toggle(name)
        if reason := layers.lacks(name):
            self.messages.say("info", f"{self.tr(SWITCHES[name].title)}: {reason}", about="layer")
        else:
            self.messages.dismiss("layer")

    def _follow_panes(self) -> None:
        count = len(self.session.panes)
        self.actions_table["add_pane"].setEnabled(count < MAX_PANES)
        self.actions_table["close_pane"].setEnabled(count > 1)
        self.transport.set_together_shown(count > 1)
        self._follow_experiments()

    def _follow_experiments(self) -> None:
        self._note_methods()
        titles = " | ".join(pane.experiment.title for pane in self.session.panes)
        self.setWindowTitle(f"{titles} \N{EM DASH} GAN Studio" if titles else "GAN Studio")

    # ---- files ---------------------------------------------------------------------------------------

    def open(self, comparison: Comparison, starts: Sequence[Arrays | None] = ()) -> None:
        """Show a comparison in place of what is open; its runs begin with states if they are given."""
        self.way_back.open(comparison, starts)
        self.show_page("plane")

    def _bring_back(self) -> None:
        self.way_back.bring_back()
        self.show_page("plane")

    def open_path(self, path: str) -> None:
        """Open an experiment, a picture that carries one, or data, or say why that cannot be."""
        openers = {
            "experiment": self._open_experiment,
            "carrier": self.take_away.restore,
            "model": self.open_images,
            "sheet": self.open_images,
            dropping.DATA: self.own_data.read,
        }
        kind = dropping.kind_of(path)
        if kind == dropping.DATA and self.pages.current == "images":
            self._images().take_data(path)  # not to change the plane's data where nobody sees it
        else:
            openers[kind](path)

    def _open_experiment(self, path: str) -> None:
        try:
            comparison = files.load(path)
        except files.FileError as error:
            self.messages.say("error", str(error), about=path)
        else:
            self.open(comparison)
            self.way_back.keep(comparison)

    def open_file(self) -> None:
        """Ask for a file and open it."""
        self._ask(self.tr("Open experiment"), QFileDialog.AcceptMode.AcceptOpen, "toml *.png", self.open_path)

    def save_file(self) -> None:
        """Ask where to, and save what is open as TOML."""
        self._ask(self.tr("Save experiment"), QFileDialog.AcceptMode.AcceptSave, "toml", self.save_path)

    def save_path(self, path: str) -> None:
        """Save what is open, or say why it cannot be."""
        comparison = self.session.comparison()
        try:
            files.save(path, comparison)
        except files.FileError as error:
            self.messages.say("error", str(error), about=path)
        else:
            self.way_back.keep(comparison)
            self.messages.say("good", self.tr("Saved {0}").format(path), about=path)

    def _ask(self, title: str, mode: QFileDialog.AcceptMode, suffix: str, then: object) -> None:
        """Open a file dialog that blocks nothing."""
        dialog = QFileDialog(self, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(mode)
        dialog.setNameFilter(f"*.{suffix}")
        dialog.setDefaultSuffix(suffix.partition(" ")[0])
        dialog.fileSelected.connect(then)
        dialog.open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the first file that was dropped."""
        local = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if local:
            event.acceptProposedAction()
            self.open_path(local[0])

    # ---- help ----------------------------------------------------------------------------------------

    def open_palette(self) -> None:
        """Offer everything that can be done."""
        entries = [
            Entry(action.iconText(), ACTIONS[name].keys, action.trigger)
            for name, action in self.actions_table.items()
            if name != "palette" and action.isEnabled()
        ]
        for key, row in METHODS.items():
            entries.append(Entry(f"Method: {row.title}", row.full_name, partial(self.choose_method, key)))
        for name, kind in DISTRIBUTIONS.items():
            entries.append(Entry(f"Data: {kind.title}", "all panes", partial(self._on_data, name)))
        entries += [
            Entry(f"Preset: {presets.load(name).title}", "", partial(self.open_preset, name))
            for name in presets.names()
        ]
        self.palette_box.open_with(entries)

    def show_about(self) -> None:
        """Show versions and device."""
        from ganstudio.gui.about import AboutBox

        box = self.findChild(AboutBox) or AboutBox(self.session.about_engine, self)
        box.show()
        box.raise_()

    def show_preferences(self) -> None:
        """Show what can be chosen for this machine."""
        box = self.findChild(Preferences) or Preferences(self.session, self._memory, self)
        box.show()
        box.raise_()

    def _change_theme(self) -> None:
        theme.current().toggle()

    # ---- the window's life ---------------------------------------------------------------------------

    def _restore(self) -> None:
        self.restoreGeometry(self._memory.bytes("geometry"))
        self.splitter.restoreState(self._memory.bytes("splitter"))
        self.session.set_memory(history_bytes(self._memory))
        shown = self._memory.text("setup", "shown") == "shown"
        self.actions_table["setup"].setChecked(shown)
        self.setup.setVisible(shown)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Start the engines as soon as there is something to see."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """Give the plane the keyboard."""
        super().showEvent(event)
        self.bench.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what a plain key stands for, if no field, list or button wanted it."""
        if self.pages.take_key(event):
            return
        action = self.actions_table.for_key(event)
        if self.presentation.take_key(event):
            return
        if action is None or not action.isEnabled():
            super().keyPressEvent(event)
        elif not event.isAutoRepeat() or action.objectName() in REPEATED:
            action.trigger()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the layout and the experiment, and end the engines."""
        self.presentation.set_on(False)
        self._memory.remember(
            {
                "geometry": self.saveGeometry(),
                "splitter": self.splitter.saveState(),
                "setup": "shown" if self.actions_table["setup"].isChecked() else "hidden",
                "theme": theme.current().mode,
            }
        )
        if problem := self._memory.keep(self.session.comparison(), self.session.starts()):
            print(f"ganstudio: {problem}", file=sys.stderr)  # there is no window any more that could say it
        self.own_data.stop()
        self.take_away.stop()
        self.pages.stop()
        self.session.stop()
        super().closeEvent(event)


def png(widget: QWidget) -> bytes:
    """Return a picture of a widget."""
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    widget.grab().save(buffer, "PNG")
    return bytes(buffer.data().data())
