"""The one settings tree: everything that decides what a run computes.

An `Experiment` is immutable and validated, and saved as TOML that a person can read and mail. Several
experiments side by side are a `Comparison`; presets are comparisons that are shipped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, SerializeAsAny, ValidationError, field_validator, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from ganstudio.additions import Additions
from ganstudio.consistency import conflicts
from ganstudio.constraints import Constraints
from ganstudio.data import DISTRIBUTIONS, Distribution, Noise
from ganstudio.methods import METHODS, named
from ganstudio.objectives import OBJECTIVES, Objective
from ganstudio.settings import Settings, SettingsError, explain, hint, name_shown, one_of_many, setting, shown

__all__ = ["Comparison", "Experiment", "GeneratorNetwork", "Network", "Optimiser", "Training", "look_up", "merged"]

FORMAT_VERSION: Final = 1
"""Written into every file. Files with a whole number from 1 to this one are read, others are refused."""
SHORT_TABLE = 15
"""Names that an error message lists; of a longer table it gives some."""
LONGEST_LABEL = 60
"""Characters. A label is a title in the window and in pictures, and part of files' names."""


def _known_version(value: Any) -> Any:
    """Refuse what is no version, or a newer program's."""
    if type(value) is not int or value < 1:
        raise ValueError(f"{shown(value)} is not known; it is a whole number from 1 to {FORMAT_VERSION}")
    if value > FORMAT_VERSION:
        raise ValueError(f"{shown(value)} was written by a newer GAN Studio; this one reads up to {FORMAT_VERSION}")
    return FORMAT_VERSION


Version = Annotated[Literal[1], BeforeValidator(_known_version)]


def look_up(table: dict[str, Any], value: Any) -> Any:
    """Turn {"name": ..., ...} into the settings class that `table` has under that name."""
    if not isinstance(value, dict):
        return value
    name = value.get("name")
    if not isinstance(name, str) or name not in table:
        wrong = f"{shown(name)} is not known" if "name" in value else "is missing"
        # Not a ValueError: that could not say which setting it is about.
        problem = PydanticCustomError("value_error", "{wrong}", {"wrong": f"{wrong}; {_names(name, table)}"})
        place = InitErrorDetails(type=problem, loc=("name",), input=None)
        raise ValidationError.from_exception_data("Settings", [place])
    return table[name].model_validate(value)


def _names(name: Any, table: dict[str, Any]) -> str:
    """Return what is allowed in place of a name."""
    return f"one of {', '.join(table)}" if len(table) <= SHORT_TABLE else one_of_many(name, table)


AnyDistribution = Annotated[SerializeAsAny[Distribution], BeforeValidator(lambda value: look_up(DISTRIBUTIONS, value))]
AnyObjective = Annotated[SerializeAsAny[Objective], BeforeValidator(lambda value: look_up(OBJECTIVES, value))]


class Network(Settings):
    """A multilayer perceptron."""

    layers: int = setting(
        3, "Hidden layers", "Number of hidden layers. 0 is a linear map; 1 to 5 are sane.", ge=0, le=12
    )
    width: int = setting(64, "Width", "Units in each hidden layer. 16 to 512 are sane.", ge=1, le=4096, unit="units")
    activation: Literal["relu", "leaky_relu", "tanh", "elu", "maxout"] = setting(
        "relu",
        "Activation",
        "Non-linearity after each hidden layer. Leaky ReLU has slope 0.2; maxout takes the largest of five pieces.",
        choices={"relu": "ReLU", "leaky_relu": "Leaky ReLU", "tanh": "tanh", "elu": "ELU", "maxout": "Maxout(5)"},
    )
    normalisation: Literal["none", "batch", "layer"] = setting(
        "none",
        "Normalisation",
        "Batch or layer normalisation before each activation. Batch normalisation in a critic breaks the "
        "gradient penalty, which treats samples one by one.",
        expert=True,
        choices={"none": "None", "batch": "Batch", "layer": "Layer"},
    )
    initialisation: Literal["default", "he", "xavier", "orthogonal", "normal"] = setting(
        "default",
        "Initial weights",
        "PyTorch's default (uniform within 1/sqrt(inputs)), He normal, Xavier uniform, orthogonal, or normal "
        "with standard deviation 0.02 as in DCGAN.",
        expert=True,
        choices={
            "default": "PyTorch's default",
            "he": "He",
            "xavier": "Xavier",
            "orthogonal": "Orthogonal",
            "normal": "Normal 0.02",
        },
    )


class GeneratorNetwork(Network):
    """A multilayer perceptron that makes samples."""

    output: Literal["linear", "tanh"] = setting(
        "linear",
        "Output",
        "Function of the last layer. Linear reaches every point of the plane; tanh keeps samples between -1 and 1, "
        "as GAN Lab's generators do, and needs data that lie there.",
        expert=True,
        choices={"linear": "Linear", "tanh": "tanh"},
    )


