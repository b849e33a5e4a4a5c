"""The window's pages in one table: the rail, the View menu, the shortcuts and the stack itself share it.

A new bench is a factory and a row of `BENCHES`. A factory imports its page: only the plane has to be there before the
window's first paint.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

if TYPE_CHECKING:
    from ganstudio.gui.main_window import MainWindow

__all__ = ["BENCHES", "Bench", "Pages", "Stops", "TakesKeys"]


@runtime_checkable
class TakesKeys(Protocol):
    """A page for which plain keys mean something else than for the rest of the window."""

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a key stands for; return whether it stands for anything."""
        ...


@runtime_checkable
class Stops(Protocol):
    """A page that has something to end when the window closes."""

    def stop(self) -> None:
        """End it."""
        ...


@dataclass(frozen=True)
class Bench:
    """One page.

    Attributes
    ----------
    title, keys, icon, hint
        What it is called, its shortcut, its picture (see `ganstudio.gui.icons`) and its tooltip.
    make
        Returns the page of a window; called when it is first seen. The page takes the keyboard by itself, if it wants
        it, and may be a `TakesKeys`.
    of_runs
        Whether setup, timeline and transport, which are about the plane's runs, stand around it.
    """

    title: str
    keys: str
    icon: str
    hint: str
    make: Callable[[MainWindow], QWidget]
    of_runs: bool = True


def _plane(window: MainWindow) -> QWidget:
    return window.bench  # drawing, films and presenting need it from the start


def _methods(window: MainWindow) -> QWidget:
    from ganstudio.gui.gallery import MethodGallery

    gallery = MethodGallery()
    gallery.chosen.connect(window.choose_method)
    gallery.compared.connect(window.compare_method)
    return gallery


def _presets(window: MainWindow) -> QWidget:
    from ganstudio.gui.gallery import preset_gallery

    gallery = preset_gallery()
    gallery.chosen.connect(window.open_preset)
    return gallery


def _graph(window: MainWindow) -> QWidget:
    from ganstudio.gui.walk import GraphPage

    return GraphPage(window.session, window.bench.losses)


def _images(window: MainWindow) -> QWidget:
    from ganstudio.gui.images.page import ImagesPage

    return ImagesPage(window.messages)


BENCHES: dict[str, Bench] = {
    "plane": Bench("Plane", "Ctrl+1", "plane", "The panes: data, samples and critics on the plane", _plane),
    "methods": Bench("Methods", "Ctrl+2", "methods", "Choose a method from the gallery", _methods),
    "presets": Bench("Presets", "Ctrl+3", "presets", "Choose a comparison that shows something", _presets),
    "graph": Bench(
        "Graph",
        "Ctrl+4",
        "graph",
        "The selected pane's model graph, live or one iteration in slow motion",
        _graph,
    ),
    "images": Bench(
        "Images",
        "Ctrl+5",
        "images",
        "Trained generators of pictures: samples, sliders, walks, arithmetic",
        _images,
        of_runs=False,
    ),
}
"""Name -> page, in the order of the rail. The name is that of the page's action, too."""


class Pages(QStackedWidget):
    """The pages, each made when it is first seen."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self._made: dict[str, QWidget] = {}

    @property
    def current(self) -> str:
        """The name of the page that is shown."""
        return next(name for name, page in self._made.items() if page is self.currentWidget())

    def made(self, name: str) -> QWidget | None:
        """Return a page if it has been seen already."""
        return self._made.get(name)

    def page(self, name: str) -> QWidget:
        """Return a page, made now if need be."""
        if name not in self._made:
            self._made[name] = BENCHES[name].make(self._window)
            self.addWidget(self._made[name])
        return self._made[name]

    def show_page(self, name: str) -> None:
        """Show a page."""
        self.setCurrentWidget(self.page(name))

    def stop(self) -> None:
        """Let every page end what it has begun, because the window closes."""
        for page in self._made.values():
            if isinstance(page, Stops):
                page.stop()

    def take_key(self, event: QKeyEvent) -> bool:
        """Let the page that is shown do what a key stands for on it; return whether it did."""
        page = self.currentWidget()
        return isinstance(page, TakesKeys) and page.isVisible() and page.take_key(event)
