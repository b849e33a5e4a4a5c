"""Which filters of a model are dropped, without a widget: pictures, boxes, weights, a rule, undo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from PySide6.QtCore import QObject, Signal

from ganstudio.checkpoints.inputs import Given
from ganstudio.dissection.edits import above, positive, random_maps, top
from ganstudio.dissection.feature_layers import FeatureLayer, feature_layers, proposed
from ganstudio.dissection.regions import Box
from ganstudio.dissection_messages import FitRemoval, RemovalFitted
from ganstudio.gui.images.inside.asking import Asking, numbers
from ganstudio.gui.images.opened import OpenedModel
from ganstudio.gui.images.session import ImageSession
from ganstudio.gui.images.undoing import Undoable
from ganstudio.image_messages import Removed

__all__ = ["RULES", "Choice", "Removing", "Rule"]

Rule = Literal["nothing", "positive", "top", "above"]
RULES: tuple[Rule, ...] = get_args(Rule)
MOST_PICTURES = 150
"""As many as the DCGAN paper drew boxes on."""
CONTROL_SEED = 0


@dataclass(frozen=True, eq=False)
class Choice:
    """What is dropped.

    Attributes
    ----------
    fit
        The weights that filters are chosen by, None before any were found.
    rule
        Which: "nothing", every "positive" one, the "top" `count`, or those "above" `threshold`.
    """

    fit: RemovalFitted | None = None
    rule: Rule = "nothing"
    count: int = 1
    threshold: float = 0.0

    @property
    def maps(self) -> tuple[int, ...]:
        """Numbers of the filters."""
        if self.fit is None or self.rule == "nothing":
            return ()
        if self.rule == "positive":
            return positive(self.fit.weights)
        return top(self.fit.weights, self.count) if self.rule == "top" else above(self.fit.weights, self.threshold)

    @property
    def removed(self) -> Removed:
        """As an engine takes it."""
        return ((self.fit.layer, self.maps),) if self.fit is not None and self.maps else ()

    @property
    def control(self) -> Removed:
        """As many filters of the same layer at random."""
        if self.fit is None or not self.maps:
            return ()
        return ((self.fit.layer, random_maps(len(self.fit.weights), len(self.maps), CONTROL_SEED)),)


class Removing(Undoable[Choice]):
    """What is looked at and dropped of one model; each `Choice` can be undone.

    Attributes
    ----------
    asking
        Says how the search for filters goes.
    """

    model_changed = Signal()
    pictures_changed = Signal()
    """Other pictures: another number of them, or another seed."""

    def __init__(self, session: ImageSession, parent: QObject | None = None) -> None:
        super().__init__(Choice(), parent)
        self.asking = Asking(session, self)
        self.asking.answered.connect(self._on_fitted)
        self.model: OpenedModel | None = None
        self.count, self.seed = 24, 0
        self.boxes: tuple[Box, ...] = ()
        self.layer: int | None = None

    # ---- what is looked at -----------------------------------------------------------------------------

    def set_model(self, model: OpenedModel | None) -> None:
        """Look at a model, with nothing dropped."""
        self.asking.cancel()
        self.model, self.boxes = model, ()
        self.begin_with(Choice())
        layers = self.layers
        self.layer = proposed(layers).index if layers else None
        self.model_changed.emit()

    @property
    def layers(self) -> tuple[FeatureLayer, ...]:
        """The layers whose filters can be dropped."""
        return () if self.model is None else feature_layers(self.model.architecture)

    @property
    def given(self) -> Given:
        """Inputs of the pictures that boxes lie on."""
        assert self.model is not None
        return self.model.draw(self.count, self.seed, None)

    def set_count(self, count: int) -> None:
        """Show so many pictures; boxes stay on those that are still there."""
        self.count = count
        self.boxes = tuple(box for box in self.boxes if box.sample < count)
        self.pictures_changed.emit()

    def set_seed(self, seed: int) -> None:
        """Show the samples of a seed, without boxes."""
        if seed != self.seed:
            self.seed, self.boxes = seed, ()
            self.pictures_changed.emit()

    # ---- finding ---------------------------------------------------------------------------------------

    def find(self) -> None:
        """Ask for the weights that tell what is in boxes from what is not."""
        assert self.model is not None
        self.asking.ask(FitRemoval(self.model.key, next(numbers), self.given, self.boxes, self.layer))

    def _on_fitted(self, message: object) -> None:
        if isinstance(message, RemovalFitted):
            rule: Rule = self.choice.rule if self.choice.rule != "nothing" else "positive"
            count = max(1, len(positive(message.weights)))
            self.choose("", fit=message, rule=rule, count=count, threshold=0.0)

    # ---- dropping and undoing --------------------------------------------------------------------------

    @property
    def choice(self) -> Choice:
        """What is dropped now."""
        return self.state

    def choose(self, key: str, **values: object) -> None:
        """Drop other filters; changes with the same key in a row are undone as one."""
        self.take(replace(self.choice, **values), key)  # type: ignore[arg-type]

    def threshold_at(self, share: float) -> float:
        """Return a threshold between the smallest weight (0) and the largest (1)."""
        assert self.choice.fit is not None
        weights = self.choice.fit.weights
        return float(np.min(weights) + share * (np.max(weights) - np.min(weights)))
