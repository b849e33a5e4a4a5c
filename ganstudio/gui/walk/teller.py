"""What an iteration's words are made of, whoever's turn it is."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from ganstudio.equations import LABELS
from ganstudio.gui.numbers import short
from ganstudio.gui.walk.charts import LayerNorms, Series
from ganstudio.gui.walk.evidence import Evidence
from ganstudio.gui.walk.graph import Graph, NodeKey, Part, parts_of_loss
from ganstudio.gui.walk.illustrator import Illustrator
from ganstudio.gui.walk.picture import Picture, addition, written
from ganstudio.gui.walk.plane_picture import Dots, FieldPicture, PlanePicture
from ganstudio.gui.walk.tables import Table, terms_table
from ganstudio.messages import Arrays
from ganstudio.methods import METHODS

__all__ = ["X_HAT", "X_TILDE", "Scene", "Teller", "centre_of", "mean", "spread", "together"]

Numbers = NDArray[np.floating]
X_TILDE, X_HAT = "x\u0303", "x\u0302"


@dataclass(frozen=True)
class Scene:
    """What is shown at a stop.

    Attributes
    ----------
    pictures
        Of boxes, from this stop on.
    large
        What is shown beside the words.
    equations
        (label, TeX) each.
    """

    title: str
    caption: str
    large: Picture
    pictures: dict[NodeKey, Picture] = field(default_factory=dict)
    table: Table = field(default_factory=Table)
    equations: tuple[tuple[str, str], ...] = ()


class Teller(QObject):
    """Tells of one walked iteration.

    Parameters
    ----------
    evidence
        With an iteration in `walked`.
    """

    def __init__(self, evidence: Evidence, graph: Graph, parent: QObject | None = None) -> None:
        super().__init__(parent)
        assert evidence.walked is not None
        self._evidence = evidence
        self._graph = graph
        self._experiment = evidence.experiment
        self._walked = evidence.walked
        self._draw = Illustrator(evidence, graph, self)

    part: ClassVar[Part]

    @property
    def arrays(self) -> Arrays:
        """What happened in the update that it tells of."""
        return self._walked.critic if self.part == "critic" else self._walked.generator

    @abstractmethod
    def scenes(self) -> dict[str, Callable[[], Scene]]:
        """Return what tells of each stop."""

    def _inputs(self, arrays: Arrays) -> dict[NodeKey, Picture]:
        pictures: dict[NodeKey, Picture] = {"noise": self._draw.latents(arrays["latents"])}
        told: tuple[NodeKey, ...] = ("codes", "labels")
        for key in told:
            if key in self._graph.keys and "told" in arrays:
                pictures[key] = self._draw.told(arrays["told"], key)
        return pictures

    def _fake(self, arrays: Arrays, words: str) -> PlanePicture:
        return self._draw.plane(Dots(arrays["fake"], "generated"), words=words)

    def _both(self, arrays: Arrays, words: str, evidence: Evidence | None = None) -> PlanePicture:
        dots = Dots(arrays["real"], "real"), Dots(arrays["fake"], "generated")
        return PlanePicture(dots, self._draw.window, words, None if evidence is None else evidence.field)

    def _over_field(self, dots: Dots, words: str) -> PlanePicture:
        return PlanePicture((dots,), self._draw.window, words, self._field_now())

    def _field_now(self) -> FieldPicture | None:
        """Return the critic's field after its update, if it is known."""
        return self._evidence.later or self._evidence.field

    def _scores(self, arrays: Arrays, new: str = "") -> Picture:
        """Return the scores; "new_" lets them go to what they are after the update."""
        sides = []
        for side, name, ink in (("real", self.tr("real"), "real"), ("fake", self.tr("generated"), "generated")):
            values = arrays[f"{side}_scores"]
            sides.append(Series(name, values, ink, arrays[f"{new}{side}_scores"] if new else None))
        return self._draw.scores(sides[0], sides[1], self.tr("Scores of real and generated samples"))

    def _score_names(self, when: str = "") -> tuple[tuple[str, str], ...]:
        """Return what the scores of real and generated samples are called; `when` is "" or "new_"."""
        new = self.tr(", new") if when else ""
        real, fake = ["x"], [X_TILDE]
        if self._experiment.additions.conditional.on:
            real, fake = [*real, "y"], [*fake, "y"]
        if self._experiment.additions.encoder.on:
            real, fake = [*real, "E(x)"], [*fake, "z"]
        signs = (("real", real), ("fake", fake))
        return tuple((f"{when}{side}_scores", f"T({', '.join(sign)}){new}") for side, sign in signs)

    def _loss(self, title: str, caption: str) -> Scene:
        arrays, part = self.arrays, self.part
        picture = self._draw.loss(part, arrays)
        table = terms_table(arrays, parts_of_loss(self._experiment, part))
        key: NodeKey = "critic_loss" if part == "critic" else "generator_loss"
        if equation := self._equation():
            caption += " " + self.tr("The equation says how it is computed.")
        return Scene(title, caption, picture, {key: picture}, table, equation)

    def _equation(self) -> tuple[tuple[str, str], ...]:
        method = self._experiment.method
        if method is None:
            return ()
        row = METHODS[method]
        return ((LABELS[0], row.critic_loss),) if self.part == "critic" else ((LABELS[1], row.generator_loss),)

    def _sum(self) -> str:
        """Return "0.62 + 0.013 = 0.633", or one number."""
        arrays = self.arrays
        names = [name for name in parts_of_loss(self._experiment, self.part) if f"loss.{name}" in arrays]
        values = [float(arrays[f"loss.{name}"]) for name in names]
        if len(values) == 1:
            return written(values[0])
        *shown, total = addition(values)
        terms = " + ".join(f"{one} ({name.removesuffix(' (G)')})" for one, name in zip(shown, names, strict=True))
        return f"{terms} = {total}".replace("+ \N{MINUS SIGN}", "\N{MINUS SIGN} ")

    def _first_and_last(self, layers: tuple[LayerNorms, ...]) -> str:
        if len(layers) < 2:
            return self.tr("The gradient's norm is {0}.").format(written(together(layers)[0]))
        return self.tr("Its norm is {0} in the first layer's weights and {1} in the last one's.").format(
            written(layers[0].gradient), written(layers[-1].gradient)
        )

    def _optimiser_words(self, layers: tuple[LayerNorms, ...]) -> str:
        experiment = self._experiment
        optimiser = getattr(experiment, f"{self.part}_optimiser")
        name = {"adam": "Adam", "rmsprop": "RMSprop", "sgd": "SGD"}[optimiser.name]
        whose = self.tr("the critic's") if self.part == "critic" else self.tr("the generator's")
        text = self.tr("{0} moves {1} weights").format(name, whose)
        if not experiment.training.decay_steps:
            text += self.tr(" at the learning rate {0}").format(short(optimiser.learning_rate))
        if self.part == "critic" and (clip := experiment.constraints.weight_clip) > 0:
            text += self.tr(", and each is clipped to \N{MINUS SIGN}{0} to {0}").format(short(clip))
        return text + self.tr("; together that is a step of norm {0}.").format(written(together(layers)[1]))

    def _sides(self, real: Numbers, fake: Numbers) -> str:
        meaning = self._experiment.objective.field_meaning
        if meaning.kind == "score":
            difference = written(mean(real) - mean(fake))
            return self.tr("A constant in them means nothing; what counts is the difference, {0}.").format(difference)
        undecided = 0.0 if meaning.kind == "probability" else meaning.centre
        right = int((real > undecided).sum() + (fake < undecided).sum())
        return self.tr("{0} of {1} samples are on the right side of {2}.").format(
            right, len(real) + len(fake), short(undecided)
        )

    def _score_note(self) -> str:
        """Say how a score came about where the critic gives no number for a single sample."""
        additions, note = self._experiment.additions, ""
        if self._experiment.objective.critic == "pair":
            note = self.tr("It is a critic of pairs: told is what it says of a sample beside real ones.")
        elif additions.packing.on:
            note = self.tr("It is a critic of packs of {0}: told is what it says of a sample among real ones.").format(
                additions.packing.samples
            )
        elif additions.instance_noise.on:
            note = self.tr("The critic learns from noisy samples; the scores are of the samples without the noise.")
        return f" {note}" if note else ""

    def _prior_words(self) -> str:
        noise = self._experiment.noise
        kinds = {"normal": self.tr("standard normal"), "uniform": self.tr("uniform from \N{MINUS SIGN}1 to 1")}
        kind = kinds[noise.distribution]
        return self.tr("{0} in {1} dimensions").format(kind, noise.dimensions) if noise.dimensions > 1 else kind

    def _told_sign(self) -> str:
        return "c" if "codes" in self._graph.keys else "y"

    def _told_words(self) -> str:
        additions, words = self._experiment.additions, ""
        if additions.conditional.on or additions.classifier.on:
            classes = self._experiment.data.classes()
            words += " " + self.tr("With each goes a class y, one of {0}.").format(classes)
        codes = additions.information
        if codes.on:
            parts = [self.tr("one of {0} categories").format(codes.categories)] if codes.categories else []
            if codes.continuous:
                parts.append(self.tr("{0} from \N{MINUS SIGN}1 to 1").format(_numbers(codes.continuous)))
            words += " " + self.tr("With each goes a code c: {0}.").format(self.tr(" and ").join(parts))
        return words


def mean(values: Numbers) -> float:
    """Return the mean."""
    return float(np.mean(values))


def spread(points: Numbers) -> float:
    """Return the root mean square distance from the centre."""
    return float(np.sqrt(((points - points.mean(0)) ** 2).sum(1).mean()))


def centre_of(points: Numbers) -> str:
    """Return the mean of points (n, 2) in writing."""
    return f"({', '.join(written(round(float(value), 2)) for value in points.mean(0))})"


def together(layers: tuple[LayerNorms, ...]) -> tuple[float, float]:
    """Return the norms of gradient and update over all layers."""
    gradient = sum(layer.gradient**2 for layer in layers) ** 0.5
    return gradient, sum(layer.update**2 for layer in layers) ** 0.5


def _numbers(count: int) -> str:
    return f"{count} number{'s' if count != 1 else ''}"
