"""Everything that a person can do, in one table: menus, shortcuts, tooltips and the command palette share it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence

from ganstudio.gui import icons, theme
from ganstudio.gui.pages import BENCHES
from ganstudio.gui.plane.layer_bar import KEYS, SWITCHES

__all__ = ["ACTIONS", "Actions", "Command"]


@dataclass(frozen=True)
class Command:
    """One row: where it stands in the menus, what it is called, its keys, icon and explanation, and a short name."""

    menu: str
    text: str
    keys: str = ""
    icon: str = ""
    hint: str = ""
    short: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether its key is one that fields and lists use, too: no Ctrl, no function key."""
        return bool(self.keys) and "Ctrl" not in self.keys and self.keys not in ("F1", "F5")


ACTIONS: dict[str, Command] = {
    "open": Command(
        "File",
        "Open experiment\N{HORIZONTAL ELLIPSIS}",
        "Ctrl+O",
        "open",
        "Open an experiment or comparison (TOML), a picture (PNG) that carries one, or a model saved by GAN Lab (JSON)",
    ),
    "open_model": Command(
        "File",
        "Open a model\N{HORIZONTAL ELLIPSIS}",
        hint="Open a trained generator of pictures, or a sheet of its samples, on the Images bench",
    ),
    "save": Command("File", "Save experiment\N{HORIZONTAL ELLIPSIS}", "Ctrl+S", "save", "Save what is open as TOML"),
    "next_preset": Command(
        "File", "Next preset", "PgDown", hint="Open the next preset in place of what is on the plane"
    ),
    "previous_preset": Command(
        "File", "Previous preset", "PgUp", hint="Open the previous preset in place of what is on the plane"
    ),
    "bring_back": Command(
        "File",
        "Bring back what was replaced",
        hint="Open again what a preset, a file or a comparison was opened in place of",
    ),
    "data_file": Command(
        "File",
        "Data from a file\N{HORIZONTAL ELLIPSIS}",
        "Ctrl+Shift+O",
        "data-file",
        "Take the points of a CSV or NPY file, or a picture's dark pixels, as data",
        "From file\N{HORIZONTAL ELLIPSIS}",
    ),
    "preferences": Command(
        "File", "Preferences\N{HORIZONTAL ELLIPSIS}", "Ctrl+,", "settings", "Memory for the timeline, light or dark"
    ),
    "quit": Command("File", "Quit", "Ctrl+Q", "", "Close the window; training ends with it"),
    "take_away": Command(
        "Export",
        "Take away\N{HORIZONTAL ELLIPSIS}",
        "Ctrl+E",
        "take-away",
        "Pictures, drawings, films, curves and samples of the panes",
    ),
    "take_png": Command(
        "Export",
        "Picture (PNG)\N{HORIZONTAL ELLIPSIS}",
        icon="camera",
        hint="A picture that brings experiment and run back when it is dropped on the window",
    ),
    "take_svg": Command(
        "Export", "Drawing (SVG)\N{HORIZONTAL ELLIPSIS}", hint="A drawing whose lines, dots and words can be edited"
    ),
    "take_gif": Command(
        "Export",
        "Film of the timeline (GIF)\N{HORIZONTAL ELLIPSIS}",
        hint="The kept steps as a film that plays everywhere",
    ),
    "take_mp4": Command(
        "Export", "Film of the timeline (MP4)\N{HORIZONTAL ELLIPSIS}", hint="The kept steps as a film; needs ffmpeg"
    ),
    "take_csv": Command(
        "Export",
        "Curves (CSV)\N{HORIZONTAL ELLIPSIS}",
        hint="Losses and metrics of the selected pane, all steps and seeds",
    ),
    "take_npy": Command(
        "Export", "Samples (NPY)\N{HORIZONTAL ELLIPSIS}", hint="Samples of the selected pane as an array of float32"
    ),
    "take_script": Command(
        "Export",
        "PyTorch script\N{HORIZONTAL ELLIPSIS}",
        hint="A script that repeats the selected run without GAN Studio",
    ),
    "record": Command(
        "Export",
        "Record",
        "Ctrl+Shift+R",
        "record",
        "Film what is on the screen, up to a minute; the same again ends it",
    ),
    "toggle": Command("Run", "Play or pause", "Space", "play", "Train all panes, or pause them"),
    "step": Command(
        "Run",
        "One step",
        "S",
        "step",
        "One iteration in every pane: the critic's steps, then the generator's",
        short="Step",
    ),
    "step_critic": Command(
        "Run",
        "Critic only",
        "D",
        "step-critic",
        "Only the critic's part of an iteration; the generator stands still",
        short="D only",
    ),
    "step_generator": Command(
        "Run",
        "Generator only",
        "G",
        "step-generator",
        "Only the generator's part of an iteration; the critic stands still",
        short="G only",
    ),
    "walk": Command(
        "Run",
        "Slow motion",
        "M",
        "slow-motion",
        "One iteration of the selected pane, stop by stop on its model graph",
    ),
    "reset": Command("Run", "Reset", "R", "reset", "Begin again with the same seed and the settings as they are now"),
    "new_seed": Command("Run", "New seed", "N", "new-seed", "Begin again with another seed, the same in all panes"),
    "draw_data": Command(
        "Run",
        "Draw data\N{HORIZONTAL ELLIPSIS}",
        "E",
        "draw",
        "Paint the data on the selected pane's plane, or place Gaussians",
        "Draw\N{HORIZONTAL ELLIPSIS}",
    ),
    "slower": Command("Run", "Slower", ",", "", "Fewer steps a second"),
    "faster": Command("Run", "Faster", ".", "", "More steps a second"),
    "lock_steps": Command(
        "Run",
        "Keep panes at the same step",
        "K",
        hint="No pane trains ahead of the slowest, and all stop at the same step",
    ),
    "lock_time": Command(
        "Run", "Give panes the same time", "T", hint="No pane gets more time of training than another"
    ),
    "restart_engine": Command(
        "Run", "Restart the engine", hint="End the process that trains and begin its runs again at step 0"
    ),
    "step_back": Command(
        "Time", "Look one step back", "[", "", "Show the step kept before this one, in every pane; pauses"
    ),
    "step_on": Command("Time", "Look one step on", "]", "", "Show the step kept after this one, in every pane"),
    "now": Command("Time", "Back to now", "\\", "", "Show the present again, in every pane"),
    "best": Command(
        "Time",
        "Best step",
        "B",
        "star",
        "Show each pane's best step by the chosen metric, among those at which it was measured; pauses",
        short="Best",
    ),
    "last": Command("Time", "Last step", "L", "last", "Show each pane's last step", short="Last"),
    "branch": Command(
        "Time",
        "Branch from here",
        "Ctrl+Shift+B",
        "branch",
        "Add a pane that begins at the step that the selected one shows, with the settings in the setup",
        short="Branch",
    ),
    "add_pane": Command(
        "Pane", "Add a pane", "Ctrl+T", "add-pane", "Add a pane with the selected pane's experiment, up to four"
    ),
    "close_pane": Command("Pane", "Close the pane", "Ctrl+W", "close", "Close the selected pane; the last one stays"),
    "next_pane": Command("Pane", "Select the next pane", "Ctrl+Tab", "", "Edit the next pane in the setup"),
    "wall": Command(
        "Pane",
        "Wall of seeds",
        "Ctrl+R",
        "wall",
        "Train 16 seeds of the selected pane at once, or one again; begins again at step 0",
        short="Wall of seeds",
    ),
    "diagnosis": Command(
        "Pane", "Diagnosis", "Ctrl+I", hint="How the selected run is doing, with the numbers behind it"
    ),
    "home": Command("Pane", "Reset the view", "Home", "home", "Show the whole plotting window in every pane"),
    "zoom_together": Command(
        "Pane", "Zoom together", "Z", hint="Zoom and pan all panes whose data are of the same place, or each alone"
    ),
    "differences": Command(
        "Pane", "Differences", "Ctrl+D", hint="List every setting in which the panes differ, under the panes"
    ),
    **{
        f"layer_{name}": Command("Layers", switch.title, KEYS[name], "", switch.hint)
        for name, switch in SWITCHES.items()
    },
    "warp": Command(
        "Layers", "Replay the warp", "W", "", "Show the manifold's grid become what the generator makes of it"
    ),
    **{name: Command("View", bench.title, bench.keys, bench.icon, bench.hint) for name, bench in BENCHES.items()},
    "find_method": Command(
        "View",
        "Find a method\N{HORIZONTAL ELLIPSIS}",
        "Ctrl+F",
        "search",
        "Search the methods by name, paper, year or what they show",
    ),
    "setup": Command("View", "Show setup", "Ctrl+B", "settings", "Show or hide the settings on the left", "Setup"),
    "present": Command(
        "View",
        "Presentation",
        "F5",
        hint="Full screen with larger text, points and lines and a projector's colours; Escape leaves",
    ),
    "theme": Command("View", "Light or dark", "Ctrl+L", "sun", "Change between light and dark colours", "Theme"),
    "palette": Command(
        "Help", "Find a command\N{HORIZONTAL ELLIPSIS}", "Ctrl+K", "command", "Type what you want to do"
    ),
    "about": Command("Help", "About GAN Studio", "F1", "about", "Versions, device and licences", "About"),
}

