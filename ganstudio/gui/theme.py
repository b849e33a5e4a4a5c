"""How the window looks: Fusion, a QPalette and a style sheet, all made from one `Palette`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from ganstudio.gui import fonts, icons
from ganstudio.gui.stylesheet import style_sheet
from ganstudio.palette import DARK, DARK_PROJECTOR, LIGHT, LIGHT_PROJECTOR, Palette

__all__ = ["Theme", "apply", "current", "repolish", "set_role"]

Mode = Literal["system", "light", "dark"]
_SCHEMES = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}


def apply(app: QApplication, palette: Palette, scale: float = 1.0) -> None:
    """Give an application with Fusion's style the look of a palette.

    Parameters
    ----------
    scale
        Factor on all text, for presentations.
    """
    # A style sheet that replaces another one makes Qt 6 polish every widget once for each of its ancestors, eight times
    # on average; taking the old one away first, once.
    app.setStyleSheet("")
    app.setPalette(_qt_palette(palette))
    app.setFont(fonts.application_font(scale))
    app.setStyleSheet(style_sheet(palette, scale, _drawn_icons(palette)))


class Theme(QObject):
    """What look is on, and the signal by which widgets that paint themselves hear of a change.

    There is one an application, see `current`.

    Attributes
    ----------
    changing : Signal()
        Before it takes another palette or text size. Every widget that there is will be polished anew, at half a
        millisecond each: time to forget those that nobody sees.
    changed : Signal(Palette)
        After the application has taken a new palette or text size.
    """

    changing = Signal()
    changed = Signal(object)

    def __init__(self, app: QApplication, mode: Mode = "system", scale: float = 1.0) -> None:
        super().__init__(app)
        self.setObjectName("theme")
        fonts.load_fonts()
        # Once: under a style sheet nothing says what the style is, and setting it polishes every widget twice.
        app.setStyle(QStyleFactory.create("Fusion"))
        self._app = app
        self._mode: Mode = mode
        self._scale = scale
        self._projected = False
        self._palette = DARK
        app.styleHints().colorSchemeChanged.connect(self._on_system_scheme)
        self._use(self._wanted())

    @property
    def palette(self) -> Palette:
        """The colours in use."""
        return self._palette

    @property
    def mode(self) -> Mode:
        """What was asked for: "system", "light" or "dark"."""
        return self._mode

    @property
    def scale(self) -> float:
        """The factor on all text."""
        return self._scale

    def set_mode(self, mode: Mode) -> None:
        """Choose light, dark, or what the desktop uses."""
        self._mode = mode
        # Title bars and native dialogs follow; "system" gives the choice back to the desktop.
        self._app.styleHints().setColorScheme(_SCHEMES[mode])
        if self._wanted() is not self._palette:
            self._use(self._wanted())

    def set_scale(self, scale: float) -> None:
        """Choose the factor on all text, 0.5 to 3; 1.25 to 1.5 suits a projector."""
        scale = min(3.0, max(0.5, scale))
        if scale != self._scale:
            self._scale = scale
            self._use(self._palette)

    def project(self, scale: float) -> None:
        """Use colours that survive a projector in a lit room, and a factor on all text, from now on."""
        self._projected, self._scale = True, scale
        self._use(self._wanted())

    def unproject(self, scale: float) -> None:
        """Go back to the usual colours, with a factor on all text."""
        self._projected, self._scale = False, scale
        self._use(self._wanted())

    def toggle(self) -> None:
        """Go from light to dark or back."""
        self.set_mode("light" if self._palette.is_dark else "dark")

    def _wanted(self) -> Palette:
        light = self._mode == "light"
        if self._mode == "system":
            light = self._app.styleHints().colorScheme() == Qt.ColorScheme.Light
        if self._projected:
            return LIGHT_PROJECTOR if light else DARK_PROJECTOR
        return LIGHT if light else DARK

    def _on_system_scheme(self) -> None:
        if self._mode == "system" and self._wanted() is not self._palette:
            self._use(self._wanted())

    def _use(self, palette: Palette) -> None:
        self.changing.emit()
        self._palette = palette
        apply(self._app, palette, self._scale)
        self.changed.emit(palette)


def current() -> Theme:
    """Return the application's theme; the first call makes it, in "system" mode."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("a QApplication must exist before its theme")
    theme = app.findChild(Theme, "theme", Qt.FindChildOption.FindDirectChildrenOnly)
    return theme if isinstance(theme, Theme) else Theme(app)


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget a look of the style sheet, for example "panel", "title" or "primary"."""
    widget.setProperty("role", role)
    repolish(widget)


def repolish(widget: QWidget) -> None:
    """Make the style sheet look again at a widget's properties."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


def _qt_palette(palette: Palette) -> QPalette:
    """Return a QPalette for what the style sheet does not reach."""
    roles = QPalette.ColorRole
    result = QPalette()
    for role, colour in {
        roles.Window: palette.window,
        roles.WindowText: palette.text,
        roles.Base: palette.raised,
        roles.AlternateBase: palette.panel,
        roles.Text: palette.text,
        roles.Button: palette.raised,
        roles.ButtonText: palette.text,
        roles.BrightText: palette.bad,
        roles.ToolTipBase: palette.raised,
        roles.ToolTipText: palette.text,
        roles.PlaceholderText: palette.muted,
        roles.Highlight: palette.accent,
        roles.HighlightedText: palette.on_accent,
        roles.Link: palette.accent,
        roles.LinkVisited: palette.accent,
        roles.Accent: palette.accent,
        roles.Light: palette.raised,
        roles.Midlight: palette.raised,
        roles.Mid: palette.border,
        roles.Dark: palette.border,
        roles.Shadow: palette.window,
    }.items():
        result.setColor(role, QColor(colour))
    faint = QColor(palette.muted)
    faint.setAlphaF(0.6)
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, faint)
    return result


_directory: list[QTemporaryDir] = []  # filled at the first use, deleted with the process


def _drawn_icons(palette: Palette) -> dict[str, str]:
    """Write the few icons that a style sheet can only take as files; return name -> path."""
    if not _directory:
        _directory.append(QTemporaryDir())
    wanted = {
        "chevron-down": palette.muted,
        "chevron-down-off": palette.border,
        "chevron-up": palette.muted,
        "chevron-right": palette.muted,
        "chevron-left": palette.muted,
        "check": palette.on_accent,
        "close": palette.muted,
    }
    if not _directory[0].isValid():  # a full or read-only disk costs the chevrons, nothing else
        return dict.fromkeys(wanted, "")
    paths = {}
    for name, colour in wanted.items():
        path = Path(_directory[0].path()) / f"{palette.name}-{name}.svg"
        path.write_bytes(icons.svg(name.removesuffix("-off"), colour))
        paths[name] = path.as_posix()
    return paths
