"""The latent of a picture: with the model's encoder where it has one, then by gradient descent from several starts.

Descent is Adam on the mean squared error of the pixels, with a step size that falls as a cosine to 0. All starts are
descended a quarter of the steps, then the best third of them, and so on, so that most of the work goes into the best.
Classes and categories are tried, each with the same starts; codes stay in [-1, 1], and so do uniform latents.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor

from ganstudio.architecture import Architecture
from ganstudio.checkpoints import generator as networks
from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.inputs import Given, draw
from ganstudio.checkpoints.model import Model
from ganstudio.checkpoints.regular_file import opened
from ganstudio.dissection.work import cost, finished, parts
from ganstudio.files import FileError
from ganstudio.imagesets.decoding import Fit, fitted, size_of
from ganstudio.nets import layers
from ganstudio.picture_files import PictureProblem
from ganstudio.settings import Settings, setting
from ganstudio.sheets import picture as sheets

__all__ = ["Descent", "Inverted", "encoded", "invert", "inverting", "peak_signal_to_noise", "picture_from"]
__all__ += ["shape_note", "target_of"]

ENCODER: Final = "encoder"
MOST_CHOICES: Final = 10_000
"""Of class and category together, that are tried at all."""
MOST_STARTS: Final = 64
"""That are descended; the best by the error before the first step, and of each choice one if there are so few."""
ROUNDS: Final = 4
KEPT: Final = 1 / 3
"""Share of the starts that go on after each round."""
BACKWARD: Final = 3.0
"""What a step costs, in evaluations."""
BACKWARD_NUMBERS: Final = 2
"""Activations that are kept for the way back, as multiples of those of an evaluation."""
MOST_SCREENED: Final = 2048
"""Random starts that are evaluated; with many choices each has fewer than `Descent.restarts`, but one at least."""
LARGEST_FILE: Final = 256 * 2**20
ALIKE: Final = 0.9
"""Share of a picture that is kept, from which on nobody need be told that some of it was not."""
SHEET: Final = 0.6
"""Share below which it is hardly one picture."""

Float32 = NDArray[np.float32]


class Descent(Settings):
    """How a latent is searched for."""

    steps: Annotated[int, Field(ge=0, le=100_000)] = setting(
        400, "Steps", "Steps of gradient descent. 0 takes the best start, the encoder's if the model has one."
    )
    restarts: Annotated[int, Field(ge=1, le=64)] = setting(
        8, "Restarts", "Random latents that descent starts from, for each class or category."
    )
    rate: float = setting(0.1, "Step size", "Adam's step size at the beginning.", gt=0.0, le=10.0)
    prior: float = setting(
        0.0,
        "Prior",
        "Weight of the mean square of a normal latent's numbers, beside the mean squared error of pixels from 0 to 1.",
        ge=0.0,
        le=100.0,
    )
    seed: int = setting(0, "Seed", "Start of the random stream.", ge=0, le=2**63 - 1)
    encoder: bool = setting(True, "Encoder", "Whether the model's encoder gives one more start, if it has one.")


@dataclass(frozen=True, eq=False)
class Inverted:
    """The best latent so far.

    Attributes
    ----------
    done, total
        Work, in steps of single starts.
    given
        Inputs of one sample, as `Generator.sample` takes them.
    reconstruction : array (channels, height, width), float32
        What the generator makes of them.
    error
        Mean squared error of the pixels, on the scale from black 0 to white 1.
    by_encoder
        Whether it began at what the encoder gave.
    """

    done: int
    total: int
    given: Given
    reconstruction: Float32
    error: float
    by_encoder: bool

    @property
    def decibels(self) -> float:
        """The peak signal-to-noise ratio."""
        return peak_signal_to_noise(self.error)


def peak_signal_to_noise(error: float) -> float:
    """Return the PSNR in decibels of a mean squared error of pixels from 0 to 1; infinity if there is none."""
    return -10.0 * math.log10(error) if error > 0.0 else math.inf


# ---- the picture ----------------------------------------------------------------------------------------


def target_of(pixels: NDArray[np.uint8], architecture: Architecture) -> Float32:
    """Return a picture (height, width, channels) as the generator would give it, (channels, height, width).

    Raises
    ------
    ValueError
        If it is of another size than the generator's.
    """
    channels, height, width = architecture.output
    if pixels.shape != (height, width, channels):
        raise ValueError(f"a picture of shape {pixels.shape}; ({height}, {width}, {channels}) is needed")
    low, high = architecture.output_range
    target: Float32 = (low + pixels.transpose(2, 0, 1).astype(np.float32) / 255.0 * (high - low)).astype(np.float32)
    return target


def picture_from(path: str | Path, architecture: Architecture, fit: Fit = "crop") -> NDArray[np.uint8]:
    """Return a picture file's pixels (height, width, channels) in the generator's size and number of channels.

    Raises
    ------
    CheckpointError
        If it cannot be read, or is no picture.
    """
    channels, height, width = architecture.output
    content = _content(path)
    try:
        pixels = fitted(content, height, width, 1 if channels == 1 else 3, fit).transpose(1, 2, 0)
    except PictureProblem as problem:
        raise CheckpointError(path, problem) from None
    if channels == 4:  # opaque: what was see-through lies on white
        pixels = np.concatenate([pixels, np.full((height, width, 1), 255, np.uint8)], axis=2)
    return np.ascontiguousarray(pixels)


def shape_note(path: str | Path, architecture: Architecture, fit: Fit = "crop") -> str:
    """Return what a person should know of a picture whose shape is not the generator's; "" if it is.

    Raises
    ------
    CheckpointError
        As `picture_from`.
    """
    _, height, width = architecture.output
    try:
        tall, wide = size_of(_content(path))
    except PictureProblem as problem:
        raise CheckpointError(path, problem) from None
    if samples := _samples_on(path):
        return f"is a sheet of {samples:,} samples, which are looked for as if they were one picture"
    own, wanted = wide / tall, width / height
    share = min(own, wanted) / max(own, wanted)
    if share > ALIKE:
        return ""
    shapes = f"has {wide} x {tall} pixels, another shape than the model's {width} x {height}"
    if fit == "pad":
        return f"{shapes}: white was added, {1 - share:.0%} of what is looked for"
    many = "; it may be a sheet of many samples" if share < SHEET else ""
    return f"{shapes}: only its middle is looked for, {share:.0%} of it{many}"


def _samples_on(path: str | Path) -> int:
    """Return how many samples a sheet of this program shows; 0 of other pictures, and of a single sample."""
    try:
        sheet = sheets.read(path)
    except FileError:  # a broken text in a picture that is whole
        return 0
    return sheet.recipe.n if sheet is not None and sheet.recipe.n > 1 else 0


def _content(path: str | Path) -> bytes:
    with opened(path) as (file, size):
        if size > LARGEST_FILE:
            raise CheckpointError(path, f"has {size / 1e6:,.0f} MB; at most {LARGEST_FILE / 1e6:,.0f} MB are read")
        return file.read(LARGEST_FILE)


def encoded(model: Model, target: Float32) -> Float32 | None:
    """Return the latent (d,) that a model's encoder gives a picture; None without one that gives latents.

    Of an encoder with twice as many outputs, which give means and log variances, the means are taken.
    """
    part = model.parts.get(ENCODER)
    size = model.architecture.latent
    if part is None or part.architecture.picture != target.shape or not size:
        return None
    if part.architecture.output not in ((size,), (2 * size,), (size, 1, 1), (2 * size, 1, 1)):
        return None
    latent: Float32 = networks.Network(part).output(target[None]).reshape(-1)[:size]
    return latent if np.isfinite(latent).all() else None


# ---- the search -----------------------------------------------------------------------------------------


def invert(
    generator: networks.Generator,
    target: Float32,
    descent: Descent | None = None,
    progress: Callable[[Inverted], object] | None = None,
) -> Inverted:
    """Find what a generator has to be given to make a picture; the same seed finds the same.

    Parameters
    ----------
    target : array (channels, height, width)
        In the generator's own range, see `target_of`.
    progress
        Is told the best so far after each slice; what it raises ends the search.
    """
    return finished(inverting(generator, target, descent), progress)


def inverting(
    generator: networks.Generator, target: Float32, descent: Descent | None = None
) -> Generator[Inverted, None, Inverted]:
    """Search in slices: yield the best so far after each, and return the best; see `invert`.

    Raises
    ------
    ValueError
        If the picture is of another shape than the generator's, or no start gives finite numbers.
    """
    settings = descent or Descent()
    if target.shape != generator.architecture.output:
        raise ValueError(f"a picture of shape {target.shape}; {generator.architecture.output} is needed")
    search = _Search(generator, target, settings)
    yield from search.screened()
    for number in range(ROUNDS):
        yield from search.descended(number)
    return search.best()


class _Search:
    """Candidates of which the better ones stay."""

    def __init__(self, generator: networks.Generator, target: Float32, settings: Descent) -> None:
        self._generator, self._settings = generator, settings
        self._inputs = generator.architecture.inputs
        low, high = generator.architecture.output_range
        self._scale = (high - low) ** 2
        self._target = torch.from_numpy(target).to(generator.device)
        self._each = cost(generator.architecture)
        self._numbers = 2 * sum(math.prod(shape) for shape in generator.architecture.shapes())
        self._given, self._by_encoder = _candidates(generator, target, settings)
        self._total, self._done = 0, 0
        self._best: Inverted | None = None
        self._least = math.inf

    def screened(self) -> Iterator[Inverted]:
        """Evaluate all starts, and keep the best ones."""
        n = len(self._by_encoder)
        self._total = n + self._descent_of(min(n, MOST_STARTS))
        errors = torch.full((n,), math.inf, device=self._generator.device)
        for part in parts(n, self._each, self._numbers):
            with torch.no_grad():
                pictures = self._pictures([one[part] for one in self._given])
                found = self._errors(pictures)
                errors[part] = found + self._penalties([one[part] for one in self._given])
            self._look(found, errors[part], pictures, [one[part] for one in self._given], part)
            self._done += part.stop - part.start
            if self._best is not None:
                yield self.best()
        if self._best is None:
            raise ValueError("the generator gives numbers that are not finite")
        self._keep(_best_of(errors, self._choices(), MOST_STARTS))

    def descended(self, number: int) -> Iterator[Inverted]:
        """Do one round of descent, and keep the best share of the candidates."""
        leaves = [index for index, one in enumerate(self._inputs) if not one.chosen]
        if not leaves or not self._steps(number):
            return
        for index in leaves:
            self._given[index].requires_grad_(True)
        optimisers = [_Adam(self._given[index]) for index in leaves]
        n = len(self._by_encoder)
        best, errors = [one.detach().clone() for one in self._given], torch.full((n,), math.inf)
        errors = errors.to(self._generator.device)
        first = sum(self._steps(earlier) for earlier in range(number))
        for step in range(first, first + self._steps(number)):
            for part in parts(n, BACKWARD * self._each, BACKWARD_NUMBERS * self._numbers):
                pieces = [one[part] for one in self._given]
                pictures = self._pictures(pieces)
                now = self._errors(pictures)
                minimised = now + self._penalties(pieces)
                minimised.sum().backward()
                found = minimised.detach()
                self._look(now.detach(), found, pictures.detach(), [piece.detach() for piece in pieces], part)
                better = found < errors[part]
                errors[part] = torch.where(better, found, errors[part])
                for kept, piece in zip(best, pieces, strict=True):
                    kept[part][better] = piece.detach()[better]
                self._done += part.stop - part.start
                yield self.best()
            rate = self._settings.rate * 0.5 * (1.0 + math.cos(math.pi * step / self._settings.steps))
            for optimiser in optimisers:
                optimiser.follow(rate)
            self._stay_inside()
        self._given = best
        self._keep(errors.argsort(stable=True)[: _fewer(n)])

    def best(self) -> Inverted:
        """Return the best so far."""
        assert self._best is not None
        found = self._best
        return Inverted(self._done, self._total, found.given, found.reconstruction, found.error, found.by_encoder)

    def _descent_of(self, n: int) -> int:
        """Return the steps of single candidates that descending n of them takes."""
        total = 0
        for steps in map(self._steps, range(ROUNDS)):
            total += n * steps
            n = _fewer(n) if steps else n
        return total

    def _steps(self, number: int) -> int:
        """Return the steps of a round."""
        return self._settings.steps * (number + 1) // ROUNDS - self._settings.steps * number // ROUNDS

    def _pictures(self, given: list[Tensor]) -> Tensor:
        architecture, tensors = self._generator.architecture, self._generator.tensors
        return layers.run(architecture.layers, tensors, layers.assembled(architecture, tensors, given))

    def _errors(self, pictures: Tensor) -> Tensor:
        return (pictures - self._target).square().mean((1, 2, 3)) / self._scale

    def _penalties(self, given: list[Tensor]) -> Tensor:
        """Return the prior's part of what is minimised, (n,)."""
        total = given[0].new_zeros(len(given[0]), dtype=torch.float32)
        for one, value in zip(self._inputs, given, strict=True):
            if one.kind == "latent" and one.distribution == "normal":
                total = total + self._settings.prior * value.square().mean(1)
        return total

    def _stay_inside(self) -> None:
        """Bring codes and uniform latents back to [-1, 1]."""
        with torch.no_grad():
            for one, value in zip(self._inputs, self._given, strict=True):
                if one.kind == "code" or (one.kind == "latent" and one.distribution == "uniform"):
                    value.clamp_(-1.0, 1.0)

    def _look(self, errors: Tensor, minimised: Tensor, pictures: Tensor, given: list[Tensor], part: slice) -> None:
        """Remember the best of some candidates, if it is better than all before."""
        place = int(torch.where(minimised.isfinite(), minimised, math.inf).argmin())
        least = float(minimised[place])
        if not math.isfinite(least) or least >= self._least:
            return
        self._least = least
        inputs = tuple(one[place : place + 1].detach().cpu().numpy().copy() for one in given)
        picture = pictures[place].cpu().numpy().copy()
        self._best = Inverted(0, 0, inputs, picture, float(errors[place]), bool(self._by_encoder[part][place]))

    def _choices(self) -> Tensor:
        """Return a number for each candidate that tells what was chosen for it."""
        number = torch.zeros(len(self._by_encoder), dtype=torch.int64)
        for one, value in zip(self._inputs, self._given, strict=True):
            if one.chosen:
                number = number * one.size + value.cpu()
        return number

    def _keep(self, places: Tensor) -> None:
        self._given = [one[places.to(one.device)].detach().clone() for one in self._given]
        self._by_encoder = self._by_encoder[places.cpu().numpy()]


