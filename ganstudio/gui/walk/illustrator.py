"""Makes the pictures in the boxes: live ones from snapshots, those of an iteration from its tensors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from ganstudio.experiment import Network
from ganstudio.gui.walk.charts import Counts, Histogram, LayerBars, Series, Sketch, Terms
from ganstudio.gui.walk.evidence import Evidence, Window, read_off
from ganstudio.gui.walk.graph import Graph, NodeKey, Part, parts_of_loss
from ganstudio.gui.walk.picture import Blank, Ink, Picture
from ganstudio.gui.walk.plane_picture import Arrows, Dots, PlanePicture
from ganstudio.gui.walk.tables import layer_norms
from ganstudio.messages import Arrays

__all__ = ["Illustrator"]

POINTS = 250
"""Samples in a live picture, of each kind."""
NORMAL_REACH = 3.2
UNIFORM_REACH = 1.15
INKS: dict[Part, Ink] = {"critic": "critic", "generator": "generator"}


class Illustrator(QObject):
    """Draws what `Evidence` has of one experiment's boxes."""

    def __init__(self, evidence: Evidence, graph: Graph, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.evidence = evidence
        self.graph = graph
        self.experiment = evidence.experiment

    # ---- live ----------------------------------------------------------------------------------------

    def fixed(self) -> dict[NodeKey, Picture]:
        """Return the pictures that no snapshot changes."""
        return self._made(
            {
                "noise": self.prior,
                "latents": self.prior,
                "codes": self._codes,
                "labels": self._labels,
                "generator": self.generator_sketch,
                "encoder": self.encoder_sketch,
                "real": self._real,
            }
        )

    def live(self) -> dict[NodeKey, Picture]:
        """Return those of the last snapshot."""
        return self._made(
            {
                "fake": self._fake,
                "critic": self._field,
                "scores": self._live_scores,
                "heads": self.heads,
                "penalty": self._penalty_term,
                "generator_loss": self._generator_loss,
                "critic_loss": self._critic_loss,
            }
        )

    def _made(self, makers: dict[NodeKey, Callable[[], Picture]]) -> dict[NodeKey, Picture]:
        return {key: make() for key, make in makers.items() if key in self.graph.keys}

    @property
    def window(self) -> Window:
        """What is seen of the plane."""
        return self.experiment.data.window()

    def overview(self) -> Picture:
        """Return the plane with all that is known of it."""
        dots = [Dots(self.evidence.real, "real")]
        if self.evidence.snapshot is not None:
            dots.append(Dots(self.evidence.snapshot.generated[0], "generated"))
        words = self.tr("Real and generated samples over the critic's field")
        return PlanePicture(tuple(dots), self.window, words, self.evidence.field)

    def prior(self) -> Picture:
        """Return latents as NumPy draws them: a run's own are known only in slow motion."""
        noise, rng = self.experiment.noise, np.random.default_rng(0)
        shape = POINTS, noise.dimensions
        return self.latents(np.asarray(noise.push(rng.random(shape), rng.standard_normal(shape))))

    def _codes(self) -> Picture:
        codes = self.experiment.additions.information
        words = [self.tr("1 of {0}").format(codes.categories)] if codes.categories else []
        words += [self.tr("{0} in \N{MINUS SIGN}1 to 1").format(codes.continuous)] if codes.continuous else []
        return Blank("\n".join(words))

    def _labels(self) -> Picture:
        return Blank(self.tr("1 of {0}").format(self.experiment.data.classes()))

    def _fake(self) -> Picture:
        snapshot = self.evidence.snapshot
        if snapshot is None:
            return Blank(self.tr("not yet"))
        words = self.tr("Generated samples from the view's latents, always the same ones")
        return self.plane(Dots(snapshot.generated[0, :POINTS], "generated"), words=words)

    def _real(self) -> Picture:
        return self.plane(Dots(self.evidence.real[:POINTS], "real"), words=self.tr("Samples of the data"))

    def _field(self) -> Picture:
        if self.evidence.field is None:
            off = self.evidence.snapshot is not None
            return Blank(self.tr("field and contour are off") if off else self.tr("not yet"))
        return PlanePicture((), self.window, self.tr("The critic's field"), self.evidence.field)

    def _live_scores(self) -> Picture:
        snapshot = self.evidence.snapshot
        if snapshot is None or snapshot.field is None:
            return self._field()
        real, fake = (
            read_off(snapshot.field[0], snapshot.window, points)
            for points in (self.evidence.real, snapshot.generated[0])
        )
        words = self.tr("Scores of real and generated samples, read off the field")
        return self.scores(
            Series(self.tr("real"), real, "real"), Series(self.tr("generated"), fake, "generated"), words
        )

    def _generator_loss(self) -> Picture:
        return self.loss("generator", {})

    def _critic_loss(self) -> Picture:
        return self.loss("critic", {})

    def _penalty_term(self) -> Picture:
        return self._terms(("penalty",), "penalty", {}, self.tr("The gradient penalty, weighted"))

    # ---- one by one ----------------------------------------------------------------------------------

    def plane(self, *dots: Dots, words: str, arrows: Arrows | None = None) -> PlanePicture:
        """Return points of the plane."""
        return PlanePicture(dots, self.window, words, arrows=arrows)

    def latents(self, values: NDArray[np.floating], ink: Ink = "muted") -> Picture:
        """Return latents (n, dimensions): of one coordinate as a histogram, of more the first two."""
        dimensions = values.shape[-1]
        words = self.tr("{0} latents of {1} coordinates").format(len(values), dimensions)
        if dimensions == 1:
            return Histogram((Series("z", values[:, 0], ink),), words)
        reach = NORMAL_REACH if self.experiment.noise.distribution == "normal" else UNIFORM_REACH
        if dimensions > 2:
            words += self.tr("; the first two are shown")
        window = (-reach, reach, -reach, reach)
        return PlanePicture((Dots(values[:, :2], ink),), window, words, titles=("z\u2081", "z\u2082"))

    def told(self, values: NDArray[np.floating], key: NodeKey) -> Picture:
        """Return how often each category or class was drawn, of one-hot rows (n, numbers)."""
        additions, classes = self.experiment.additions, self.experiment.data.classes()
        start = classes * (additions.conditional.on + additions.classifier.on)
        if key == "labels":
            return Counts(values[:, :classes].sum(0), self.tr("How many samples are asked for of each class"))
        categories = additions.information.categories
        if not categories:
            numbers = Series("c\u2081", values[:, start], "muted")
            return Histogram((numbers,), self.tr("The first continuous code"))
        counts = values[:, start : start + categories].sum(0)
        return Counts(counts, self.tr("How many samples are asked for of each category"))

    def generator_sketch(self) -> Picture:
        """Return the generator's layers."""
        classes, additions = self.experiment.data.classes(), self.experiment.additions.active()
        told = sum(addition.generator_inputs(classes) for _, addition in additions)
        return self._sketch(self.experiment.generator, self.experiment.noise.dimensions + told, 2, "generator")

    def encoder_sketch(self) -> Picture:
        """Return the encoder's layers."""
        return self._sketch(self.experiment.generator, 2, self.experiment.noise.dimensions, "generator")

    def _sketch(self, network: Network, inputs: int, outputs: int, ink: Ink) -> Picture:
        sizes = (inputs, *[network.width] * network.layers, outputs)
        return Sketch(sizes, ink, self.tr("Units of each layer: {0}").format(" \N{EN DASH} ".join(map(str, sizes))))

    def layers(self, arrays: Arrays, part: Part, *, of: str = "") -> LayerBars:
        """Return the norms of gradient and update by layer, see `layer_norms`."""
        words = self.tr("Norms of the gradient (full) and the update (pale) by layer")
        titles = (self.tr("gradient"), self.tr("update"))
        return LayerBars(layer_norms(arrays, of=of), INKS[part], words, titles)

    def scores(self, real: Series, fake: Series, words: str) -> Histogram:
        """Return the critic's scores; where they mean something by themselves, with the undecided one marked."""
        meaning = self.experiment.objective.field_meaning
        # Shown of a logit is its probability, but scores are told as the critic gives them.
        mark = {"probability": 0.0, "value": meaning.centre}.get(meaning.kind)
        return Histogram((real, fake), words, mark)

    def slopes(self, arrays: Arrays) -> Picture:
        """Return how steep the critic was where the penalty looked."""
        wanted = 1.0 if self.experiment.constraints.centred_on_one else 0.0
        slopes = Series(self.tr("slope"), arrays["slopes"], "penalty")
        return Histogram((slopes,), self.tr("The critic's slope where the penalty looks"), wanted)

    def heads(self) -> Picture:
        """Return what the critic's heads are for, in numbers."""
        names = tuple(name for name in self.evidence.curves.names() if name.endswith(" read") or "accuracy" in name)
        return self._terms(names, "critic", {}, self.tr("How well the critic's heads read what they have to"))

    def loss(self, part: Part, arrays: Arrays) -> Terms:
        """Return the terms of a loss: those of an update's arrays, or the last ones."""
        if part == "critic":
            words = self.tr("The critic's loss, term by term")
        else:
            words = self.tr("The generator's loss, term by term")
        names = parts_of_loss(self.experiment, part)
        return self._terms(names, INKS[part], arrays, words)

    def _terms(self, names: tuple[str, ...], ink: Ink, arrays: Arrays, words: str) -> Terms:
        """Return terms by name, from an update's arrays if it has them, else the last ones, with the first's curve."""
        curves = self.evidence.curves
        known = [name for name in names if name in curves.names()]
        last = {name: curves.series(name).last for name in known}
        told = {name: float(arrays[f"loss.{name}"]) for name in names if f"loss.{name}" in arrays}
        rows = tuple((name, (told or last)[name]) for name in names if name in (told or last))
        first = curves.series(known[0]) if known else None
        steps, history = (np.empty(0), np.empty(0)) if first is None else (first.steps.copy(), first.values.copy())
        return Terms(rows, ink, words, steps, history)
