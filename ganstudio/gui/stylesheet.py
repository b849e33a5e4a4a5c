"""The style sheet: quiet, dense, on a grid of 8 px, made from a palette and a text scale.

Looks are chosen with the dynamic property "role" (see `ganstudio.gui.theme.set_role`):

- QFrame: "panel", "card", "bar", "line", "equation";
- QLabel: "title", "heading", "muted", "small", "number", "accent", "error";
- QPushButton: "primary", "flat", "danger", "pill", "segment"; without a role it is plain;
- QToolButton: flat without a role, "plain", "rail", "disclosure", "small".
"""

from __future__ import annotations

import re

from ganstudio.gui.fonts import BASE_SIZE
from ganstudio.palette import Palette

__all__ = ["blend", "style_sheet"]


def blend(below: str, above: str, amount: float) -> str:
    """Return the colour of `above` painted over `below` with an opacity of `amount`."""
    parts = []
    for i in (1, 3, 5):
        low, high = int(below[i : i + 2], 16), int(above[i : i + 2], 16)
        parts.append(round(low + (high - low) * amount))
    return "#{:02x}{:02x}{:02x}".format(*parts)


def style_sheet(palette: Palette, scale: float, icons: dict[str, str]) -> str:
    """Return the whole style sheet.

    Parameters
    ----------
    scale
        Factor on text and on the paddings around it.
    icons
        Paths of "chevron-down", "chevron-down-off", "chevron-right" and "check".
    """
    names = {name: value for name, value in vars(palette).items() if name != "name"}
    names |= {
        "hover": blend(palette.raised, palette.text, 0.06),
        "pressed": blend(palette.raised, palette.text, 0.12),
        "panel_hover": blend(palette.panel, palette.text, 0.07),
        "edge": blend(palette.border, palette.text, 0.10),
        "edge_hover": blend(palette.border, palette.text, 0.25),
        "faint": blend(palette.panel, palette.muted, 0.55),
        "accent_hover": blend(palette.accent, palette.text, 0.12),
        "accent_pressed": blend(palette.accent, palette.window, 0.18),
        "accent_soft": blend(palette.panel, palette.accent, 0.16),
        "bad_soft": blend(palette.panel, palette.bad, 0.14),
        "thumb": blend(palette.panel, palette.muted, 0.40),
        "thumb_hover": blend(palette.panel, palette.muted, 0.65),
    }
    names |= {f"size_{name}": f"{BASE_SIZE * scale * factor:.2f}pt" for name, factor in _SIZES.items()}
    names |= {
        f"px{count}": f"{max(1, round(count * scale))}px"
        for count in (2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 18, 20, 24, 36)
    }
    # More than half of the height would make Qt draw square corners.
    pixels = {name: int(value[:-2]) for name, value in names.items() if name.startswith("px")}
    names["pill_radius"] = f"{(pixels['px18'] + 2 * pixels['px2'] + 2) // 2}px"
    names["radio_radius"] = f"{(pixels['px14'] + 2) // 2}px"
    names["slider_radius"] = f"{(pixels['px12'] + 2) // 2}px"
    names["slider_margin"] = f"{(pixels['px12'] - pixels['px4']) // 2 + 1}px"
    names["state_radius"] = f"{(pixels['px16'] + 2 * pixels['px3']) // 2}px"
    names |= {"icon_" + name.replace("-", "_"): f'url("{path}")' if path else "none" for name, path in icons.items()}
    sheet = _TEXT + _BUTTONS + _FIELDS + _SLIDERS + _LISTS + _FRAMES
    return re.sub(r"@(\w+)", lambda match: names[match[1]], sheet)


_SIZES = {"small": 0.88, "normal": 1.0, "number": 1.15, "title": 1.18, "display": 1.6}