class _Adam:
    """Adam (Kingma and Ba 2015) for one tensor. Merely making torch's own loads its compiler, which takes seconds."""

    BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8

    def __init__(self, values: Tensor) -> None:
        self._values = values
        self._mean, self._square = torch.zeros_like(values), torch.zeros_like(values)
        self._steps = 0

    def follow(self, rate: float) -> None:
        """Move the values by one step along their gradient, and forget that."""
        gradient = self._values.grad
        assert gradient is not None
        self._steps += 1
        self._mean.lerp_(gradient, 1.0 - self.BETA1)
        self._square.lerp_(gradient.square(), 1.0 - self.BETA2)
        mean = self._mean / (1.0 - self.BETA1**self._steps)
        square = self._square / (1.0 - self.BETA2**self._steps)
        with torch.no_grad():
            self._values -= rate * mean / (square.sqrt() + self.EPSILON)
        self._values.grad = None


def _fewer(n: int) -> int:
    """Return how many of n candidates go on."""
    return max(1, math.ceil(n * KEPT))


def _candidates(
    generator: networks.Generator, target: Float32, settings: Descent
) -> tuple[list[Tensor], NDArray[np.bool_]]:
    """Return the inputs of all starts, those of one choice after those of another, and which the encoder gave."""
    architecture = generator.architecture
    sizes = [one.size for one in architecture.inputs if one.chosen]
    choices = np.array(list(itertools.islice(itertools.product(*map(range, sizes)), MOST_CHOICES)), np.int64)
    restarts = min(settings.restarts, max(1, MOST_SCREENED // len(choices)))
    starts = list(draw(architecture, restarts, settings.seed))
    by_encoder = np.zeros(restarts, bool)
    latent = encoded(generator.model, target) if settings.encoder else None
    if latent is not None:
        by_encoder = np.append(by_encoder, True)
        for index, one in enumerate(architecture.inputs):
            further: NDArray[Any] = latent[None] if one.kind == "latent" else np.zeros_like(starts[index][:1])
            starts[index] = np.concatenate([starts[index], further])
    n, number = len(by_encoder), len(choices)
    found, column = [], 0
    for one, start in zip(architecture.inputs, starts, strict=True):
        if one.chosen:
            found.append(np.repeat(choices[:, column], n))
            column += 1
        else:
            found.append(np.tile(start, (number, 1)))
    return [torch.from_numpy(one).to(generator.device) for one in found], np.tile(by_encoder, number)


def _best_of(errors: Tensor, choices: Tensor, most: int) -> Tensor:
    """Return the places of the candidates that go on: the best of each choice first, then the best of the others."""
    order = torch.where(errors.isfinite(), errors, math.inf).argsort(stable=True).cpu()
    seen: set[int] = set()
    first: list[int] = []
    others: list[int] = []
    for place in order.tolist():
        choice = int(choices[place])
        (others if choice in seen else first).append(place)
        seen.add(choice)
    return torch.tensor([*first, *others][:most])
