"""The critic's turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from ganstudio.gui.numbers import short
from ganstudio.gui.walk.graph import NodeKey, Part
from ganstudio.gui.walk.picture import Picture, change, signed, written
from ganstudio.gui.walk.plane_picture import Dots, PlanePicture
from ganstudio.gui.walk.tables import layer_norms, norms_table, tensors_table
from ganstudio.gui.walk.teller import X_HAT, X_TILDE, Scene, Teller, centre_of, mean, spread

__all__ = ["CriticTeller"]


class CriticTeller(Teller):
    """Tells of its last step."""

    part: ClassVar[Part] = "critic"

    def scenes(self) -> dict[str, Callable[[], Scene]]:
        """Return what tells of each stop."""
        return {
            "noise": self.noise,
            "generate": self.generate,
            "samples": self.samples,
            "encode": self.encode,
            "scores": self.scores,
            "penalty": self.penalty,
            "loss": self.loss,
            "gradients": self.gradients,
            "update": self.update,
        }

    def noise(self) -> Scene:
        """Tell of the latents that are drawn."""
        arrays = self.arrays
        pictures = self._inputs(arrays)
        caption = self.tr("{0} latents z are drawn from the prior, {1}: one for each sample that is to be generated.")
        caption = caption.format(len(arrays["latents"]), self._prior_words()) + self._told_words()
        table = tensors_table(arrays, (("latents", "z"), ("told", self._told_sign())))
        return Scene(self.tr("Noise"), caption, pictures["noise"], pictures, table)

    def generate(self) -> Scene:
        """Tell of the samples that are made of them."""
        arrays = self.arrays
        fake = self._fake(arrays, self.tr("Samples that the generator makes of the latents"))
        caption = self.tr(
            "The generator turns each z into a sample {0} on the plane. In the critic's turn it is only used: "
            "nothing of it will be changed."
        ).format(X_TILDE)
        names = (("latents", "z"), ("told", self._told_sign()), ("fake", f"{X_TILDE} = G(z)"))
        return Scene(
            self.tr("Generator"), caption, fake, {**self._inputs(arrays), "fake": fake}, tensors_table(arrays, names)
        )

    def samples(self) -> Scene:
        """Tell of the real samples that are drawn beside them."""
        arrays = self.arrays
        real, fake = arrays["real"], arrays["fake"]
        caption = self.tr(
            "As many real samples x are drawn from the data. They lie around {0} with a spread of {1}, the generated "
            "ones around {2} with a spread of {3}."
        ).format(centre_of(real), written(spread(real)), centre_of(fake), written(spread(fake)))
        both = self._both(arrays, self.tr("Real and generated samples of this step"))
        pictures: dict[NodeKey, Picture] = {
            "fake": self._fake(arrays, self.tr("Generated samples of this step")),
            "real": self._draw.plane(Dots(real, "real"), words=self.tr("Real samples of this step")),
        }
        table = tensors_table(arrays, (("real", "x"), ("fake", X_TILDE)))
        return Scene(self.tr("Real and generated samples"), caption, both, pictures, table)

    def encode(self) -> Scene:
        """Tell of the latents that an encoder gives the real ones."""
        arrays = self.arrays
        codes = self._draw.latents(arrays["encoded"], "real")
        caption = self.tr(
            "The encoder gives each real sample a latent E(x). The critic will see pairs: (x, E(x)) of the data, "
            "({0}, z) of the generator."
        ).format(X_TILDE)
        table = tensors_table(arrays, (("real", "x"), ("encoded", "E(x)"), ("latents", "z")))
        return Scene(self.tr("Encoder"), caption, codes, {"encoder": codes}, table)

    def scores(self) -> Scene:
        """Tell of what the critic makes of both."""
        arrays = self.arrays
        real, fake = arrays["real_scores"], arrays["fake_scores"]
        caption = self.tr(
            "The critic gives the {0} real samples {1} on average, the {2} generated ones {3}; more means more real."
        ).format(len(real), signed(mean(real)), len(fake), signed(mean(fake)))
        caption += " " + self._sides(real, fake) + self._score_note()
        scores = self._scores(arrays)
        over = self._both(arrays, self.tr("Samples of this step over the critic's field"), self._evidence)
        return Scene(
            self.tr("The critic's scores"),
            caption,
            scores,
            {"scores": scores, "critic": over},
            tensors_table(arrays, self._score_names()),
        )

    def penalty(self) -> Scene:
        """Tell of the slope that a penalty looks at."""
        arrays, constraints = self.arrays, self._experiment.constraints
        slopes = arrays["slopes"]
        where = {
            "between": self.tr("points between real and generated samples"),
            "around": self.tr("points around real samples"),
            "around_released": self.tr("points around real samples"),
            "real": self.tr("real samples"),
            "fake": self.tr("generated samples"),
            "both": self.tr("real and generated samples"),
        }[constraints.gradient_penalty]
        if constraints.centred_on_one and constraints.one_sided:
            goal = self.tr("Slopes above 1 cost their squared excess")
        elif constraints.centred_on_one:
            goal = self.tr("Its squared distance from 1 is punished")
        else:
            goal = self.tr("Half of its square is punished")
        caption = self.tr("At {0} {1} the critic's slope is {2} on average. {3}; with the weight {4} that adds {5}.")
        caption = caption.format(
            len(slopes),
            where,
            written(mean(slopes)),
            goal,
            short(constraints.penalty_weight),
            written(float(arrays["loss.penalty"])),
        )
        picture = self._draw.slopes(arrays)
        names = (("penalised", X_HAT), ("slopes", f"\u2016\u2207T({X_HAT})\u2016"))
        return Scene(self.tr("Gradient penalty"), caption, picture, {"penalty": picture}, tensors_table(arrays, names))

    def loss(self) -> Scene:
        """Tell of what is minimised."""
        caption = self.tr("The critic's loss is {0}.").format(self._sum())
        return self._loss(self.tr("The critic's loss"), caption)

    def gradients(self) -> Scene:
        """Tell of how it is differentiated back."""
        arrays = self.arrays
        layers = layer_norms(arrays)
        caption = self.tr("The loss is differentiated back through the critic, layer by layer.") + " "
        caption += self._first_and_last(layers) + " " + self.tr("The generator gets nothing of it.")
        bars = self._draw.layers(arrays, self.part)
        return Scene(self.tr("The critic's gradients"), caption, bars, {"critic": bars}, norms_table(layers))

    def update(self) -> Scene:
        """Tell of the step that the critic takes."""
        arrays = self.arrays
        caption = self._optimiser_words(layer_norms(arrays))
        moves = self.tr(
            "The mean score of these real samples goes from {0} to {1}, of the generated ones from {2} to {3}."
        )
        means = [
            change(mean(arrays[f"{side}_scores"]), mean(arrays[f"new_{side}_scores"])) for side in ("real", "fake")
        ]
        caption += " " + moves.format(*means[0], *means[1])
        scores = self._scores(arrays, "new_")
        field = PlanePicture(
            (),
            self._draw.window,
            self.tr("The critic's field before and after the iteration"),
            self._evidence.field,
            self._evidence.later,
        )
        names = (*self._score_names(), *self._score_names("new_"))
        pictures: dict[NodeKey, Picture] = {"scores": scores, "critic": field}
        return Scene(self.tr("The critic's update"), caption, scores, pictures, tensors_table(arrays, names))
