"""The losses over generator steps."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from ganstudio.gui import theme
from ganstudio.gui.plane.chart_frame import ChartFrame
from ganstudio.gui.plane.cursor_item import CursorItem
from ganstudio.gui.plane.curve_item import CurveItem
from ganstudio.gui.plane.graphics import StepAxis
from ganstudio.gui.plane.seeds_curve import SeedsCurve
from ganstudio.gui.plane.series import BoundedTable, Series, quantiles
from ganstudio.gui.widgets import Pill

__all__ = ["LossChart"]

Array = NDArray[np.float64]
COLLECT_MILLISECONDS = 100
"""How long values that come in a stream may wait: more pictures a second of a curve show nothing more."""
_KNOWN = ("critic", "penalty", "generator")
_SHARES = ("class accuracy", "balance k")


def is_share(name: str) -> bool:
    """Return whether a term is a share or a correlation, which has nothing to do on one axis with losses."""
    return name in _SHARES or name.endswith(" read")


def is_secondary(name: str) -> bool:
    """Return whether a term says over again what another does: a share of the loss that both networks have."""
    return name == "codes" or name.endswith(" (G)")


class LossChart(ChartFrame):
    """Several named curves: faint as they came, and a smoothed line; names and last values in a row above.

    Terms "critic", "penalty" and "generator" have colours of their own; others take what is left. A name in the legend
    shows or hides its curve. Shares and correlations are on a page of their own, from 0 to 1.

    Of several seeds, it shows the median and the middle half of them, or one alone, see `show_seed`.
    """

    WIDTH = 420
    smoothing = 4.0
    """How many pixels back a value counts 1/e in the smoothed line; 0 draws the values themselves."""

    def __init__(self, parent: QWidget | None = None, *, capacity: int = 4096) -> None:
        super().__init__(parent, StepAxis)
        self._capacity = capacity
        self._tables: dict[str, BoundedTable] = {}
        self._curves: dict[str, CurveItem | SeedsCurve] = {}
        self._seed: int | None = None
        self._range: tuple[float, float] | None = None
        self._begin = self._end = 0.0
        self._chosen: dict[str, bool] = {}
        self.legend.toggled.connect(self._on_toggled)
        self.shares = Pill(
            self.tr("Shares"), "", self.tr("Shares and correlations, at most 1, in place of the losses"), self
        )
        self.shares.setVisible(False)
        self.shares.toggled.connect(self._on_page)
        self._cursor = CursorItem()
        self._view.box.addItem(self._cursor, ignoreBounds=True)
        self._pause = QTimer(self, singleShot=True, interval=COLLECT_MILLISECONDS)
        self._pause.timeout.connect(self._redraw)
        self.head.addWidget(self.shares, 0, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(self.tr("Losses"))
        self.set_empty(True, self.tr("Losses appear while it trains"))
        self.restyle()

    def append(self, steps: ArrayLike, terms: Mapping[str, ArrayLike]) -> None:
        """Add a block of values, see `collect`, and draw everything."""
        self._keep(steps, terms)
        self._redraw()

    def collect(self, steps: ArrayLike, terms: Mapping[str, ArrayLike]) -> None:
        """Add a block of values that is drawn a little later, with others that come meanwhile.

        Parameters
        ----------
        steps : array (n,)
            Generator steps, ascending, after those that were added before.
        terms
            Name -> array (n,), or (R, n) of R seeds. Values that are not finite leave a gap.
        """
        self._keep(steps, terms)
        if not self._pause.isActive():
            self._pause.start()

    def _keep(self, steps: ArrayLike, terms: Mapping[str, ArrayLike]) -> None:
        for name, values in terms.items():
            table = np.atleast_2d(np.asarray(values, dtype=np.float64))
            if name not in self._tables:
                self._add(name, len(table))
            self._tables[name].append(steps, table)

    def show_seed(self, seed: int | None) -> None:
        """Show one seed alone, by its place among them; None shows the median and the middle half of all."""
        if seed != self._seed:
            self._seed = seed
            for name, curve in self._curves.items():
                self._view.box.removeItem(curve)
                self._curves[name] = self._new_curve(self._tables[name])
            self._range = None
            self.restyle()
            self._redraw()

    def series(self, name: str) -> Series:
        """Return the values of one term: of the seed that is shown, or of the first."""
        return self._tables[name].row(self._seed or 0)

    def names(self) -> list[str]:
        """Return the names of the terms that have values."""
        return list(self._tables)

    def set_cursor(self, step: int | None) -> None:
        """Mark the step that is looked back at; None marks nothing."""
        self._cursor.set_step(step)

    def clear(self, begin: int = 0) -> None:
        """Forget everything: a new run, which begins at some step."""
        for curve in self._curves.values():
            self._view.box.removeItem(curve)
        self._tables, self._curves, self._range = {}, {}, None
        self._begin = self._end = float(begin)
        self.set_cursor(None)
        self._write_legend()
        self._follow_shares()
        self.set_empty(not self._tables)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw as many points as there are pixels."""
        super().resizeEvent(event)
        self._redraw()

    def restyle(self) -> None:
        """Take colours and sizes of the theme."""
        super().restyle()
        palette, scale = theme.current().palette, theme.current().scale
        self._cursor.set_colour(palette.accent)
        for name, curve in self._curves.items():
            curve.set_look(self._colour(name), 1.4 * scale, 0.22 if palette.is_dark else 0.28)
        self._write_legend()

    # ---- inside ------------------------------------------------------------------------------------

    def _add(self, name: str, seeds: int) -> None:
        self._tables[name] = BoundedTable(seeds, self._capacity)
        self._curves[name] = self._new_curve(self._tables[name])
        self.restyle()
        self._follow_shares()
        self.set_empty(not self._tables)

    def _new_curve(self, table: BoundedTable) -> CurveItem | SeedsCurve:
        curve = SeedsCurve() if self._spread(table) else CurveItem()
        self._view.box.addItem(curve, ignoreBounds=True)
        return curve

    def _spread(self, table: BoundedTable) -> bool:
        """Whether several seeds are shown at once."""
        return self._seed is None and len(table.last) > 1

    def _seen(self, table: BoundedTable) -> Array:
        """Return the values that are shown, (R, n) or (1, n)."""
        return table.table if self._spread(table) else table.table[[self._seed or 0]]

    def on_page(self) -> list[str]:
        """Return the terms of the page that is shown, drawn or not."""
        return [name for name in self._tables if is_share(name) == self.shares.isChecked()]

    def drawn(self) -> list[str]:
        """Return the terms whose curves are shown."""
        return [name for name in self.on_page() if self._chosen.get(name, not is_secondary(name))]

    def _on_toggled(self, name: str) -> None:
        self._chosen[name] = name not in self.drawn()
        self._range = None
        self._redraw()

    def _on_page(self) -> None:
        self._range = None
        self.restyle()
        self._redraw()

    def _follow_shares(self) -> None:
        """Offer the page of shares if there are any."""
        there = any(map(is_share, self._tables))
        self.shares.setVisible(there)
        if not there:
            self.shares.setChecked(False)

    def _colour(self, name: str) -> str:
        palette = theme.current().palette
        if name in _KNOWN:
            return str(getattr(palette, name))
        others = [other for other in self._tables if other not in _KNOWN and is_share(other) == is_share(name)]
        colours: tuple[str, ...] = (palette.real, palette.warning, palette.bad, palette.muted)
        if is_share(name):
            colours = (palette.critic, palette.generator, palette.penalty, *colours)
        # What is drawn unasked comes first, so that it has colours of its own.
        others.sort(key=is_secondary)
        return colours[others.index(name) % len(colours)]

    def _redraw(self) -> None:
        self._pause.stop()
        if not self._tables:
            return
        width = max(40, int(self._view.width() - self._view.plot.axis("left").width()))
        most, seen = self._begin + 1.0, []
        drawn = self.drawn()
        for name, table in self._tables.items():
            self._curves[name].setVisible(name in drawn)
            if len(table) and name in drawn:
                most = max(most, float(table.steps[-1]))
                values = self._seen(table)
                line = self._curves[name].set_values(table.steps, values, width, self.smoothing)
                seen.append((line if len(values) > 1 else values[0], line))
        if most > self._end:
            # In leaps of some percent: new ticks at every step would cost more than the curves.
            self._end = most + 0.04 * (most - self._begin)
            self._view.box.setXRange(self._begin, self._end, padding=0)
        self._follow(seen)
        self._write_legend()

    def _follow(self, seen: list[tuple[Array, Array]]) -> None:
        """Choose the range of y so that one spike does not flatten everything, and keep it while it fits."""
        values = np.concatenate([values[np.isfinite(values)] for values, _ in seen]) if seen else np.empty(0)
        if self.shares.isChecked():
            lowest = float(values.min()) if values.size else 0.0
            self._set_range((-1.05 if lowest < -0.25 else -0.28 if lowest < -0.02 else -0.04, 1.04))
            return
        if not values.size:
            return
        low, high = np.percentile(values, [2.0, 98.0])
        for _, line in seen:
            if line.size:
                # Of the lines, what lasts and where they are now; a spike smears over some of their pixels.
                now = float(np.median(line[-max(3, len(line) // 12) :]))
                ends = np.percentile(line, [6.0, 94.0])
                low, high = min(low, ends[0], now), max(high, ends[1], now)
        span = max(float(high - low), 1e-3 * max(abs(low), abs(high)), 1e-6)
        if self._range is not None:
            old_low, old_high = self._range
            if old_low <= low and high <= old_high and span > 0.6 * (old_high - old_low):
                return
        self._set_range((float(low) - 0.08 * span, float(high) + 0.08 * span))

    def _set_range(self, range_: tuple[float, float]) -> None:
        if range_ != self._range:
            self._range = range_
            self._view.box.setYRange(*range_, padding=0)

    def _write_legend(self) -> None:
        names, drawn = self.on_page(), self.drawn()
        names.sort(key=is_secondary)
        colours = {name: self._colour(name) for name in names}
        values = {name: self._last(self._tables[name]) for name in names}
        self.legend.set_entries(colours, values, set(names).difference(drawn))
        self.legend.set_captions(self._captions())

    def _last(self, table: BoundedTable) -> float:
        """Return the last value, or the median of them over seeds."""
        if not self._spread(table):
            return float(table.last[self._seed or 0])
        return float(quantiles(table.last[:, None], (0.5,))[0, 0])

    def _captions(self) -> tuple[str, ...]:
        """Return what x is and what is drawn over seeds, in fewer and fewer words."""
        table = next(iter(self._tables.values()), None)
        if table is None or not self._spread(table):
            return (self.tr("generator steps"),)
        seeds = len(table.last)
        return (
            self.tr("line: median of {0} seeds, band: their middle half").format(seeds),
            self.tr("median and middle half of {0} seeds").format(seeds),
            self.tr("median, middle half"),
        )
