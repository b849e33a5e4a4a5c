"""What is asked about a layer's units, and what came of it, without a widget."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from ganstudio.checkpoints.inputs import Given, picked
from ganstudio.dissection.feature_layers import FeatureLayer, feature_layers, proposed
from ganstudio.dissection.regions import Brightness, NearColour, Region, masks_of
from ganstudio.dissection_messages import AskEffects, AskUnits, Effects, Units
from ganstudio.gui.images.inside.asking import Asking, numbers
from ganstudio.gui.images.inside.units.marking import Marked, Marking
from ganstudio.gui.images.opened import OpenedModel
from ganstudio.gui.images.session import ImageSession
from ganstudio.image_messages import Pixels

__all__ = ["CONCEPTS", "MOST_PICTURES", "SHOWN", "Concept", "Dissecting", "Level"]

Concept = Literal["drawn", "brightness", "colour"]
CONCEPTS: tuple[Concept, ...] = get_args(Concept)
Level = Literal["share", "informative"]
SHOWN = 24
"""Pictures, of those that are looked at, that can be drawn on and painted."""
MOST_PICTURES = 1000
SLOT = "units"
SETTLE_MILLISECONDS = 250
"""How long nothing must change before units are looked at anew."""


class Dissecting(QObject):
    """A layer of a model, pictures, a concept; the units' answers, and which units are chosen.

    Whatever is changed is looked at anew by itself after a moment; causal effects take longer and are asked for.

    Attributes
    ----------
    looking, causing
        Say how the two questions go.
    marking
        What is drawn on the first `SHOWN` pictures, for the concept "drawn".
    pictures : array (n, height, width, channels) or None
        These pictures.
    units
        None before there is an answer.
    effects
        Of the units that were asked about, None where nothing is known of the concept as it is.
    """

    model_changed = Signal()
    pictures_changed = Signal()
    """Other pictures are to be shown, or have come."""
    concept_changed = Signal()
    units_changed = Signal()
    effects_changed = Signal()
    chosen_changed = Signal()

    def __init__(self, session: ImageSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.looking, self.causing = Asking(session, self), Asking(session, self)
        self.looking.answered.connect(self._on_units)
        self.causing.answered.connect(self._on_effects)
        self.marking = Marking(self)
        self.marking.changed.connect(self._on_concept)
        self.model: OpenedModel | None = None
        self.layer: int | None = None
        self.count, self.seed = 100, 0
        self.level: Level = "share"
        self.share = 0.005
        self.concept: Concept = "drawn"
        self.brightness = Brightness(0.7, 1.0)
        self.colour = NearColour((255, 0, 0), 90.0)
        self.pictures: Pixels | None = None
        self.units: Units | None = None
        self.effects: Effects | None = None
        self.chosen: tuple[int, ...] = ()
        self._wait = QTimer(self, singleShot=True, interval=SETTLE_MILLISECONDS)
        self._wait.timeout.connect(self.look)
        session.rendered.connect(self._on_rendered)

    def stop(self) -> None:
        """Ask for nothing more."""
        self._wait.stop()

    # ---- what is looked at -----------------------------------------------------------------------------

    def set_model(self, model: OpenedModel | None) -> None:
        """Look at a model with nothing marked; at one that was only loaded again, as it is set."""
        self.looking.cancel()
        before, self.model = self.model, model
        if before is not None and model is not None and _same(before, model):
            self._ask_pictures()
            self._soon()
            return
        self.marking.begin_with(Marked())
        if model is not None and model.picture[0] < 3 and self.concept == "colour":
            self.concept = "drawn"
        layers = self.layers
        self.layer = proposed(layers).index if layers else None
        self._forget_units()
        self.model_changed.emit()
        self._ask_pictures()
        self._soon()

    @property
    def layers(self) -> tuple[FeatureLayer, ...]:
        """The layers whose units can be looked at."""
        return () if self.model is None else feature_layers(self.model.architecture)

    @property
    def place(self) -> FeatureLayer | None:
        """The chosen one."""
        return next((one for one in self.layers if one.index == self.layer), None)

    @property
    def given(self) -> Given:
        """Inputs of all pictures that are looked at."""
        assert self.model is not None
        return self.model.draw(self.count, self.seed, None)

    def given_of(self, number: int) -> Given:
        """Return the inputs of one of them."""
        return picked(self.given, np.array([number]))

    def set_layer(self, layer: int) -> None:
        """Look at another layer."""
        if layer != self.layer:
            self.layer = layer
            self._forget_units()
            self._soon()

    def set_count(self, count: int) -> None:
        """Look at so many pictures; marks stay on those that are still there."""
        self.count = count
        shown = min(count, SHOWN)
        now = self.marking.state
        boxes = tuple(box for box in now.boxes if box.sample < shown)
        self.marking.begin_with(Marked(boxes, {one: mask for one, mask in now.brushed.items() if one < shown}))
        self._on_concept()
        self._ask_pictures()

    def set_seed(self, seed: int) -> None:
        """Look at the samples of a seed, with nothing drawn on them."""
        if seed != self.seed:
            self.seed = seed
            self.marking.begin_with(Marked())
            self._on_concept()
            self._ask_pictures()

    def set_level(self, level: Level, share: float) -> None:
        """Say from where on a unit is on: in the top share of its cells, or at the level that tells most."""
        self.level, self.share = level, share
        self._soon()

    def _ask_pictures(self) -> None:
        self.pictures = None
        self.pictures_changed.emit()
        if self.model is not None:
            given = picked(self.given, np.arange(min(self.count, SHOWN)))
            self._session.ask(self.model.key, SLOT, given)

    def _on_rendered(self, key: str, slot: str, pictures: Pixels, _seconds: float) -> None:
        if self.model is not None and (key, slot) == (self.model.key, SLOT):
            self.pictures = pictures
            self.pictures_changed.emit()

    # ---- the concept -----------------------------------------------------------------------------------

    def set_concept(self, concept: Concept) -> None:
        """Say by which means the concept is told from the rest."""
        if concept != self.concept:
            self.concept = concept
            self._on_concept()

    def set_brightness(self, low: float, high: float) -> None:
        """Take pixels of a brightness."""
        self.brightness = Brightness(low, high)
        self._on_concept()

    def set_colour(self, colour: tuple[int, int, int], distance: float) -> None:
        """Take pixels near a colour."""
        self.colour = NearColour(colour, distance)
        self._on_concept()

    @property
    def region(self) -> Region | None:
        """The concept as an engine takes it; None if nothing is marked."""
        if self.model is None:
            return None
        if self.concept != "drawn":
            return self.brightness if self.concept == "brightness" else self.colour
        _, height, width = self.model.picture
        return self.marking.state.region(height, width)

    def masks(self) -> NDArray[np.bool_] | None:
        """Return the concept's pixels on the shown pictures, (n, height, width); None if there are no pictures."""
        if self.pictures is None:
            return None
        n, height, width, _ = self.pictures.shape
        if self.concept == "drawn":
            return np.array([self.marking.state.mask(number, height, width) for number in range(n)], bool)
        region = self.brightness if self.concept == "brightness" else self.colour
        return masks_of(region, np.arange(n), self.pictures)

    def _on_concept(self) -> None:
        self.causing.cancel()
        if self.effects is not None:
            self.effects = None
            self.effects_changed.emit()
        self.concept_changed.emit()
        self._soon()

    # ---- asking ----------------------------------------------------------------------------------------

    def _soon(self) -> None:
        if self.layer is not None:
            self._wait.start()

    def look(self) -> None:
        """Ask what the units respond to."""
        self._wait.stop()
        if self.model is None or self.layer is None:
            return
        quantile = self.share if self.level == "share" else None
        asked = AskUnits(self.model.key, next(numbers), self.given, self.layer, self.region, quantile=quantile)
        self.looking.ask(asked)

    def ask_effects(self) -> None:
        """Ask what the units cause of the concept."""
        region = self.region
        if self.model is not None and self.layer is not None and region is not None:
            self.causing.ask(AskEffects(self.model.key, next(numbers), self.given, region, self.layer))

    def _on_units(self, message: object) -> None:
        if isinstance(message, Units) and message.layer == self.layer:
            self.units = message
            self.units_changed.emit()

    def _on_effects(self, message: object) -> None:
        if isinstance(message, Effects) and message.layer == self.layer:
            self.effects = message
            self.effects_changed.emit()

    def _forget_units(self) -> None:
        self.causing.cancel()
        self.units, self.effects = None, None
        self.units_changed.emit()
        self.choose(())

    # ---- chosen units ----------------------------------------------------------------------------------

    def choose(self, units: tuple[int, ...]) -> None:
        """Choose the units that the brush sets."""
        if units != self.chosen:
            self.chosen = units
            self.chosen_changed.emit()


def _same(one: OpenedModel, other: OpenedModel) -> bool:
    """Whether both are the same generator under the same name."""
    return (one.key, one.weights, one.architecture) == (other.key, other.weights, other.architecture)
