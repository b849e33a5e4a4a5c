"""The gallery of methods: losses, what to look for, where it comes from, and its default experiment."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QToolTip, QWidget

from ganstudio.gui import icons, theme
from ganstudio.gui.gallery.cards import Card
from ganstudio.gui.gallery.gallery import Gallery, Offer
from ganstudio.gui.widgets import Equations, label, losses
from ganstudio.gui.wording import method_changes
from ganstudio.methods import METHODS, Method

__all__ = ["STANDARD", "MethodCard", "MethodGallery"]

STANDARD = "ns"
"""The method that others are opened beside."""


class MethodCard(Card):
    """A named method.

    Attributes
    ----------
    compared : Signal(str)
        Its key, when it is to be opened beside the standard one.
    """

    compared = Signal(str)

    def __init__(self, key: str, method: Method, parent: QWidget | None = None) -> None:
        super().__init__(key, method.full_name, self.tr("Use in the selected pane"), parent, whole=False)
        self._method = method
        self.add_text(method.title, "title")
        self.add_text(_full_name(method), "muted")
        self.column.addWidget(Equations(losses(method)))
        self.add_text(method.watch)
        self._add_experiment(key)
        self._add_source(method)
        if key != STANDARD:
            beside = self.add_button(self.tr("Open beside {0}").format(METHODS[STANDARD].title))
            beside.setToolTip(
                self.tr("Two panes with the data and the seed of the selected one: {0} left, {1} right").format(
                    METHODS[STANDARD].title, method.title
                )
            )
            beside.clicked.connect(self._compare)
        self.finish()

    def _add_experiment(self, key: str) -> None:
        changes = method_changes(key) or self.tr("the default one, unchanged")
        line = self.add_text(self.tr("Experiment: {0}").format(changes), "small")
        line.setToolTip(self.tr("What it changes in the default experiment: Adam 1e-3 for both, 1 critic step"))

    def _add_source(self, method: Method) -> None:
        paper = self.add_text(f"{method.paper}, {method.year}", "small")
        paper.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if not method.arxiv:
            return
        row = QHBoxLayout()
        row.setSpacing(2)
        number = label(f"arXiv:{method.arxiv}", "small")
        number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._copy = QToolButton()
        self._copy.setProperty("role", "small")
        self._copy.setToolTip(self.tr("Copy {0}").format(number.text()))
        self._copy.setAccessibleName(self._copy.toolTip())
        self._copy.clicked.connect(self._copy_number)
        row.addWidget(number)
        row.addWidget(self._copy)
        row.addStretch(1)
        self.column.addLayout(row)
        theme.current().changed.connect(self._restyle)
        self._restyle()

    def _copy_number(self) -> None:
        QGuiApplication.clipboard().setText(f"arXiv:{self._method.arxiv}")
        QToolTip.showText(self._copy.mapToGlobal(self._copy.rect().bottomLeft()), self.tr("Copied"), self._copy)

    def _compare(self) -> None:
        self.compared.emit(self.key)

    def _restyle(self) -> None:
        self._copy.setIcon(icons.icon("copy", theme.current().palette, "muted"))


class MethodGallery(Gallery):
    """The page of all named methods.

    Attributes
    ----------
    compared : Signal(str)
        The key of the method that is to be opened beside the standard one.
    """

    compared = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        offers = [
            Offer(key, row.family, _names(row), _words(row), partial(self._card, key, row))
            for key, row in METHODS.items()
        ]
        super().__init__(
            self.tr("Methods"),
            "",
            offers,
            parent,
            searched=self.tr("Search names, papers, years, arXiv numbers and what to look for"),
        )

    def _card(self, key: str, method: Method) -> MethodCard:
        card = MethodCard(key, method)
        card.compared.connect(self.compared)
        return card


def _full_name(method: Method) -> str:
    """Return the full name with the other ones."""
    others = ", ".join(name for name in method.also_called if not name.startswith("not "))
    unlike = ", ".join(name for name in method.also_called if name.startswith("not "))
    known = f"{method.full_name} (also {others})" if others else method.full_name
    return f"{known}; {unlike}" if unlike else known


def _names(method: Method) -> str:
    return " ".join((method.title, method.full_name, *method.also_called))


def _words(method: Method) -> str:
    """Return what else a search looks in."""
    return " ".join((method.family, method.paper, str(method.year), f"arXiv:{method.arxiv}", method.watch))