class Optimiser(Settings):
    """How the weights of one network follow their gradient."""

    name: Literal["adam", "rmsprop", "sgd"] = setting(
        "adam",
        "Optimiser",
        "Adam, RMSprop (decay 0.99) or plain stochastic gradient descent with momentum beta 1.",
        choices={"adam": "Adam", "rmsprop": "RMSprop", "sgd": "SGD"},
    )
    learning_rate: float = setting(
        1e-3,
        "Learning rate",
        "Step size. 1e-4 to 2e-3 is sane for Adam and RMSprop, 1e-2 to 1e-1 for SGD. Changes while running.",
        gt=0.0,
        le=10.0,
        live=True,
        logarithmic=True,
    )
    beta1: float = setting(
        0.5,
        "Beta 1",
        "Decay of the mean of gradients (Adam), or the momentum (SGD). 0 to 0.9.",
        ge=0.0,
        lt=1.0,
        expert=True,
    )
    beta2: float = setting(
        0.9, "Beta 2", "Decay of the mean of squared gradients (Adam). 0.9 to 0.999.", ge=0.0, lt=1.0, expert=True
    )


class Training(Settings):
    """The loop. Every clock is in generator updates."""

    batch: int = setting(128, "Batch", "Real and generated samples in a step. 32 to 512 are sane.", ge=2, le=16384)
    critic_steps: int = setting(
        1,
        "Critic steps",
        "Critic updates in an iteration. 1 for most, 5 for Wasserstein critics.",
        ge=1,
        le=100,
        live=True,
    )
    generator_steps: int = setting(
        1, "Generator steps", "Generator updates in an iteration. 1 for nearly all methods.", ge=1, le=100, expert=True
    )
    average: float = setting(
        0.0,
        "Weight average",
        "Samples come from an exponential moving average of the generator's weights with this decay. "
        "0 shows the generator itself; 0.99 to 0.999 is usual.",
        ge=0.0,
        lt=1.0,
        expert=True,
    )
    decay_steps: int = setting(
        0,
        "Decay until",
        "Learning rates stay constant for half of so many generator steps, then fall linearly to a hundredth. "
        "0 keeps them constant.",
        ge=0,
        le=10_000_000,
        unit="steps",
        expert=True,
    )


