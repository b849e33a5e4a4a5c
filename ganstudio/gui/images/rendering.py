"""What the bench asks the engine for, and where the answers go."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from ganstudio.gui.images import sheets
from ganstudio.gui.images.arithmetic_panel import SHARES, ArithmeticPanel, pixel_arithmetic
from ganstudio.gui.images.arrangement import fitting
from ganstudio.gui.images.codes import STEPS
from ganstudio.gui.images.explorer import Explorer
from ganstudio.gui.images.grid_box import MOST, GridBox
from ganstudio.gui.images.opened import OpenedModel
from ganstudio.gui.images.picture_grid import PictureGrid
from ganstudio.gui.images.sampling_panel import SamplingPanel
from ganstudio.gui.images.session import ImageSession
from ganstudio.gui.images.sheets import Shown
from ganstudio.gui.images.walk_bar import WalkStrip
from ganstudio.gui.numbers import short
from ganstudio.image_messages import Pixels
from ganstudio.latent.arithmetic import analogy, moved, neighbours, turn_vector
from ganstudio.sheets.recipe import Sweep

__all__ = ["Rendering"]

WANTED = {"samples": 64, "by": 64, "plane": 49, "walk": 30, "arithmetic": 64}
"""About how many pictures the grid has in each mode."""
CODE_ROWS = 8
SETTLE_MILLISECONDS = 60
"""How long a panel must keep its size before the grid is drawn anew for it."""
STEADY = 0.2
"""Share by which a panel grows or shrinks before the grid has other rows and columns: a message above it, for example,
must not make all samples move."""
MIDDLE = [1, 2, 3, 4, 0, 5, 6, 7, 8]
"""Puts the first of nine into the middle of a square."""


class Rendering(QObject):
    """Keeps grid, strips and thumbnails up with an `Explorer`.

    Attributes
    ----------
    shown
        What the grid shows, None before the first pictures are there.
    """

    grid_drawn = Signal(float)
    """The grid has new pictures, which took the engine so many seconds."""
    current_drawn = Signal(float)
    shape_changed = Signal(int, int)
    """Rows and columns."""

    def __init__(
        self,
        session: ImageSession,
        explorer: Explorer,
        grid: PictureGrid,
        sampling: SamplingPanel,
        strip: WalkStrip,
        arithmetic: ArithmeticPanel,
        box: GridBox,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._explorer, self._grid, self._sampling = session, explorer, grid, sampling
        self._strip, self._arithmetic, self._box = strip, arithmetic, box
        self.shown: Shown | None = None
        self.pictures: Pixels | None = None
        self.way = "spherical"
        self._wanted: Shown | None = None
        self._asked: tuple[object, ...] = ()
        self._is_drawn = False
        self._fitted: tuple[object, tuple[int, int], tuple[int, int]] | None = None
        self._current: Pixels | None = None
        self._slot_pictures: dict[str, Pixels] = {}
        self._results: dict[str, np.ndarray] = {}
        self._wait = QTimer(self, singleShot=True, interval=SETTLE_MILLISECONDS)
        self._wait.timeout.connect(self.follow)
        explorer.model_changed.connect(self._on_model)
        explorer.changed.connect(self.follow)
        explorer.mode_changed.connect(self.follow)
        explorer.pins_changed.connect(self.follow_pins)
        explorer.slots_changed.connect(self.follow_slots)
        arithmetic.what_changed.connect(self.follow_slots)
        grid.resized.connect(self._wait.start)
        box.changed.connect(self.follow)
        session.rendered.connect(self._on_rendered)

    @property
    def _model(self) -> OpenedModel | None:
        return self._explorer.model

    def shown_pictures(self, of: str) -> Pixels | None:
        """Return the picture of the current sample for "current", otherwise the grid's; None before they are drawn."""
        if of == "current":
            return None if self._current is None else self._current[None]
        return self.pictures

    def stop(self) -> None:
        """Ask for nothing more."""
        self._wait.stop()

    def set_way(self, way: str) -> None:
        """Walk on the arc ("spherical") or on the straight line ("linear")."""
        self.way = way
        self.follow()

    # ---- asking ----------------------------------------------------------------------------------------

    def _on_model(self) -> None:
        self._asked, self._current, self.shown, self._wanted, self.pictures = (), None, None, None, None
        self._grid.clear()
        self._grid.set_titles()
        self._strip.strip.clear()

    def follow(self) -> None:
        """Ask for whatever is not shown as it is set."""
        model = self._model
        if model is None or model.key == "" or self._session.model(model.key) is None:
            return
        explorer = self._explorer
        given = explorer.moment.given(model)
        self._ask("current", given)
        for name in model.codes:
            self._ask(f"strip {name}", explorer.moment.swept(model, name, STEPS))
        self._ask_grid(model)
        self._ask_pins(model)
        self._ask_strip(model)
        if explorer.mode == "arithmetic":
            self.follow_slots()

    def _ask(self, slot: str, given: tuple[np.ndarray, ...]) -> None:
        model = self._model
        assert model is not None
        self._session.ask(model.key, slot, given)

    def _ask_grid(self, model: OpenedModel) -> None:
        wanted = self._wanted = self._arranged(model)
        moment = self._explorer.moment
        key: tuple[object, ...] = (model.key, model.weights, wanted.recipe, wanted.current)
        if self._explorer.mode in ("samples", "arithmetic"):
            key += (id(moment.own), "samples")
        else:
            latents = wanted.latents
            key += (None if latents is None else latents.tobytes(),)
        if key != self._asked:
            self._asked, self._is_drawn = key, False
            self._ask("grid", wanted.given(model))
        elif self._is_drawn:  # nothing but the current sample in its cell is another one
            self.shown = wanted

    def _arranged(self, model: OpenedModel) -> Shown:
        """Return what the grid shows in its mode."""
        explorer, box = self._explorer, self._box
        moment, mode = explorer.moment, explorer.mode
        if mode == "by":
            down, across = sheets.sweeps(model, explorer.code)
            titles = self._titles(model, down, across)
            rows, columns = self._shape(model, mode, self._fixed_rows(model, down), titles)
            shown = sheets.by_choice(model, moment, box.arrangement(rows, columns), explorer.code)
        else:
            rows, columns = self._shape(model, mode, None, ((), ()))
            arrangement = box.arrangement(rows, columns)
            if mode == "walk":
                shown = sheets.of_latents(model, moment, arrangement, self.walk(rows * columns))
            elif mode == "plane":
                latents = sheets.plane(self.corners(model), rows, columns, keep_length=model.normal)
                shown = sheets.of_latents(model, moment, arrangement, latents)
            else:
                shown = sheets.samples(model, moment, arrangement)
        self.shape_changed.emit(rows, columns)
        return shown

    def _shape(
        self, model: OpenedModel, mode: str, rows: int | None, titles: tuple[tuple[str, ...], tuple[str, ...]]
    ) -> tuple[int, int]:
        _, height, width = model.picture
        wanted = self._box.wanted()
        if wanted is not None:
            return rows or wanted[0], wanted[1]
        room, what = self._grid.room(*titles), (mode, rows, width, height)
        if self._fitted is not None and self._fitted[0] == what and _nearly(room, self._fitted[1]):
            return self._fitted[2]
        found = fitting(room, (width, height), WANTED[mode], rows)
        shape = min(found[0], MOST), min(found[1], MOST)
        self._fitted = what, room, shape
        return shape

    def _fixed_rows(self, model: OpenedModel, down: Sweep | None) -> int | None:
        if down is None:
            return None
        return model.places[down.name].input.size if down.name in model.choices else CODE_ROWS

    def _titles(
        self, model: OpenedModel, down: Sweep | None, across: Sweep | None
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return titles of about the size that they will have."""
        rows: tuple[str, ...] = ()
        if down is not None and down.name in model.choices:
            size = model.places[down.name].input.size
            rows = tuple(model.choice_title(down.name, number) for number in range(size))
        elif down is not None:
            rows = ("\N{MINUS SIGN}1.43",)
        return rows, ("0",) if across is not None else ()

    def _show_titles(self, model: OpenedModel, shown: Shown) -> None:
        recipe = shown.recipe
        rows = self._sweep_titles(model, recipe.down, recipe.arrangement.rows)
        self._grid.set_titles(rows, self._sweep_titles(model, recipe.across, recipe.arrangement.columns))

    def _sweep_titles(self, model: OpenedModel, sweep: Sweep | None, number: int) -> list[str]:
        if sweep is None:
            return []
        if sweep.name in model.choices:
            return [model.choice_title(sweep.name, index) for index in range(number)]
        return [short(float(value), 2).replace("-", "\N{MINUS SIGN}") for value in sweep.steps(number)]

    # ---- walks, planes and arithmetic --------------------------------------------------------------------

    def ends(self, model: OpenedModel) -> tuple[np.ndarray, np.ndarray]:
        """Return where a walk begins and ends: the pins, or the seed's first two samples in place of missing ones."""
        pins, moment = self._explorer.pins, self._explorer.moment
        usual = model.latents(2, moment.seed, moment.truncation)
        return pins.get("A", usual[0]), pins.get("B", usual[1])

    def walk(self, frames: int) -> np.ndarray:
        """Return the latents of a walk from one end to the other, (frames, d)."""
        assert self._model is not None
        return sheets.fan(self.ends(self._model), frames, self.way)

    def there_and_back(self, frames: int) -> np.ndarray:
        """Return the latents of a film of the walk, (about `frames`, d)."""
        there = self.walk(max(2, frames // 2 + 1))
        return np.concatenate([there, there[-2:0:-1]])  # neither end twice, so that it runs evenly

    def corners(self, model: OpenedModel) -> np.ndarray:
        """Return the three latents of the plane: both ends of the walk, and the current one or another sample."""
        moment = self._explorer.moment
        third = self._corner if self.has_third(model) else model.latents(3, moment.seed, moment.truncation)[2]
        return np.stack([*self.ends(model), third])

    def has_third(self, model: OpenedModel) -> bool:
        """Whether the current latent is not one of the plane's other corners, but for rounding."""
        return not any(np.allclose(self._corner, other, atol=1e-4) for other in self.ends(model))

    @property
    def _corner(self) -> np.ndarray:
        return self._explorer.latent if self._explorer.corner is None else self._explorer.corner

    def follow_pins(self) -> None:
        """Show the pins, and what goes between them."""
        if (model := self._model) is not None:
            self._ask_pins(model)
            self._ask_strip(model)
            if self._explorer.mode in ("walk", "plane"):
                self._ask_grid(model)

    def _ask_pins(self, model: OpenedModel) -> None:
        pins = self._explorer.pins
        if pins:
            latents = np.stack([pins[name] for name in sorted(pins)])
            self._ask("pins", self._explorer.moment.given(model, latents))

    def _ask_strip(self, model: OpenedModel) -> None:
        shown = len(self._explorer.pins) == 2 and self._explorer.mode in ("samples", "by", "plane")
        self._strip.setVisible(shown)
        if shown:
            self._ask("walk", self._explorer.moment.given(model, self.walk(self._strip.frames)))

    def follow_slots(self) -> None:
        """Show the slots of arithmetic, and its result."""
        model, explorer = self._model, self._explorer
        if model is None or explorer.mode != "arithmetic":
            return
        moment, slots = explorer.moment, explorer.slots
        for name, latents in slots.items():
            if latents:
                self._ask(f"slot {name}", moment.given(model, np.stack(latents)))
        if not self._arithmetic.ready:
            return
        if self._arithmetic.turning:
            vector = turn_vector(slots["A"], slots["B"])
            starts = np.stack([explorer.latent, *model.latents(2, moment.seed + 1, moment.truncation)])
            self._ask_result(model, "turned", moved(starts, vector, SHARES).reshape(-1, model.latent))
        else:
            found = neighbours(analogy(slots["A"], slots["B"], slots["C"]), moment.seed)
            self._ask_result(model, "result", found[MIDDLE])

    def _ask_result(self, model: OpenedModel, slot: str, latents: np.ndarray) -> None:
        self._results[slot] = latents.astype(np.float32)
        self._ask(slot, self._explorer.moment.given(model, latents))

    def result_latent(self, slot: str, number: int) -> np.ndarray:
        """Return the latent of a picture of the slot "result" or "turned"."""
        return self._results[slot][number]

    # ---- answers -----------------------------------------------------------------------------------------

    def _on_rendered(self, key: str, slot: str, pictures: Pixels, seconds: float) -> None:
        if self._model is None or key != self._model.key:
            return
        what, _, name = slot.partition(" ")
        match what:
            case "grid":
                self._show_grid(pictures, seconds)
            case "current":
                self._show_current(pictures[0], seconds)
            case "strip" if name in self._sampling.codes:
                self._sampling.codes[name].show_strip(pictures)
            case "pins":
                self._sampling.show_pins(pictures)
            case "walk":
                self._strip.strip.set_pictures(pictures, 1, len(pictures))
            case "slot":
                self._show_slot(name, pictures)
            case "result":
                self._arithmetic.result.set_pictures(pictures, 3, 3)
            case "turned":
                self._arithmetic.turned.set_pictures(pictures, 3, len(SHARES))

    def _show_grid(self, pictures: Pixels, seconds: float) -> None:
        shown, model = self._wanted, self._model
        if shown is None or model is None or len(pictures) != shown.recipe.n:
            return  # of a mode or a size that is no more
        self.shown, self.pictures, self._is_drawn = shown, pictures, True
        self._show_titles(model, shown)
        arrangement = shown.recipe.arrangement
        self._grid.set_pictures(pictures, arrangement.rows, arrangement.columns)
        self._grid.set_current(shown.current)
        if self._current is not None:
            self._patch()
        self.grid_drawn.emit(seconds)

    def _show_current(self, picture: Pixels, seconds: float) -> None:
        self._current = picture
        self._sampling.show_preview(picture)
        self._patch()
        self.current_drawn.emit(seconds)

    def _patch(self) -> None:
        """Show the current sample in its cell, too, where the rest of the grid does not change with it."""
        samples = self._explorer.mode in ("samples", "arithmetic")
        if samples and self.shown is not None and self.shown.current is not None and self._current is not None:
            self._grid.replace(self.shown.current, self._current)

    def _show_slot(self, name: str, pictures: Pixels) -> None:
        self._slot_pictures[name] = pictures
        if not self._explorer.slots[name]:
            return
        self._arithmetic.show_slot(name, pictures)
        if self._arithmetic.ready and not self._arithmetic.turning and len(self._slot_pictures) == 3:
            picture = pixel_arithmetic(*(self._slot_pictures[each] for each in "ABC"))
            self._arithmetic.pixels.set_pictures(picture[None], 1, 1)


def _nearly(room: tuple[int, int], other: tuple[int, int]) -> bool:
    return all(abs(now - then) <= STEADY * then for now, then in zip(room, other, strict=True))