SWITCHED = {
    "setup": True,
    "zoom_together": True,
    "lock_steps": False,
    "lock_time": False,
    "differences": False,
    "present": False,
}
"""Actions that are on or off, and which they are at first."""


class Actions(QObject):
    """The table as QActions that a window owns.

    Keys without Ctrl are no Qt shortcuts, which would take them from fields, lists and buttons: the window
    looks them up with `for_key` when no widget wanted them.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._actions: dict[str, QAction] = {}
        self._plain: dict[str, QAction] = {}
        for name, command in ACTIONS.items():
            action = QAction(self.tr(command.text), self)
            action.setObjectName(name)
            action.setIconText(self.tr(command.short or command.text))
            if command.is_plain:
                # What stands behind a tab is shown where menus show shortcuts.
                action.setText(f"{action.text()}\t{command.keys}")
                self._plain[command.keys] = action
            elif command.keys:
                action.setShortcut(QKeySequence(command.keys))
            self._explain(action, command)
            self._actions[name] = action
        for name, checked in SWITCHED.items():
            self[name].setCheckable(True)
            self[name].setChecked(checked)
        theme.current().changed.connect(self.restyle)
        self.restyle()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def items(self) -> list[tuple[str, QAction]]:
        """Return all names and actions, in the table's order."""
        return list(self._actions.items())

    def for_key(self, event: QKeyEvent) -> QAction | None:
        """Return the action of a key without Ctrl, Alt or Meta, or None."""
        # Brackets and backslash are typed with AltGr on many keyboards, which Qt calls a switch of groups.
        signs = (
            Qt.KeyboardModifier.ShiftModifier
            | Qt.KeyboardModifier.KeypadModifier
            | Qt.KeyboardModifier.GroupSwitchModifier
        )
        modifiers = event.modifiers() & ~signs
        if modifiers != Qt.KeyboardModifier.NoModifier:
            return None
        return self._plain.get(QKeySequence(event.key()).toString())

    def connect_all(self, slots: dict[str, Callable[..., object]]) -> None:
        """Connect every action to a bound method.

        Raises
        ------
        KeyError
            If a row of the table has no slot.
        """
        for name, action in self._actions.items():
            action.triggered.connect(slots[name])

    def restyle(self) -> None:
        """Draw the icons in the theme's colours."""
        palette = theme.current().palette
        for name, action in self._actions.items():
            if picture := ACTIONS[name].icon:
                action.setIcon(icons.icon(picture, palette))

    def _explain(self, action: QAction, command: Command) -> None:
        """Give an action its tooltip, keys included."""
        keys = QKeySequence(command.keys).toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(self.tr(command.hint) + (f" ({keys})" if keys else ""))
        action.setStatusTip(self.tr(command.hint))
