"""The generator's turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np

from ganstudio.gui.walk.graph import NodeKey, Part
from ganstudio.gui.walk.picture import Picture, change, signed, written
from ganstudio.gui.walk.plane_picture import Arrows, Dots, PlanePicture
from ganstudio.gui.walk.tables import Table, layer_norms, norms_table, tensors_table
from ganstudio.gui.walk.teller import X_TILDE, Scene, Teller, mean, together

__all__ = ["GeneratorTeller"]

FAINT = 0.01
"""Share of the longest push below which a sample is hardly pushed."""


class GeneratorTeller(Teller):
    """Tells of its last step."""

    part: ClassVar[Part] = "generator"

    def scenes(self) -> dict[str, Callable[[], Scene]]:
        """Return what tells of each stop."""
        return {
            "generate": self.generate,
            "scores": self.scores,
            "loss": self.loss,
            "push": self.push,
            "gradients": self.gradients,
            "update": self.update,
        }

    def generate(self) -> Scene:
        """Tell of new samples."""
        arrays = self.arrays
        fake = self._fake(arrays, self.tr("Samples of the generator's turn"))
        pictures: dict[NodeKey, Picture] = {**self._inputs(arrays), "fake": fake}
        caption = self.tr(
            "Now it is the generator's turn: {0} new latents become {0} new samples. This time it is remembered how, "
            "since the way back leads through the generator."
        ).format(len(arrays["latents"]))
        if "encoded" in arrays:
            pictures["encoder"] = self._draw.latents(arrays["encoded"], "real")
            pictures["real"] = self._draw.plane(
                Dots(arrays["real"], "real"), words=self.tr("Real samples of the generator's turn")
            )
            caption += " " + self.tr("The encoder does the same for new real samples.")
        names = (("latents", "z"), ("told", self._told_sign()), ("fake", X_TILDE), ("encoded", "E(x)"))
        return Scene(self.tr("New samples"), caption, fake, pictures, tensors_table(arrays, names))

    def scores(self) -> Scene:
        """Tell of what the critic makes of them."""
        arrays = self.arrays
        fake = arrays["fake_scores"]
        caption = self.tr(
            "The critic, which stands still from here on, gives the {0} new samples {1} on average ({2} to {3})."
        ).format(len(fake), signed(mean(fake)), signed(float(fake.min())), signed(float(fake.max())))
        unrolling = self._experiment.additions.unrolling
        if unrolling.on:
            caption += " " + self.tr("The loss, though, asks the critic as it would be {0} steps ahead.").format(
                unrolling.steps
            )
        scores = self._scores(arrays)
        over = self._over_field(Dots(arrays["fake"], "generated"), self.tr("New samples over the field"))
        return Scene(
            self.tr("The critic's scores of them"),
            caption + self._score_note(),
            scores,
            {"scores": scores, "critic": over},
            tensors_table(arrays, self._score_names()[1:]),
        )

    def loss(self) -> Scene:
        """Tell of what is minimised."""
        caption = self.tr("The generator's loss is {0}.").format(self._sum())
        few = self._experiment.additions.semi_supervised
        if few.on and few.feature_matching:
            caption += " " + self.tr("It compares the critic's last hidden layer over both kinds of samples.")
        return self._loss(self.tr("The generator's loss"), caption)

    def push(self) -> Scene:
        """Tell of the gradient at the samples."""
        arrays = self.arrays
        push = arrays["push"]
        lengths = np.linalg.norm(push, axis=1)
        way = (
            self.tr("to the samples")
            if "critic" not in self._graph.keys
            else self.tr("through the critic to the samples")
        )
        caption = self.tr(
            "The loss is differentiated back {0}: each arrow is the direction in which a sample would lower it. "
            "The longest stands for {1}, their mean is {2}."
        ).format(way, written(float(lengths.max())), written(mean(lengths)))
        faint = int((lengths < FAINT * lengths.max()).sum())
        if faint:
            caption += " " + self.tr("{0} of {1} samples are hardly pushed: by less than 1 % of that.").format(
                faint, len(lengths)
            )
        dots, arrows = Dots(arrays["fake"], "generated"), Arrows(arrays["fake"], push)
        words = self.tr("Where the loss pushes each sample")
        small = self._draw.plane(dots, words=words, arrows=arrows)
        large = PlanePicture((dots,), self._draw.window, words, self._field_now(), arrows=arrows)
        table = tensors_table(arrays, (("fake", X_TILDE), ("push", f"\N{MINUS SIGN}\u2202L/\u2202{X_TILDE}")))
        return Scene(self.tr("The gradient at the samples"), caption, large, {"fake": small}, table)

    def gradients(self) -> Scene:
        """Tell of the gradient in the generator."""
        arrays = self.arrays
        layers = layer_norms(arrays)
        caption = self.tr("From the samples it goes on back through the generator, layer by layer.") + " "
        caption += self._first_and_last(layers)
        bars = self._draw.layers(arrays, self.part)
        pictures: dict[NodeKey, Picture] = {"generator": bars}
        table = norms_table(layers)
        if encoder := layer_norms(arrays, of="encoder."):
            pictures["encoder"] = self._draw.layers(arrays, self.part, of="encoder.")
            caption += " " + self.tr("The encoder's gradient has a norm of {0}.").format(written(together(encoder)[0]))
            more = tuple((f"E {name}", *numbers) for name, *numbers in norms_table(encoder).rows)
            table = Table(table.headings, (*table.rows, *more))
        return Scene(self.tr("The generator's gradients"), caption, bars, pictures, table)

    def update(self) -> Scene:
        """Tell of the step that the generator takes."""
        arrays = self.arrays
        caption = self._optimiser_words(layer_norms(arrays))
        moved = np.linalg.norm(arrays["new_fake"] - arrays["fake"], axis=1)
        caption += " " + self.tr("The same latents now give samples that lie {0} away on average.").format(
            written(mean(moved))
        )
        if "new_fake_scores" in arrays:
            before, after = change(mean(arrays["fake_scores"]), mean(arrays["new_fake_scores"]))
            caption += " " + self.tr("The critic gives them {0} in place of {1}.").format(after, before)
        dots = Dots(arrays["fake"], "generated", arrays["new_fake"])
        words = self.tr("Samples of the same latents before and after the update")
        small = self._draw.plane(dots, words=words)
        real = Dots(arrays["real"], "real")
        large = PlanePicture((real, dots), self._draw.window, words, self._field_now())
        names = [("fake", X_TILDE), ("new_fake", f"{X_TILDE}, new")]
        if "new_fake_scores" in arrays:
            names += [self._score_names()[1], self._score_names("new_")[1]]
        return Scene(self.tr("The generator's update"), caption, large, {"fake": small}, tensors_table(arrays, names))
