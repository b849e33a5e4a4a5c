"""Nearest training pictures of samples: whether the generator makes pictures, or remembers some."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ganstudio.gui.images.evaluation.ask_bar import AskBar
from ganstudio.gui.images.evaluation.neighbour_table import NeighbourRow, NeighbourTable
from ganstudio.gui.images.evaluation.questioning import Questioning, numbers
from ganstudio.gui.images.evaluation.subject import Subject
from ganstudio.gui.numbers import short
from ganstudio.gui.widgets import FittingLabel, FlowLayout, Refusal, SegmentedControl
from ganstudio.image_messages import FindNeighbours, Nearest, NeighboursFound, Pixels

__all__ = ["REMEMBERED", "NeighboursPanel"]

COUNT = 8
"""Neighbours of each sample."""
SAMPLES = 12
"""Samples of a grid whose neighbours are looked for."""
REMEMBERED = 0.5
"""Share of the usual distance between training pictures below which a sample is suspiciously near to one."""
FAR = 2.0
"""Times of that distance beyond which a sample is like no training picture."""
SHORT = 3
"""Characters of a class's name that stand under a picture; longer ones are in its tooltip."""

Shown = Callable[[str], Pixels | None]
"""Returns the pictures that are shown now: "current", one, or "grid", all of them."""


