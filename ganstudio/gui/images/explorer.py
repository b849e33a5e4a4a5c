"""Where a person is in a model's latent space, without a widget: the current sample, pins, modes, undo."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from ganstudio.gui.images.moment import Blend, Moment
from ganstudio.gui.images.opened import OpenedModel
from ganstudio.gui.images.undoing import Undoable
from ganstudio.latent.directions import random_directions

__all__ = ["AXES", "MODES", "Axes", "Explorer", "Mode"]

Axes = Literal["principal", "random", "coordinates"]
AXES: tuple[Axes, ...] = get_args(Axes)
Mode = Literal["samples", "by", "plane", "walk", "arithmetic"]
MODES: tuple[Mode, ...] = get_args(Mode)

Float = NDArray[np.float64]
LARGEST_SEED = 10**6
"""Of seeds that the program chooses; a person may type any."""
MOST_ROWS = 40
"""Classes beyond which a row for each is no picture any more."""


class Explorer(Undoable[Moment]):
    """The current sample of a model, and what the grid shows around it; each `Moment` can be undone.

    Attributes
    ----------
    model
        None until one is open.
    pins
        "A" and "B" -> latents (d,).
    slots
        "A", "B" and "C" -> up to three latents each, for arithmetic.
    corner
        The third latent of the plane: the current one when that was chosen to be shown.
    """

    model_changed = Signal()
    mode_changed = Signal()
    pins_changed = Signal()
    slots_changed = Signal()

    IN_A_SLOT = 3

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(Moment(), parent)
        self.model: OpenedModel | None = None
        self.mode: Mode = "samples"
        self.code = ""
        self.axes: Axes = "principal"
        self.axes_seed = 0
        self.locked: set[tuple[Axes, int]] = set()
        self.pins: dict[str, NDArray[np.float32]] = {}
        self.corner: NDArray[np.float32] | None = None
        self.slots: dict[str, list[NDArray[np.float32]]] = {"A": [], "B": [], "C": []}
        self._visited: dict[str, tuple[Moment, dict[str, NDArray[np.float32]]]] = {}
        self._random = random.Random()

    # ---- the model -------------------------------------------------------------------------------------

    def set_model(self, model: OpenedModel | None) -> None:
        """Look at a model; at one that was looked at before, where that was left."""
        if self.model is not None:
            self._visited[self.model.key] = self.moment, self.pins
        same = model is not None and self.model is not None and model.weights == self.model.weights
        self.model = model
        self.corner = None
        self.begin_with(self.moment)
        if not same:
            self.locked.clear()
            self.slots = {name: [] for name in self.slots}
        if model is not None:
            kept = self._visited.get(model.key)
            fits = kept is not None and len(kept[0].offset) == model.latent and set(kept[0].values) == set(model.places)
            moment, self.pins = kept if kept is not None and fits else (Moment.first(model), {})
            self.begin_with(moment)
            if self.code not in model.codes:
                self.code = model.codes[0] if model.codes else ""
            if self.mode not in self.modes():
                self.mode = "samples"
            if self.axes not in self.kinds():
                self.axes = self.kinds()[0] if self.kinds() else "coordinates"
        self.model_changed.emit()
        self.pins_changed.emit()
        self.slots_changed.emit()
        self.history_changed.emit()
        self.mode_changed.emit()
        self.changed.emit()

    def modes(self) -> list[Mode]:
        """Return the modes that this model allows."""
        model = self.model
        if model is None:
            return ["samples"]
        found: list[Mode] = ["samples"]
        if model.codes or any(model.places[name].input.size <= MOST_ROWS for name in model.choices[:1]):
            found.append("by")
        if model.latent:
            found += ["plane", "walk", "arithmetic"]
        return found

    def set_mode(self, mode: Mode) -> None:
        """Choose what the grid shows."""
        if mode != self.mode and mode in self.modes():
            self.mode = mode
            if mode == "plane" and self.model is not None:
                self.corner = self.latent.copy()
            self.mode_changed.emit()

    def set_code(self, code: str) -> None:
        """Choose the code that changes along the grid's rows."""
        if code != self.code:
            self.code = code
            self.mode_changed.emit()

    # ---- changing and undoing --------------------------------------------------------------------------

    def change(self, key: str, **values: Any) -> None:
        """Change what is set; changes with the same key in a row are undone as one, until `settle`."""
        self.take(replace(self.moment, **values), key)

    # ---- the current sample ----------------------------------------------------------------------------

    @property
    def moment(self) -> Moment:
        """What is set now."""
        return self.state

    @property
    def latent(self) -> NDArray[np.float32]:
        """The current latent, (d,)."""
        assert self.model is not None
        return self.moment.latent(self.model)

    def take_latent(self, latent: NDArray[np.floating]) -> None:
        """Make a latent the current one."""
        assert self.model is not None
        self.change("", offset=np.asarray(latent, np.float64) - self.moment.base(self.model))

    def take_sample(self, number: int, values: dict[str, float], place: int) -> None:
        """Make a sample of the grid's seed (or of its own latents) the current one."""
        source = (-1 if self.moment.own is not None else self.moment.seed, number)
        assert self.model is not None
        # A cell in which an edited latent stands is taken as it is seen.
        if place == self.moment.place and number == place:
            self.change("", values=values)
            return
        self.change("", source=source, offset=np.zeros(self.model.latent), values=values, place=place)

    def set_value(self, name: str, value: float) -> None:
        """Give class, category or code `name` a value, in the current sample and in all of the grid."""
        blend = None if self.moment.blend is not None and self.moment.blend.name == name else self.moment.blend
        key = f"value {name}"
        self.change(key, values={**self.moment.values, name: value}, fixed=self.moment.fixed | {name}, blend=blend)

    def release(self, name: str) -> None:
        """Let the grid's samples have values of their own again."""
        blend = None if self.moment.blend is not None and self.moment.blend.name == name else self.moment.blend
        self.change("", fixed=self.moment.fixed - {name}, blend=blend)

    def set_blend(self, name: str, other: int, share: float) -> None:
        """Blend the current class or category with another one."""
        self.change(f"blend {name}", blend=Blend(name, other, share), fixed=self.moment.fixed | {name})

    def set_seed(self, seed: int) -> None:
        """Show the samples of another seed; the current one is the first of them."""
        assert self.model is not None
        first = Moment.first(self.model, seed)
        values = {
            name: self.moment.values[name] if name in self.moment.fixed else value
            for name, value in first.values.items()
        }
        self.change("seed", seed=seed, source=(seed, 0), place=0, offset=first.offset, values=values, own=None)

    def new_seed(self) -> None:
        """Show the samples of a seed that nobody chose."""
        self.settle()
        self.set_seed(self._random.randrange(LARGEST_SEED))
        self.settle()

    def set_truncation(self, threshold: float | None) -> None:
        """Hold all drawn latents within a threshold; None lets them be as in training."""
        self.change("truncation", truncation=threshold)

    def set_own(self, moment: Moment) -> None:
        """Set everything at once."""
        self.take(moment)

    def randomise(self) -> None:
        """Take a new latent, of which locked coordinates stay what they are."""
        model = self.model
        assert model is not None
        before = self.latent.astype(np.float64)
        source = (self._random.randrange(LARGEST_SEED), 0)
        base = np.asarray(model.latents(1, source[0], self.moment.truncation)[0], np.float64)
        offset: Float = np.zeros(model.latent)
        rows = [axis for kind, number in sorted(self.locked) for axis in self._axis(kind, number)]
        if rows:
            matrix = np.stack(rows)
            offset = np.asarray(np.linalg.lstsq(matrix, matrix @ (before - base), rcond=None)[0], np.float64)
        self.change("", source=source, offset=offset)

    def reset(self) -> None:
        """Take back whatever was done to the current latent."""
        assert self.model is not None
        self.change("", offset=np.zeros(self.model.latent))

    # ---- directions ------------------------------------------------------------------------------------

    def kinds(self) -> list[Axes]:
        """Return the kinds of directions that this model has."""
        if self.model is None or not self.model.latent:
            return []
        return [kind for kind in AXES if kind != "principal" or self.model.directions is not None]

    def set_axes(self, kind: Axes) -> None:
        """Choose along what the sliders go."""
        if kind != self.axes:
            self.axes = kind
            self.mode_changed.emit()

    def axis_count(self) -> int:
        """Return how many directions there are."""
        if self.model is None:
            return 0
        if self.axes == "principal" and self.model.directions is not None:
            return len(self.model.directions)
        return self.model.latent

    def axis(self, number: int) -> Float:
        """Return a direction of the chosen kind, a unit vector (d,)."""
        return self._axis(self.axes, number)[0]

    def _axis(self, kind: Axes, number: int) -> list[Float]:
        model = self.model
        assert model is not None
        if kind == "principal":
            return [model.directions[number]] if model.directions is not None else []
        if kind == "random":
            return [_frame(model.latent, model.latent, self.axes_seed)[number]]
        unit = np.zeros(model.latent)
        unit[number] = 1.0
        return [unit]

    def reach(self) -> float:
        """Return how far the sliders go from 0."""
        assert self.model is not None
        if self.model.normal:
            return 4.0
        return 1.0 if self.axes == "coordinates" else 2.0

    def coordinate(self, number: int) -> float:
        """Return where the current latent is along a direction."""
        return float(self.latent.astype(np.float64) @ self.axis(number))

    def set_coordinate(self, number: int, value: float) -> None:
        """Move the current latent along a direction."""
        assert self.model is not None
        axis = self.axis(number)
        now = (self.moment.base(self.model) + self.moment.offset) @ axis
        self.change(f"{self.axes} {number}", offset=self.moment.offset + (value - now) * axis)

    def reset_coordinate(self, number: int) -> None:
        """Bring one coordinate back to that of the sample."""
        assert self.model is not None
        axis = self.axis(number)
        self.change("", offset=self.moment.offset - (self.moment.offset @ axis) * axis)

    def moved_along(self, number: int) -> bool:
        """Whether the current latent was moved along a direction."""
        return abs(float(self.moment.offset @ self.axis(number))) > 1e-9

    def lock(self, number: int, locked: bool) -> None:
        """Keep a coordinate of the chosen kind when a new latent is taken, or not."""
        (self.locked.add if locked else self.locked.discard)((self.axes, number))

    # ---- pins and slots --------------------------------------------------------------------------------

    def pin(self, name: str) -> None:
        """Keep the current latent as a pin."""
        self.pins = {**self.pins, name: self.latent.copy()}
        self.pins_changed.emit()

    def add_to_slot(self, name: str, latent: NDArray[np.float32]) -> None:
        """Put a latent into a slot of arithmetic; a full one loses its first."""
        self.slots[name] = [*self.slots[name], np.array(latent, np.float32)][-self.IN_A_SLOT :]
        self.slots_changed.emit()

    def clear_slot(self, name: str) -> None:
        """Empty a slot."""
        self.slots[name] = []
        self.slots_changed.emit()


_frame = lru_cache(maxsize=8)(random_directions)