# Nothing is said of every QLabel: the application's palette has the colours, and a rule that sets them would give
# each label a palette of its own, a fifth of what a change of look costs.
_TEXT = """
QToolTip { background-color: @raised; color: @text; border: 1px solid @edge; padding: @px5 @px8; }
QLabel[role="title"] { font-size: @size_title; font-weight: 600; }
QLabel[role="display"] { font-size: @size_display; font-weight: 600; }
QLabel[role="heading"] { font-size: @size_small; font-weight: 600; color: @muted; letter-spacing: 1px;
    text-transform: uppercase; }
QLabel[role="muted"] { color: @muted; }
QLabel[role="accent"] { color: @accent; font-weight: 600; }
QLabel[role="muted"]:disabled { color: @faint; }
QLabel[role="small"] { font-size: @size_small; color: @muted; }
QLabel[role="cell"] { font-size: @size_small; }
QLabel[role="number"] { font-size: @size_number; font-weight: 600; }
QFrame[role="equation"] { background-color: @raised; border: 1px solid @border; border-radius: 6px; }
QLabel[role="error"] { font-size: @size_small; color: @bad; }
QLabel[role="readout"] { font-size: @size_small; color: @text; background-color: @panel; border: 1px solid @border;
    border-radius: 6px; padding: @px3 @px6; }
QLabel[role="state"] { font-size: @size_small; font-weight: 600; border-radius: @state_radius; padding: @px3 @px10;
    min-height: @px16; background-color: @raised; color: @muted; }
QLabel[role="state"]:focus { border: 1px solid @text; }
QLabel[role="state"][state="good"] { background-color: @good; color: @on_state; }
QLabel[role="state"][state="bad"] { background-color: @bad; color: @on_state; }
QLabel[role="state"][state="warning"] { background-color: @warning; color: @on_state; }
"""

_BUTTONS = """
QPushButton, QToolButton[role="plain"] { background-color: @raised; color: @text; border: 1px solid @edge;
    border-radius: 6px; padding: @px5 @px12; min-height: @px18; font-weight: 500; icon-size: @px16; }
QToolButton { icon-size: @px18; }
QToolButton[role="disclosure"] { icon-size: @px16; }
QToolButton[role="plain"] { padding: @px5 @px6; }
QPushButton:hover, QToolButton[role="plain"]:hover { background-color: @hover; border-color: @edge_hover; }
QPushButton:pressed, QToolButton[role="plain"]:pressed { background-color: @pressed; }
QPushButton:checked, QToolButton[role="plain"]:checked { background-color: @accent_soft; border-color: @accent; }
QPushButton:focus, QToolButton:focus { border: 1px solid @accent; outline: none; }
QPushButton:disabled, QToolButton[role="plain"]:disabled { background-color: @panel; color: @faint;
    border-color: @border; }
QPushButton[role="primary"] { background-color: @accent; color: @on_accent; border-color: @accent; font-weight: 600;
    padding: @px5 @px16; }
QPushButton[role="primary"]:hover { background-color: @accent_hover; border-color: @accent_hover; }
QPushButton[role="primary"]:pressed { background-color: @accent_pressed; }
QPushButton[role="primary"]:focus { border: 2px solid @text; padding: @px4 @px14; }
QPushButton[role="primary"]:disabled { background-color: @raised; color: @faint; border-color: @border; }
QPushButton[role="danger"] { color: @bad; border-color: @bad; background-color: @bad_soft; }
QPushButton[role="danger"]:disabled { color: @faint; border-color: @border; background-color: @panel; }
QPushButton[role="flat"], QToolButton { background-color: transparent; color: @text; border: 1px solid transparent;
    border-radius: 6px; padding: @px4; }
QToolButton[role="small"] { padding: 1px; icon-size: @px16; }
QPushButton[role="flat"] { padding: @px5 @px8; }
QPushButton[role="flat"]:focus { border-color: @accent; }
QPushButton[role="flat"]:disabled { color: @faint; }
QPushButton[role="flat"]:hover, QToolButton:hover { background-color: @panel_hover; }
QPushButton[role="flat"]:pressed, QToolButton:pressed { background-color: @raised; }
QToolButton:checked { background-color: @accent_soft; color: @text; }
QToolButton:disabled { color: @faint; }
QToolButton::menu-indicator { image: none; }
QToolButton[role="rail"] { icon-size: @px20; color: @muted; border-radius: 8px; padding: @px6 @px4;
    font-size: @size_small;
    font-weight: 500; }
QToolButton[role="rail"]:hover { color: @text; }
QToolButton[role="rail"]:checked { background-color: @raised; color: @text; }
QToolButton[role="disclosure"] { font-weight: 500; padding: @px4 @px4 @px4 0px; margin-left: -5px;
    color: @muted; }
QToolButton[role="disclosure"]:hover { color: @text; background-color: transparent; }
QToolButton[role="disclosure"]:checked { background-color: transparent; color: @text; }
QPushButton[role="pill"] { border-radius: @pill_radius; padding: @px2 @px10; icon-size: @px10;
    background-color: transparent; color: @muted;
    font-size: @size_small; border: 1px solid @border; }
QPushButton[role="pill"]:hover { color: @text; border-color: @edge_hover; }
QPushButton[role="pill"]:checked { color: @text; background-color: @raised; border-color: @edge_hover; }
QPushButton[role="pill"]:focus { border-color: @accent; }
QPushButton[role="pill"]:disabled { color: @faint; border-color: @border; background-color: transparent; }
QFrame[role="segments"] { background-color: @raised; border: 1px solid @border; border-radius: 7px; }
QPushButton[role="segment"] { background-color: transparent; border: 1px solid transparent; border-radius: 5px;
    padding: @px3 @px10; color: @muted; min-height: @px16; }
QPushButton[role="segment"][dense="true"] { padding: @px3 @px5; }
QPushButton[role="segment"]:hover { color: @text; }
QPushButton[role="segment"]:checked { background-color: @panel; color: @text; border-color: @edge; }
QPushButton[role="segment"]:focus { border-color: @accent; }
QPushButton[role="segment"]:disabled { color: @faint; }
"""

