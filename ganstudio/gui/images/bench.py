"""The Images bench: models on the left, their samples in the middle, what decides them on the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from ganstudio.checkpoints.inputs import InputError
from ganstudio.files import FileError
from ganstudio.gui import theme
from ganstudio.gui.dropping import MODEL_SUFFIXES
from ganstudio.gui.images.arithmetic_panel import ArithmeticPanel
from ganstudio.gui.images.explorer import MODES, Explorer, Mode
from ganstudio.gui.images.footer import Footer
from ganstudio.gui.images.grid_words import GridWords
from ganstudio.gui.images.inside import InsidePages
from ganstudio.gui.images.inside.page_switch import PageSwitch
from ganstudio.gui.images.inside.pages import SAMPLES
from ganstudio.gui.images.loading_line import LoadingLine
from ganstudio.gui.images.model_list import ModelList
from ganstudio.gui.images.opened import OpenedModel
from ganstudio.gui.images.picture_grid import PictureGrid
from ganstudio.gui.images.rendering import Rendering
from ganstudio.gui.images.restoring import restored
from ganstudio.gui.images.sampling_panel import SamplingPanel
from ganstudio.gui.images.session import ImageSession
from ganstudio.gui.images.taking import Taking
from ganstudio.gui.images.walk_bar import FilmBar, WalkStrip
from ganstudio.gui.images.walk_player import WalkPlayer
from ganstudio.gui.numbers import short
from ganstudio.gui.widgets import NOT_OPENED, ElidedLabel, MessageBar, Panel
from ganstudio.sheets import picture
from ganstudio.sheets.picture import Sheet

__all__ = ["ImagesBench"]

LEFT_WIDTH, RIGHT_WIDTH = 232, 312
NARROW_LEFT, NARROW_RIGHT = 156, 264
NARROW = 1000
"""Pixels of the bench, at text scale 1, below which the columns are narrow."""
NARROWEST = 800
"""Where the modes are a list, not buttons side by side."""

KEYS = {
    "Ctrl+Z": "undo",
    "Ctrl+Shift+Z": "redo",
    "Ctrl+Y": "redo",
    "Ctrl+C": "copy",
    "Ctrl+E": "export",
    "Ctrl+O": "open",
}
OF_THE_PLANE = frozenset(
    f"Ctrl+{key}" for key in ("S", "Shift+O", "T", "W", "Tab", "R", "I", "D", "B", "Shift+B", "Shift+R")
)
"""Shortcuts that would change panes that nobody sees here."""


class ImagesBench(QWidget):
    """The page.

    Parameters
    ----------
    session
        Its engine starts when the page is first shown.
    messages
        Where to say what happened.

    Attributes
    ----------
    train_wanted : Signal()
        A new model is to be trained.
    """

    train_wanted = Signal()

    def __init__(self, session: ImageSession, messages: MessageBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._messages = messages
        self._wanted = ""
        self._narrow = False
        self._restoring: Sheet | None = None
        self.explorer = Explorer(self)
        self.models = ModelList(session)
        self.sampling = SamplingPanel(self.explorer)
        self.grid = PictureGrid(self.tr("Samples"))
        self.strip = WalkStrip()
        self.film_bar = FilmBar()
        self.arithmetic = ArithmeticPanel(self.explorer)
        self.footer = Footer()
        self.rendering = Rendering(
            session, self.explorer, self.grid, self.sampling, self.strip, self.arithmetic, self.footer.box, self
        )
        self.words = GridWords(self.explorer, self.rendering, self)
        self.loading = LoadingLine()
        self.inside = InsidePages(session, self.explorer, self.rendering.shown_pictures)
        self.taking = Taking(session, self.explorer, self.rendering, self)
        self._fresh = ""
        self._unfit_path = ""
        self._look = QAction(self.tr("Look inside"), self)
        self._look.setToolTip(self.tr("Show the file's parameters in the Inspector"))
        self._look.triggered.connect(self._look_inside)
        self.film_screen = PictureGrid(self.tr("The way from A to B; Space pauses"))
        self.player = WalkPlayer(session, self.explorer, self.rendering, self.film_screen, self)
        self._restart = QAction(self.tr("Start again"), self)
        self._restart.triggered.connect(session.restart)
        self._lay_out()
        self._connect()
        self._on_model()

    def _lay_out(self) -> None:
        self._title = ElidedLabel("", "title")
        self._subtitle = ElidedLabel("", "muted")
        titles = {
            "samples": self.tr("samples"),
            "by": self.tr("by class"),
            "plane": self.tr("plane"),
            "walk": self.tr("walk"),
            "arithmetic": self.tr("arithmetic"),
        }
        hints = {
            "samples": self.tr("Samples of a seed; click one and it becomes the current one (1)"),
            "by": self.tr("A row for each class or category, columns along a code (2)"),
            "plane": self.tr("The plane through pins A and B and the current sample (3)"),
            "walk": self.tr("The way from pin A to pin B, and a film of it (4)"),
            "arithmetic": self.tr("A \N{MINUS SIGN} B + C on averaged latents, and turning one kind into another (5)"),
        }
        self.modes = PageSwitch(self.tr("What the grid shows"), {mode: titles[mode] for mode in MODES}, hints)
        centre = Panel()
        column = QVBoxLayout(centre)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        self._head = QHBoxLayout()
        self._head.setSpacing(8)
        self._head.addWidget(self._title, 1)
        self._head.addWidget(self.loading, 1)
        self._head.addWidget(self.inside.switch)
        column.addLayout(self._head)
        self._modes_row = QHBoxLayout()
        self._modes_row.setSpacing(12)
        self._modes_row.addWidget(self.modes, 0, Qt.AlignmentFlag.AlignLeft)
        self._modes_row.addWidget(self._subtitle, 1)
        self._samples = QWidget()
        samples = QVBoxLayout(self._samples)
        samples.setContentsMargins(0, 0, 0, 0)
        samples.setSpacing(8)
        samples.addLayout(self._modes_row)
        samples.addWidget(self.grid, 1)
        samples.addWidget(self.film_screen, 1)
        samples.addWidget(self.strip)
        samples.addWidget(self.film_bar)
        samples.addWidget(self.arithmetic)
        column.addWidget(self._samples, 1)
        column.addWidget(self.inside, 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.models)
        row.addWidget(centre, 1)
        row.addWidget(self.sampling)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(row, 1)
        layout.addWidget(self.footer)
        self.grid.set_describer(self.words.picture)
        self.strip.hide()
        self.film_screen.hide()

    def _connect(self) -> None:
        session, explorer, footer = self.session, self.explorer, self.footer
        self.models.chosen.connect(self.show_model)
        self.models.open_wanted.connect(self.ask_path)
        self.models.train_wanted.connect(self.train_wanted)
        session.opened.connect(self._on_opened)
        session.failed.connect(self._on_failed)
        session.shelf_changed.connect(self._on_shelf)
        session.message.connect(self._on_message)
        session.unfit.connect(self._on_unfit)
        session.lost.connect(self._on_lost)
        self.taking.message.connect(self._say)
        explorer.model_changed.connect(self._on_model)
        explorer.changed.connect(self._follow)
        explorer.mode_changed.connect(self._follow)
        explorer.pins_changed.connect(self._follow)
        self.modes.chosen.connect(self._on_mode)
        self.grid.taken.connect(self.take)
        self.strip.taken.connect(self._take_of_walk)
        self.film_bar.way_chosen.connect(self._on_way)
        self.film_bar.film_wanted.connect(self._on_film)
        self.film_bar.play_wanted.connect(self._on_play)
        self.film_bar.grid_wanted.connect(self.player.end)
        self.film_bar.settings_changed.connect(self._on_film_settings)
        self.strip.play_wanted.connect(self._on_play)
        self.player.changed.connect(self._follow_player)
        self.film_bar.cancelled.connect(self.taking.cancel)
        self.taking.progressed.connect(self.film_bar.show_progress)
        self.arithmetic.add_wanted.connect(self._add)
        self.arithmetic.result_taken.connect(self._take_result)
        self.arithmetic.turned_taken.connect(self._take_turned)
        footer.seed_edited.connect(self._on_seed)
        footer.new_seed.connect(explorer.new_seed)
        footer.copy_wanted.connect(self.taking.copy)
        footer.export_wanted.connect(self.taking.ask_png)
        footer.numbers_wanted.connect(self.taking.ask_numbers)
        self.rendering.shape_changed.connect(footer.show_shape)
        self.rendering.grid_drawn.connect(self._note_time)
        self.rendering.current_drawn.connect(self._note_time)
        self.inside.chosen.connect(self._on_page)
        self.sampling.neighbours_wanted.connect(self.inside.find_neighbours)
        self.inside.said.connect(self._say)
        theme.current().changed.connect(self._fit_columns)

    def stop(self) -> None:
        """End the engine and whatever is being written, because the window closes."""
        self.rendering.stop()
        self.player.end()
        self.inside.stop()
        self.taking.stop()
        self.session.stop()

    # ---- models ----------------------------------------------------------------------------------------

    def show_model(self, key: str) -> None:
        """Look at a model, as soon as it is loaded."""
        self._wanted = key
        self.models.set_current(key)
        model = self.session.model(key)
        if model is not None and model.opened is not None:
            self.explorer.set_model(model.opened)
        self._say_what_is_empty()

    def open_path(self, path: str) -> None:
        """Open a model's file, or a sheet of samples, which brings its model and settings back."""
        self.session.start()
        if path.lower().endswith(".png"):
            self._open_sheet(path)
        else:
            self._fresh = self.session.open_path(path)
            self.show_model(self._fresh)

    def ask_path(self) -> None:
        """Ask for a model's file, and open it."""
        dialog = QFileDialog(self, self.tr("Open model"))
        dialog.setObjectName("open model")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        patterns = " ".join(f"*{suffix}" for suffix in (*MODEL_SUFFIXES, ".png"))
        dialog.setNameFilters([self.tr("Models and sheets ({0})").format(patterns), self.tr("All files (*)")])
        dialog.fileSelected.connect(self.open_path)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _open_sheet(self, path: str) -> None:
        try:
            sheet = picture.read(path)
        except FileError as error:
            self._say("error", str(error), NOT_OPENED)
            return
        if sheet is None and self.inside.current == "latent":
            self.inside.inverting.look_for(path)
            return
        if sheet is None:
            self._say("error", self.tr("{0}: carries no samples of a model").format(path), NOT_OPENED)
            return
        known = [model for model in self.session.shelf if model.opened and model.opened.weights == sheet.weights]
        known = known or [model for model in self.session.shelf if model.title == sheet.model]
        if not known:
            text = self.tr("{0}: was made with the model {1}, which is not open. Open it, then drop the picture again.")
            self._say("warning", text.format(Path(path).name, sheet.model), path)
            return
        self._messages.dismiss(path)
        self._restoring = sheet
        self.show_model(known[0].key)
        if known[0].opened is not None:
            self._restore(known[0].opened)

    def _restore(self, model: OpenedModel) -> None:
        """Set what a sheet says, now that its model is there."""
        sheet, self._restoring = self._restoring, None
        assert sheet is not None
        if sheet.weights != model.weights:
            text = self.tr("{0} is another one now than when the picture was made; its samples differ.")
            self._say("warning", text.format(sheet.model), "sheet")
        try:
            moment, mode, code = restored(model, sheet)
        except InputError as error:
            self._say("error", str(error), "sheet")
            return
        arrangement = sheet.recipe.arrangement
        box = self.footer.box
        box.set_shape(arrangement.rows, arrangement.columns)
        box.padding.set_value(arrangement.padding)
        box.scale.set_value(arrangement.scale)
        self.explorer.set_code(code)
        self.explorer.set_mode(mode)
        self.explorer.set_own(moment)
        self.inside.show_page(SAMPLES)

    def _on_opened(self, key: str) -> None:
        model = self.session.model(key)
        if model is None or model.opened is None:
            return
        current = self.explorer.model
        if key == self._wanted or not self._wanted or (current is not None and current.key == key):
            self.show_model(key)
            if self._restoring is not None:
                self._restore(model.opened)
        if key == self._fresh:
            self._fresh = ""
            if model.opened.questions:  # what is seen may be wrong until they are answered
                self.inside.show_page("questions")

    def _on_failed(self, key: str) -> None:
        if key == self._wanted:
            self._wanted = "" if self.explorer.model is None else self.explorer.model.key
            self._restoring = None
            self.models.set_current(self._wanted)
            if not self._wanted and (others := [model for model in self.session.shelf if model.opened is not None]):
                self.show_model(others[0].key)

    def _on_shelf(self) -> None:
        current = self.explorer.model
        if current is not None and self.session.model(current.key) is None:
            self.explorer.set_model(None)
            self._wanted = ""
            others = [model for model in self.session.shelf if model.opened is not None]
            if others:
                self.show_model(others[0].key)
        self._say_what_is_empty()

    def _on_message(self, level: str, text: str, about: str) -> None:
        """Say what the session does; of files that it could not open, only of the last."""
        self._say(level, text, NOT_OPENED if level == "error" else about)

    def _on_unfit(self, path: str, why: str) -> None:
        """Say why a file is no model, and offer to look into it all the same."""
        self._unfit_path = path
        self._messages.show_message("error", why, [self._look], key=NOT_OPENED).said = True

    def _look_inside(self) -> None:
        self.inside.look_into(self._unfit_path)

    def _on_lost(self, how: str) -> None:
        text = self.tr("The engine that draws has ended several times: {0}.")
        self._messages.show_message("error", text.format(how), [self._restart], key="image engine")

    # ---- following -------------------------------------------------------------------------------------

    def _on_model(self) -> None:
        model = self.explorer.model
        self._title.setText("" if model is None else model.name)
        self.footer.set_usable(model is not None)
        self.modes.setEnabled(model is not None)
        if model is not None:
            self._name_modes()
        self._say_what_is_empty()
        self._follow()

    def _name_modes(self) -> None:
        """Call the modes what they are with this model, in few letters where there is little room."""
        model = self.explorer.model
        narrow = self._narrow
        by, arithmetic = self.tr("by code"), self.tr("arithmetic")
        if model is not None and model.choices:
            # What InfoGAN learned without labels is a category; others are told a class.
            by = self.tr("by class") if model.architecture.classes else self.tr("by category")
        if narrow:
            by, arithmetic = by.removeprefix("by "), self.tr("A\N{MINUS SIGN}B+C")
        self.modes.set_title("by", by)
        self.modes.set_title("arithmetic", arithmetic)

    def _say_what_is_empty(self) -> None:
        """Say what is being loaded, and what to do where nothing is to be seen."""
        shelf, current = self.session.shelf, self.explorer.model
        coming = [model for model in shelf if model.opened is None and not model.problem]
        wanted = next((model for model in coming if model.key == self._wanted), None)
        if wanted is not None and current is not None:
            text = self.tr("Loading {0}; this is still {1}").format(wanted.title, current.name)
        elif current is None and coming:
            text = self.tr("Loading {0}\N{HORIZONTAL ELLIPSIS}").format((wanted or coming[0]).title)
        else:
            text = ""
        self.loading.say(text)
        self._subtitle.setVisible(not text and self.inside.current == SAMPLES)
        if current is None and coming:
            text = self.tr("The models are being loaded\N{HORIZONTAL ELLIPSIS}")
        elif shelf:
            text = self.tr("Choose a model on the left.")
        else:
            text = self.tr("There is no model yet. Open one from a file, drop one here, or train one.")
        self.grid.set_empty_text(text)

    def _follow(self) -> None:
        explorer = self.explorer
        self.film_bar.setVisible(explorer.mode == "walk")
        self.arithmetic.setVisible(explorer.mode == "arithmetic")
        self.modes.set_current(explorer.mode)
        for mode in MODES:
            self.modes.set_able(mode, able=mode in explorer.modes())
        self._subtitle.setText(self.words.whole())
        if explorer.model is None:
            return
        self.footer.seed.set_value(explorer.moment.seed)
        self.strip.title.setText(
            self.tr("Interpolation \N{MIDDLE DOT} A to B \N{MIDDLE DOT} {0}").format(self.words.way())
        )

    def _note_time(self, seconds: float) -> None:
        milliseconds = short(1000 * seconds, 2)
        self.footer.read_out.setText(self.tr("rendered in {0} ms \N{MIDDLE DOT} CPU").format(milliseconds))

    # ---- what a person does ----------------------------------------------------------------------------

    def take(self, number: int) -> None:
        """Make a picture of the grid the current sample."""
        explorer, model, shown = self.explorer, self.explorer.model, self.rendering.shown
        if model is None or shown is None or number >= shown.recipe.n:
            return
        recipe = shown.recipe
        if explorer.mode in ("walk", "plane"):
            assert shown.latents is not None
            explorer.take_latent(shown.latents[number])
            return
        told = model.values(shown.given(model), number)
        swept = {sweep.name for sweep in (recipe.down, recipe.across) if sweep is not None}
        kept = {name: explorer.moment.values[name] for name in recipe.shares}
        values = {**told, **kept}
        if swept and recipe.drawn == 1:
            explorer.change("", values=values, blend=None if set(recipe.shares) & swept else explorer.moment.blend)
            return
        columns = recipe.arrangement.columns
        drawn = number % columns if recipe.down else number // columns if recipe.across else number
        explorer.take_sample(drawn, values, drawn)

    def _take_of_walk(self, number: int) -> None:
        self.explorer.take_latent(self.rendering.walk(self.strip.strip.count)[number])

    def _take_result(self, number: int) -> None:
        self.explorer.take_latent(self.rendering.result_latent("result", number))

    def _take_turned(self, number: int) -> None:
        self.explorer.take_latent(self.rendering.result_latent("turned", number))

    def _add(self, name: str) -> None:
        """Put the picture that the keyboard is on, or else the current one, into a slot."""
        if self.explorer.model is not None and self.explorer.mode == "arithmetic":
            self.explorer.add_to_slot(name, self.explorer.latent)

    def _on_page(self, page: str) -> None:
        """Give the middle to the samples, or to a page about the model's inside, which needs the room."""
        exploring = page == SAMPLES
        self._subtitle.setVisible(exploring and not self.loading.text)
        self._title.setVisible(not exploring or not self._narrow)
        self._samples.setVisible(exploring)
        self.sampling.setVisible(exploring)
        self.footer.setVisible(exploring)

    def _on_mode(self, mode: Mode) -> None:
        self.explorer.set_mode(mode)

    def _on_way(self, way: str) -> None:
        self.rendering.set_way(way)
        self.player.follow_way()
        self._follow()

    def _on_seed(self, seed: object) -> None:
        assert isinstance(seed, int)
        self.explorer.settle()
        self.explorer.set_seed(seed)
        self.explorer.settle()

    def _on_film(self, suffix: str) -> None:
        self.taking.set_film(self.film_bar.frames.value(), self.film_bar.rate.value())
        self.taking.ask_film(suffix)

    def _on_film_settings(self) -> None:
        self.player.set_film(self.film_bar.frames.value(), self.film_bar.rate.value())

    def _on_play(self) -> None:
        """Play the walk, or pause it; from elsewhere than the walk's own page go there first."""
        if self.explorer.model is not None and "walk" in self.explorer.modes():
            self.explorer.set_mode("walk")
            self._on_film_settings()
            self.player.toggle()

    def _follow_player(self) -> None:
        """Show the large picture in place of the grid while a walk is played."""
        on = self.player.on
        had_focus = self.grid.hasFocus() or self.film_screen.hasFocus()
        self.grid.setVisible(not on)
        self.film_screen.setVisible(on)
        if had_focus:
            (self.film_screen if on else self.grid).setFocus()
        self.film_bar.show_playing(on=on, playing=self.player.playing)

    def _say(self, level: str, text: str, about: str) -> None:
        self._messages.say(level, text, about)  # type: ignore[arg-type]

    # ---- keys ------------------------------------------------------------------------------------------

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a plain key means here; the plane's keys mean nothing."""
        key = QKeySequence(event.key()).toString()
        explorer = self.explorer
        if event.key() == Qt.Key.Key_Escape and self.player.on:
            self.player.end()
            return True
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F5) or event.modifiers() & ~(
            Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        ):
            return False
        if explorer.model is None or self.inside.current != SAMPLES:
            return True
        if key.isdigit() and 1 <= int(key) <= len(MODES):
            explorer.set_mode(MODES[int(key) - 1])
        elif explorer.mode == "arithmetic" and key in explorer.slots:
            self._add_at_cursor(key)
        elif explorer.mode == "walk" and (key == "P" or (key == "Space" and self.player.on)):
            self._on_play()
        elif key == "N":
            explorer.new_seed()
        elif key == "R" and explorer.model.latent:
            explorer.randomise()
        return True

    def _add_at_cursor(self, name: str) -> None:
        if self.grid.hasFocus() and self.grid.cursor_number != self.grid.current:
            self.take(self.grid.cursor_number)
        self._add(name)

    def _combination(self, event: QKeyEvent) -> str:
        return QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)

    def event(self, event: QEvent) -> bool:
        """Take shortcuts that mean something else here, and those of the plane, before the window does."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            combination = self._combination(event)
            if combination in KEYS or combination in OF_THE_PLANE:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what a shortcut means here."""
        combination = self._combination(event)
        does = {
            "undo": self.explorer.undo,
            "redo": self.explorer.redo,
            "copy": self.taking.copy,
            "export": self.taking.ask_png,
            "open": self.ask_path,
        }
        if combination in KEYS:
            does[KEYS[combination]]()
        elif combination not in OF_THE_PLANE:
            super().keyPressEvent(event)

    # ---- room ------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Start the engine at the first sight, and give the grid the keyboard."""
        super().showEvent(event)
        self.session.start()
        self._say_what_is_empty()
        self.grid.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the columns what there is room for."""
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        scale = theme.current().scale
        narrow = self._narrow = self.width() < NARROW * scale
        self._name_modes()
        self._title.setVisible(not narrow or self.inside.current != SAMPLES)  # the list of models has the name, too
        # Where the list of pages is short, there is more room beside it than beside the modes.
        (self._head if narrow else self._modes_row).insertWidget(1, self._subtitle, 1)
        self.inside.set_narrow(narrow)
        self.modes.set_narrow(self.width() < NARROWEST * scale)
        self.models.set_narrow(narrow)
        self.models.setFixedWidth(round((NARROW_LEFT if narrow else LEFT_WIDTH) * min(scale, 1.2)))
        right = NARROW_RIGHT * min(scale, 1.32) if narrow else RIGHT_WIDTH * scale  # the least that its widgets need
        self.sampling.setFixedWidth(round(right))