class Experiment(Settings):
    """Everything that decides what a run computes.

    The same experiment gives the same numbers on the same version and device.
    """

    version: Version = FORMAT_VERSION
    label: str = ""
    seed: int = setting(
        0, "Seed", "Start of every random stream. The same seed gives the same run.", ge=0, le=2**31 - 1
    )
    runs: int = setting(
        1, "Runs", "Seeds trained side by side in one tensor: seed, seed + 1, ...", ge=1, le=64, expert=True
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = setting(
        "auto",
        "Device",
        "Where the networks live. Automatic measures a few steps and takes the fastest.",
        expert=True,
        choices={"auto": "Automatic", "cpu": "CPU", "cuda": "CUDA", "mps": "Apple GPU"},
    )
    data: AnyDistribution = DISTRIBUTIONS["ring"]()  # type: ignore[call-arg]
    noise: Noise = Noise()
    objective: AnyObjective = OBJECTIVES["non_saturating"]()  # type: ignore[call-arg]
    constraints: Constraints = Constraints()
    additions: Additions = Additions()
    generator: GeneratorNetwork = GeneratorNetwork()
    critic: Network = Network()
    generator_optimiser: Optimiser = Optimiser()
    critic_optimiser: Optimiser = Optimiser()
    training: Training = Training()

    @field_validator("label", mode="before")
    @classmethod
    def _one_short_line(cls, value: Any) -> Any:
        if isinstance(value, str) and len(value) > LONGEST_LABEL:
            raise ValueError(f"{len(value):,} characters; at most {LONGEST_LABEL} are allowed")
        # Control characters, what is no character at all, line and paragraph separators.
        if isinstance(value, str) and any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in value):
            raise ValueError(f"{shown(value)} is not allowed; it is one line of text without control characters")
        return value

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        for conflict in conflicts(self):
            problem = PydanticCustomError("value_error", "{reason}", {"reason": conflict.reason})
            place = InitErrorDetails(type=problem, loc=tuple(conflict.path.split(".")), input=True)
            raise ValidationError.from_exception_data(type(self).__name__, [place])
        return self

    @classmethod
    def read(cls, tree: dict[str, Any]) -> Self:
        """Validate a tree of plain values, as from TOML; what it does not name keeps its default.

        Raises
        ------
        SettingsError
            Naming the first setting that is unknown or not allowed.
        """
        try:
            return cls.model_validate(tree)
        except ValidationError as error:
            raise SettingsError(explain(error)) from None

    @classmethod
    def of(cls, method: str, **values: Any) -> Self:
        """Return a named method's default experiment.

        Parameters
        ----------
        method
            A key of `ganstudio.methods.METHODS`, for example "wgan_gp".
        **values
            Top-level settings to replace, for example ``seed=3``.
        """
        return cls().with_method(method).changed(**values)

    def with_method(self, method: str) -> Self:
        """Return this experiment with a named method's objective, constraints and usual settings."""
        if not isinstance(method, str) or method not in METHODS:
            raise SettingsError(f"method: {shown(method)} is not known; {one_of_many(method, METHODS)}")
        tree = self.plain()
        tree["objective"] = {"name": METHODS[method].objective}
        for section in ("constraints", "additions", "generator_optimiser", "critic_optimiser"):
            tree[section] = {}
        for name in ("critic_steps", "generator_steps"):
            tree["training"].pop(name)
        tree["label"] = ""
        return type(self).read(merged(tree, METHODS[method].settings))

    def with_value(self, path: str, value: Any) -> Self:
        """Return a copy with one setting replaced.

        Parameters
        ----------
        path
            Dotted name, for example "training.batch". Setting "data.name" or "objective.name" takes that
            kind with its own defaults.
        value
            A plain value.

        Raises
        ------
        SettingsError
            If there is no such setting or the value is not allowed.
        """
        tree = self.plain()
        *sections, name = path.split(".")
        branch: Any = tree
        for section in sections:
            branch = branch.get(section, None) if isinstance(branch, dict) else None
            if not isinstance(branch, dict):
                raise SettingsError(f"{name_shown(path)}: there is no such setting")
        if isinstance(branch.get(name), dict) or not path:
            raise SettingsError(f"{path}: is a section, not a setting")
        if path in ("data.name", "objective.name"):
            branch.clear()
        branch[name] = value
        return type(self).read(tree)

    def plain(self) -> dict[str, Any]:
        """Return the whole tree as plain values, ready for TOML or JSON."""
        return self.model_dump(mode="json")

    @classmethod
    def live_settings(cls) -> tuple[str, ...]:
        """Return the dotted names of the settings that a running run takes without a restart."""
        sections = ("data", "constraints", "generator_optimiser", "critic_optimiser", "training")
        return tuple(
            f"{section}.{name}"
            for section in sections
            for name, field in type(getattr(cls(), section)).model_fields.items()
            if hint(field, "live")
        )

    @property
    def method(self) -> str | None:
        """The key of the named method that this is, or None for a combination without a name."""
        return named(self)

    @property
    def title(self) -> str:
        """What to call this run: its label, its method's title, or what it is made of."""
        if self.label:
            return self.label
        if self.method:
            return METHODS[self.method].title
        parts = [self.objective.title]
        if self.constraints.penalises:
            parts.append("gradient penalty")
        if self.constraints.weight_clip > 0:
            parts.append("weight clipping")
        if self.constraints.spectral_norm:
            parts.append("spectral norm")
        parts += [addition.title.lower() for _, addition in self.additions.active()]
        return " + ".join(parts)


class Comparison(Settings):
    """Experiments to be seen side by side: one to four panes."""

    version: Version = FORMAT_VERSION
    title: str = ""
    description: str = ""
    steps: int = setting(2000, "Steps", "Generator steps that show what it is about.", ge=1)
    experiments: tuple[Experiment, ...] = (Experiment(),)

    @field_validator("experiments")
    @classmethod
    def _one_to_four(cls, value: tuple[Experiment, ...]) -> tuple[Experiment, ...]:
        if not 1 <= len(value) <= 4:
            raise ValueError(f"{len(value)} experiments; 1 to 4 are allowed")
        return value


def differences(experiments: tuple[Experiment, ...] | list[Experiment]) -> list[str]:
    """Return the dotted names of all settings that are not the same in every experiment."""
    flats = [flat(experiment.plain()) for experiment in experiments]
    names = dict.fromkeys(name for tree in flats for name in tree)
    missing = object()
    return [name for name in names if any(tree.get(name, missing) != flats[0].get(name, missing) for tree in flats)]


def flat(tree: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return a nested tree as {"section.setting": value}."""
    result: dict[str, Any] = {}
    for name, value in tree.items():
        if isinstance(value, dict):
            result |= flat(value, f"{prefix}{name}.")
        else:
            result[prefix + name] = value
    return result


def merged(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return a tree with another on top, section by section."""
    result = dict(below)
    for name, value in above.items():
        old = result.get(name)
        result[name] = merged(old, value) if isinstance(old, dict) and isinstance(value, Mapping) else value
    return result