class NeighboursPanel(QWidget):
    """Asks for the training pictures nearest to the current sample, or to the first of the grid, and shows them.

    Parameters
    ----------
    shown
        What can be asked about.
    of
        Which of "current" and "grid" there are, and what they are called.
    """

    def __init__(
        self, questioning: Questioning, shown: Shown, of: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._shown_pictures = shown
        self._subject: Subject | None = None
        self._data: Mapping[str, Any] | None = None
        self._asked_of = self._found_of = ""
        self._found: NeighboursFound | None = None
        self.questioning = questioning
        self.of = SegmentedControl(of)
        self.of.setAccessibleName(self.tr("Whose neighbours"))
        self.of.setVisible(len(of) > 1)
        self.of.chosen.connect(self.ask)
        self.near = SegmentedControl({"features": self.tr("in features"), "pixels": self.tr("in pixels")})
        self.near.setAccessibleName(self.tr("What near means"))
        hints = {
            "features": self.tr(
                "Near in the features of a classifier: alike to look at, even where they are shifted or thicker"
            ),
            "pixels": self.tr("Near pixel by pixel: the root mean square of the differences, 1 is from black to white"),
        }
        for key, button in self.near._buttons.items():
            button.setToolTip(hints[key])
        self.near.chosen.connect(self._show)
        self.bar = AskBar(
            questioning,
            self.tr("Find neighbours"),
            self.tr("Look among all training pictures for those that are most like these samples"),
        )
        self.bar.wanted.connect(self.ask)
        self.verdict = FittingLabel(6)
        self.refusal = Refusal()
        self.table = NeighbourTable()
        area = QScrollArea()
        area.setWidget(self.table)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        row = QWidget()
        flow = FlowLayout(row, 8)
        flow.addWidget(self.of)
        flow.addWidget(self.near)
        flow.addWidget(self.bar)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(row)
        layout.addWidget(self.refusal)
        layout.addWidget(self.verdict)
        layout.addWidget(area, 1)
        questioning.answered.connect(self._on_answer)
        questioning.failed.connect(self._on_failed)
        questioning.busy_changed.connect(self._follow)
        self._follow()

    @property
    def found(self) -> NeighboursFound | None:
        """The last answer."""
        return self._found

    def show_subject(self, subject: Subject | None, data: Mapping[str, Any] | None) -> None:
        """Ask about another source, or with other training pictures; None for data that are not here."""
        same = subject is not None and self._subject is not None and subject.source == self._subject.source
        if not same or data != self._data:
            self.questioning.cancel()
            self._found = None
            self.refusal.say("")
        self._subject, self._data = subject, data
        self._show()
        self._follow()

    def ask(self) -> None:
        """Look for the neighbours of what is shown now."""
        of = self.of.current
        pictures = self._shown_pictures(of)
        if self._subject is None or self._data is None or pictures is None or not len(pictures):
            return
        self._asked_of = of
        self.refusal.say("")
        request = next(numbers)
        self.questioning.ask(
            FindNeighbours(self._subject.source, request, pictures[:SAMPLES], data=self._data, count=COUNT)
        )

    # ---- inside --------------------------------------------------------------------------------------

    def _follow(self) -> None:
        self.bar.set_able(self._subject is not None and self._data is not None)

    def _on_answer(self, message: object) -> None:
        if isinstance(message, NeighboursFound):
            self._found, self._found_of = message, self._asked_of
            self._show()

    def _on_failed(self, why: str) -> None:
        self.refusal.say(why)

    def _show(self) -> None:
        found = self._found
        # Of one sample there is room for both measures.
        one = found is not None and len(found.pictures) == 1
        self.near.setVisible(found is not None and not one)
        if found is None:
            self.table.show_rows(())
            self.verdict.setText(
                self.tr(
                    "A generator that has learned its pictures by heart gives them back. Each sample is shown beside "
                    "the training pictures that are most like it, by pixels and by the features of a small classifier: "
                    "a copy is near in both."
                )
            )
            return
        sides = {"features": found.in_features, "pixels": found.in_pixels}
        titles = {"features": self.tr("features"), "pixels": self.tr("pixels")}
        if one:
            self.table.show_rows([self._row(found, side, 0, titles[key]) for key, side in sides.items()])
            self.verdict.setText(self._verdict_of_one(found))
        else:
            side = sides[self.near.current]
            each = self.tr("sample {0}")
            self.table.show_rows(
                [self._row(found, side, place, each.format(place)) for place in range(len(found.pictures))]
            )
            self.verdict.setText(self._verdict_of_many(found, self.near.current))

    def _row(self, found: NeighboursFound, side: Nearest, place: int, title: str) -> NeighbourRow:
        names = found.class_names
        distances = [short(float(distance), 3) for distance in side.distances[place]]
        captions, hints = [], []
        for label, index, distance in zip(side.labels[place], side.indices[place], distances, strict=True):
            kind = names[label] if len(names) > 1 else ""
            captions.append(f"{kind} \N{MIDDLE DOT} {distance}" if 0 < len(kind) <= SHORT else distance)
            hint = self.tr("training picture {0:,}, distance {1}").format(int(index), distance)
            hints.append(f"{hint}, {kind}" if kind else hint)
        near = int(np.count_nonzero(side.distances[place] < REMEMBERED * side.usual))
        return NeighbourRow(title, found.pictures[place], side.pictures[place], tuple(captions), tuple(hints), near)

    def _verdict_of_one(self, found: NeighboursFound) -> str:
        features, pixels = found.in_features, found.in_pixels
        told = self.tr(
            "The nearest of all training pictures is {0} away in the features of {1}, where a training picture and the "
            "nearest other one are usually {2} apart; in pixels {3}, where {4} is usual."
        ).format(
            short(float(features.distances[0, 0]), 3),
            found.judge,
            short(features.usual, 3),
            short(float(pixels.distances[0, 0]), 3),
            short(pixels.usual, 3),
        )
        if all(side.distances[0, 0] > FAR * side.usual for side in (features, pixels)):
            return f"{told} {self.tr('It is far from all of them: no copy, and unlike any training picture.')}"
        return f"{told} {self._meaning(_suspicious(features)[0], _suspicious(pixels)[0])}"

    def _meaning(self, in_features: bool, in_pixels: bool) -> str:
        if in_features and in_pixels:
            return self.tr("That is less than half of it in both: this sample may be remembered. Compare them by eye.")
        if in_pixels:
            return self.tr("That is less than half of it in pixels only, as of plain or blurred pictures.")
        if in_features:
            return self.tr("That is less than half of it in features only: very much alike, but not the same picture.")
        return self.tr("It is no copy: nothing here says that the generator learned it by heart.")

    def _verdict_of_many(self, found: NeighboursFound, key: str) -> str:
        side = found.in_features if key == "features" else found.in_pixels
        both = int(np.count_nonzero(_suspicious(found.in_features) & _suspicious(found.in_pixels)))
        where = self.tr("in the features of {0}").format(found.judge) if key == "features" else self.tr("in pixels")
        told = self.tr(
            "Distances {0}. The median to the nearest training picture is {1}; a training picture and the nearest "
            "other one are usually {2} apart."
        ).format(where, short(float(np.median(side.distances[:, 0])), 3), short(side.usual, 3))
        many = self.tr("{0} of {1} samples may be remembered: nearer than half of that in features and in pixels.")
        none = self.tr("None of {1} samples is nearer than half of that in both measures: nothing looks remembered.")
        return f"{told} {(many if both else none).format(both, len(found.pictures))}"


def _suspicious(side: Nearest) -> np.ndarray:
    """Return for each sample whether it is much nearer to a training picture than those are to one another, (n,)."""
    return np.asarray(side.distances[:, 0] < REMEMBERED * side.usual)