_FIELDS = """
QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit { background-color: @raised; color: @text;
    border: 1px solid @border; border-radius: 6px; padding: @px4 @px8; min-height: @px18;
    selection-background-color: @accent; selection-color: @on_accent; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: @edge_hover; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QComboBox:on, QPlainTextEdit:focus, QTextEdit:focus {
    border: 1px solid @accent; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: @faint; background-color: @panel; }
QLineEdit[invalid="true"], QLineEdit[invalid="true"]:focus { border: 1px solid @bad; background-color: @bad_soft; }
QLineEdit:read-only { background-color: @panel; }
QAbstractSpinBox QLineEdit { background: transparent; border: none; padding: 0 @px4; min-height: 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }
QComboBox::drop-down { subcontrol-origin: border; subcontrol-position: center right; width: @px24; border: none; }
QComboBox::down-arrow { image: @icon_chevron_down; width: @px16; height: @px16; }
QComboBox::down-arrow:disabled { image: @icon_chevron_down_off; }
QComboBox QAbstractItemView { background-color: @raised; color: @text; border: 1px solid @edge; padding: 4px;
    outline: none; selection-background-color: @accent_soft; selection-color: @text; border-radius: 0; }
QComboBox QAbstractItemView:focus { border-color: @edge; }
QComboBox QAbstractItemView::item { min-height: @px24; padding: 0 @px6; border-radius: 4px; }
QComboBox QAbstractItemView::item:selected { background-color: @accent_soft; color: @text; }
QCheckBox, QRadioButton { color: @text; spacing: @px8; }
QCheckBox:disabled, QRadioButton:disabled { color: @faint; }
QCheckBox::indicator, QRadioButton::indicator { width: @px14; height: @px14; border: 1px solid @edge_hover;
    background-color: @raised; }
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: @radio_radius; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: @accent; }
QCheckBox::indicator:checked { background-color: @accent; border-color: @accent; image: @icon_check; }
QRadioButton::indicator:checked { border-color: @accent; background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5,
    fx: 0.5, fy: 0.5, stop: 0 @on_accent, stop: 0.38 @on_accent, stop: 0.48 @accent, stop: 1 @accent); }
QCheckBox:focus, QRadioButton:focus { color: @accent; }
"""

_SLIDERS = """
QSlider { min-height: @px24; background: transparent; }
QSlider[role="track"] { min-height: @px36; }
QSlider::groove:horizontal { height: @px4; border-radius: 2px; background-color: @edge; }
QSlider::sub-page:horizontal { height: @px4; border-radius: 2px; background-color: @accent; }
QSlider::handle:horizontal { width: @px12; height: @px12; margin: -@slider_margin 0; border-radius: @slider_radius;
    background-color: @accent; border: 1px solid @panel; }
QSlider::handle:horizontal:hover { background-color: @accent_hover; }
QSlider::handle:horizontal:focus { border: 2px solid @text; width: @px10; height: @px10; }
QSlider::groove:vertical { width: @px4; border-radius: 2px; background-color: @edge; }
QSlider::add-page:vertical { width: @px4; border-radius: 2px; background-color: @accent; }
QSlider::sub-page:vertical { width: @px4; border-radius: 2px; background-color: @edge; }
QSlider::handle:vertical { width: 10px; height: 10px; margin: 0 -4px; border-radius: 6px;
    background-color: @accent; border: 1px solid @panel; }
QSlider::handle:vertical:hover { background-color: @accent_hover; }
QSlider::handle:vertical:focus { border: 2px solid @text; width: 8px; height: 8px; }
QSlider[free="true"]::sub-page:horizontal { background-color: @edge; }
QSlider[free="true"]::handle:horizontal { background-color: @raised; border: 1px solid @edge_hover; }
QSlider[free="true"]::handle:horizontal:focus { border: 2px solid @text; }
QSlider::sub-page:horizontal:disabled, QSlider::groove:horizontal:disabled { background-color: @border; }
QSlider::handle:horizontal:disabled { background-color: @faint; }
QProgressBar { background-color: @border; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background-color: @accent; border-radius: 2px; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle:vertical { background-color: @thumb; border-radius: 3px; min-height: 32px; margin: 2px; }
QScrollBar::handle:horizontal { background-color: @thumb; border-radius: 3px; min-width: 32px; margin: 2px; }
QScrollBar::handle:hover { background-color: @thumb_hover; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; background: none; border: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }
"""

