"""The switches of a pane's layers: pills, or a menu where there is no room for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from ganstudio.experiment import Experiment
from ganstudio.gui.widgets import FlowLayout, Pill
from ganstudio.layers import LAYERS

__all__ = ["SWITCHES", "LayerBar", "Switch"]


@dataclass(frozen=True)
class Switch:
    """One layer's: its text, the palette's colour of its swatch, its tooltip, whether it covers the plane."""

    title: str
    swatch: str
    hint: str
    fills: bool = False
    on: bool = False


_BASIC = {
    "real": Switch("Real", "real", "Samples of the data; always the same ones.", on=True),
    "generated": Switch(
        "Generated",
        "generated",
        "Samples of the generator from fixed latents, so that each can be followed.",
        on=True,
    ),
    "field": Switch(
        "Field",
        "",
        "The critic's output: teal where it says real, orange where it says generated.",
        fills=True,
        on=True,
    ),
    "contour": Switch("Contour", "", "The line on which the critic cannot decide.", on=True),
}
SWITCHES = _BASIC | {name: Switch(layer.title, "", layer.hint, layer.fills) for name, layer in LAYERS.items()}
KEYS = dict(zip(SWITCHES, "1234567890", strict=True))


class LayerBar(QWidget):
    """Switches for everything over the plane. Of the layers that cover it only one is on.

    Attributes
    ----------
    switched : Signal(str, bool)
        A layer was switched on or off.
    replayed : Signal()
        The mouse rests on the manifold's switch: show how it is warped.
    """

    switched = Signal(str, bool)
    replayed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pills: dict[str, Pill] = {}
        self._compact = False
        self._only: Collection[str] | None = None
        self._lacks: dict[str, str] = {}
        self._menu = QMenu(self)
        self._entries: dict[str, QAction] = {}
        self._flow = QWidget()
        row = FlowLayout(self._flow)
        for name, switch in SWITCHES.items():
            pill = Pill(self.tr(switch.title), switch.swatch, "", checked=switch.on)
            pill.setObjectName(name)
            pill.toggled.connect(self._on_toggled)
            self.pills[name] = pill
            row.addWidget(pill)
            entry = self._menu.addAction(f"{self.tr(switch.title)}\t{KEYS[name]}")
            entry.setObjectName(name)
            entry.setCheckable(True)
            entry.setChecked(switch.on)
            entry.triggered.connect(self._on_entry)
            self._entries[name] = entry
        self.pills["manifold"].installEventFilter(self)
        self._button = QToolButton()
        self._button.setText(self.tr("Layers") + " \N{BLACK DOWN-POINTING SMALL TRIANGLE}")
        self._button.setProperty("role", "plain")
        self._button.setAccessibleName(self.tr("Layers"))
        self._button.setToolTip(self.tr("Choose what is shown over the plane (keys 1 to 0)"))
        self._button.setMenu(self._menu)
        self._button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._button.setVisible(False)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._button)
        layout.addWidget(self._flow, 1)
        self._row = row

    def add(self, widget: QWidget) -> None:
        """Add another switch at the end."""
        self._row.addWidget(widget)

    def set_compact(self, compact: bool) -> None:
        """Show a menu in place of the pills."""
        self._compact = compact
        self._show_pills()

    def _show_pills(self) -> None:
        self._button.setVisible(self._compact)
        for name, pill in self.pills.items():
            pill.setVisible(not self._compact and (self._only is None or name in self._only))

    def suit(self, experiment: Experiment, only: Collection[str] | None = None) -> None:
        """Disable what an experiment has not, and say why.

        Parameters
        ----------
        only
            Layers that can be seen on a wall of seeds, if there is one: the others are not offered. None while one seed
            is looked at.
        """
        self._only = only
        self._show_pills()
        for name, switch in SWITCHES.items():
            if name in LAYERS:
                lacks = LAYERS[name].lacks(experiment)
            else:
                critic = experiment.objective.critic != "none" or name in ("real", "generated")
                lacks = "" if critic else self.tr("{0} has no critic, and so no field.").format(experiment.title)
            if not lacks and only is not None and name not in only:
                lacks = self.tr("Not on a wall of seeds: look closer at one of them.")
            self._lacks[name] = lacks
            self.pills[name].setEnabled(not lacks)
            self._entries[name].setEnabled(not lacks)
            self.pills[name].setToolTip(lacks or f"{self.tr(switch.hint)} ({KEYS[name]})")

    def on(self, name: str) -> bool:
        """Whether a layer is switched on and there is one."""
        return self.pills[name].isChecked() and self.pills[name].isEnabled()

    def wanted(self) -> tuple[str, ...]:
        """Return the layers that an engine has to look at the networks for."""
        return tuple(name for name in LAYERS if self.on(name))

    def lacks(self, name: str) -> str:
        """Return why a layer cannot be switched, "" if it can."""
        return self._lacks.get(name, "")

    def toggle(self, name: str) -> None:
        """Switch a layer on or off, as its key does."""
        if self.pills[name].isEnabled():
            self.pills[name].toggle()

    def _on_entry(self, checked: bool) -> None:
        self.pills[self.sender().objectName()].setChecked(checked)

    def _on_toggled(self, on: bool) -> None:
        name = self.sender().objectName()
        self._entries[name].setChecked(on)
        if on and SWITCHES[name].fills:
            for other, switch in SWITCHES.items():
                if other != name and switch.fills:
                    self.pills[other].setChecked(False)
        self.switched.emit(name, on)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Replay the warp when the mouse comes to its switch."""
        if event.type() == QEvent.Type.Enter and self.pills["manifold"].isChecked():
            self.replayed.emit()
        return super().eventFilter(watched, event)
