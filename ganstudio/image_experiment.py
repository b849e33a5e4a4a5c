"""The settings tree of the Images bench: an experiment whose samples are pictures and whose networks are DCGANs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, SerializeAsAny, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from ganstudio.consistency import conflicts
from ganstudio.convolutional import Convolutional, Picture
from ganstudio.data import Noise
from ganstudio.experiment import Experiment, Optimiser, Training, look_up, merged
from ganstudio.imagesets import IMAGE_SETS, ImageSet
from ganstudio.settings import Settings, setting

__all__ = ["Augmentation", "ImageExperiment"]

AnyImageSet = Annotated[SerializeAsAny[ImageSet], BeforeValidator(lambda value: look_up(IMAGE_SETS, value))]

ADAM: dict[str, Any] = {"learning_rate": 2e-4, "beta1": 0.5, "beta2": 0.999}
"""Radford et al. 2016, section 4."""

METHOD_SETTINGS: dict[str, dict[str, Any]] = {
    "between": {
        "constraints": {"penalty_weight": 10.0},
        "critic": {"normalisation": "layer"},
        "generator_optimiser": {"learning_rate": 1e-4, "beta1": 0.0, "beta2": 0.9},
        "critic_optimiser": {"learning_rate": 1e-4, "beta1": 0.0, "beta2": 0.9},
    },
    "around": {"constraints": {"penalty_weight": 10.0}, "critic": {"normalisation": "none"}},
    "around_released": {"constraints": {"penalty_weight": 10.0}, "critic": {"normalisation": "none"}},
    "real": {"constraints": {"penalty_weight": 10.0}, "critic": {"normalisation": "none"}},
    "fake": {"constraints": {"penalty_weight": 10.0}, "critic": {"normalisation": "none"}},
    "both": {"constraints": {"penalty_weight": 10.0}, "critic": {"normalisation": "none"}},
}
"""What a gradient penalty means on pictures: the papers' weights, and critics that look at samples one by one."""


class Augmentation(Settings):
    """Differentiable augmentation of all that the critic sees: Zhao et al. 2020, arXiv 2006.10738."""

    colour: bool = setting(False, "Colour", "Random brightness, saturation and contrast, for small data sets.")
    translation: bool = setting(False, "Translation", "Random shift by up to an eighth of the side.")
    cutout: bool = setting(False, "Cutout", "A random square of half the side is grey.")
    flip: bool = setting(False, "Mirror data", "Real pictures are mirrored at random. Not for letters and digits.")

    @property
    def augments(self) -> bool:
        """Whether the critic sees anything but the samples themselves."""
        return self.colour or self.translation or self.cutout


class ImageExperiment(Experiment):
    """Everything that decides what an image run computes; objectives, constraints and additions are the plane's."""

    data: AnyImageSet = IMAGE_SETS["digits"]()  # type: ignore[assignment, call-arg]
    noise: Noise = Noise(dimensions=64)
    generator: Convolutional = Convolutional()  # type: ignore[assignment]
    critic: Convolutional = Convolutional(activation="leaky_relu")  # type: ignore[assignment]
    augmentation: Augmentation = Augmentation()
    generator_optimiser: Optimiser = Optimiser(**ADAM)
    critic_optimiser: Optimiser = Optimiser(**ADAM)
    training: Training = Training(batch=64)

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        usual = ((conflict.path, conflict.reason) for conflict in conflicts(self))
        for path, reason in chain(_image_conflicts(self), usual):
            problem = PydanticCustomError("value_error", "{reason}", {"reason": reason})
            place = InitErrorDetails(type=problem, loc=tuple(path.split(".")), input=True)
            raise ValidationError.from_exception_data(type(self).__name__, [place])
        return self

    def with_method(self, method: str) -> Self:
        """Return this experiment with a named method's objective, constraints and additions, at pictures' settings.

        Learning rates and weights that methods have on the plane mean little here: optimisers are DCGAN's, gradient
        penalties and spectral normalisation as in their papers.
        """
        plane = Experiment.of(method).plain()
        tree = self.plain() | {name: plane[name] for name in ("objective", "constraints", "additions")}
        tree["label"] = ""
        tree["generator_optimiser"] = tree["critic_optimiser"] = dict(ADAM)
        for name in ("critic_steps", "generator_steps"):
            tree["training"][name] = plane["training"][name]
        tree = merged(tree, METHOD_SETTINGS.get(plane["constraints"]["gradient_penalty"], {}))
        if plane["constraints"]["spectral_norm"]:
            tree = merged(tree, {"constraints": {"spectral_gain": 1.0}, "critic": {"normalisation": "none"}})
        if plane["constraints"]["weight_clip"]:
            slow = {"name": "rmsprop", "learning_rate": 5e-5}
            tree = merged(tree, {"constraints": {"weight_clip": 0.01}, "generator_optimiser": slow})
            tree = merged(tree, {"critic_optimiser": slow})
        if plane["additions"]["information"]["on"]:
            # Chen et al. 2016, appendix C.1.
            codes = {"information": {"categories": 10, "continuous": 2}}
            tree = merged(tree, {"additions": codes, "generator_optimiser": {"learning_rate": 1e-3}})
        if "bottleneck" in tree["objective"]:
            tree["objective"]["bottleneck"] = 64
        return type(self).read(tree)

    @property
    def picture(self) -> Picture:
        """Channels, height and width of a sample."""
        return self.data.channels, self.data.size, self.data.size


def _image_conflicts(experiment: ImageExperiment) -> Iterator[tuple[str, str]]:
    """Yield the setting and the reason of what goes on the plane, but not with pictures."""
    on = {name for name, _ in experiment.additions.active()}
    kind = experiment.objective.critic
    if experiment.runs != 1:
        yield "runs", f"{experiment.runs} is not allowed; pictures are trained one seed at a time"
    if "quadrature" in on:
        yield "additions.quadrature.on", "sums over a grid need a density in two dimensions; pictures have none"
    if {"conditional", "classifier"} <= on:
        yield "additions.classifier.on", "the class is told already; turn off the condition"
    if kind in ("pair", "autoencoder") and "conditional" in on:
        yield "additions.conditional.on", f"{experiment.objective.title.lower()} has no place to tell the class"
    if kind == "autoencoder" and (others := sorted(on & {"information", "classifier", "encoder", "packing"})):
        yield f"additions.{others[0]}.on", "an autoencoding critic of pictures gives copies and nothing else"