_LISTS = """
QMenu { background-color: @raised; color: @text; border: 1px solid @edge; border-radius: 0; padding: 4px; }
QMenu::item { padding: @px5 @px24 @px5 @px12; border-radius: 4px; background: transparent; }
QMenu::item:selected { background-color: @accent_soft; }
QMenu::item:disabled { color: @faint; }
QMenu::icon { padding-left: @px8; }
QMenu::indicator { width: @px14; height: @px14; margin-left: @px6; }
QMenu::right-arrow { image: @icon_chevron_right; width: @px14; height: @px14; }
QMenu::separator { height: 1px; background-color: @edge; margin: 4px @px8; }
QMenuBar { background-color: @window; color: @text; border: none; padding: 2px @px4; }
QMenuBar::item { padding: @px4 @px8; border-radius: 4px; background: transparent; }
QMenuBar::item:selected, QMenuBar::item:pressed { background-color: @raised; }
QListView, QTreeView, QTableView { background-color: @panel; color: @text; border: 1px solid @border; outline: none;
    border-radius: 6px; padding: 4px; selection-background-color: @accent_soft; selection-color: @text;
    alternate-background-color: @raised; }
QListView:focus, QTreeView:focus, QTableView:focus { border-color: @accent; }
QListView::item, QTreeView::item { min-height: @px18; padding: @px4 @px6; border-radius: 4px; }
QTableView::item { padding: 0 @px8; border: none; }
QTableView::item:selected { background-color: @accent_soft; color: @text; }
QListView::item:hover, QTreeView::item:hover { background-color: @panel_hover; }
QListView::item:selected, QTreeView::item:selected { background-color: @accent_soft; color: @text; }
QHeaderView::section { background-color: @panel; color: @muted; border: none; border-bottom: 1px solid @border;
    padding: @px4 @px8; font-weight: 500; }
QTabWidget::pane { border: none; border-top: 1px solid @border; }
QTabBar::tab { color: @muted; padding: @px6 @px12; border-bottom: 2px solid transparent; background: transparent; }
QTabBar::tab:selected { color: @text; border-bottom: 2px solid @accent; }
QTabBar::tab:hover { color: @text; }
QTextBrowser { background-color: transparent; border: none; padding: 0; }
"""

_FRAMES = """
QMainWindow, QDialog { background-color: @window; }
QMainWindow::separator { background-color: @window; width: 8px; height: 8px; }
QFrame[role="panel"] { background-color: @panel; border: 1px solid @border; border-radius: 8px; }
QFrame[role="panel"][selected="true"] { border-color: @edge_hover; }
QFrame[role="panel"]:focus { border-color: @accent; }
QFrame[role="card"] { background-color: @raised; border: 1px solid transparent; border-radius: 8px; }
QFrame[role="bar"] { background-color: @panel; border: 1px solid @border; border-radius: 8px; }
QFrame[role="line"] { background-color: @border; border: none; max-height: 1px; min-height: 1px; }
QFrame[role="message"] { background-color: @raised; border: 1px solid @edge; border-radius: 8px; }
QFrame[role="message"][level="error"] { border-color: @bad; background-color: @bad_soft; }
QFrame[role="message"][level="warning"] { border-color: @warning; }
QFrame[role="message"][level="good"] { border-color: @good; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QSplitter::handle { background-color: transparent; }
QSplitter::handle:hover { background-color: @border; }
QStatusBar { background-color: @window; color: @muted; }
QStatusBar::item { border: none; }
QDockWidget { color: @muted; titlebar-close-icon: @icon_close; }
QDockWidget::title { background-color: @window; padding: @px6 @px8; }
"""
