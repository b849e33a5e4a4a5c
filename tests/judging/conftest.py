"""Small sets of pictures and models, so that every test is fast."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from ganstudio.architecture import Activation, Architecture, Convolution, Dense, Input, Reshape
from ganstudio.checkpoints.generator import Generator
from ganstudio.checkpoints.model import Model, Part
from ganstudio.image_experiment import ImageExperiment
from ganstudio.imagesets import IMAGE_SETS, ImageSet
from ganstudio.judging import real
from ganstudio.training.threads import use_one_thread


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """Work as the engine and the commands do: two threads on two busy cores mostly wait for each other."""
    use_one_thread()


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test see what another one has kept."""
    monkeypatch.setenv("GANSTUDIO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(real, "_memory", {})


@pytest.fixture(scope="session")
def digits() -> ImageSet:
    return IMAGE_SETS["digits"].model_validate({})


def of_training_pictures(images: ImageSet, *, label: bool, shuffled: bool = False) -> Model:
    """Return a generator that gives training pictures: its category, or label, is a digit; each is one picture.

    One dense layer, whose rows are a picture of each digit: what a judge says of it is known.
    """
    pictures = images.load()
    # The third of each is one that the judge recognises.
    typical = [int(np.flatnonzero(pictures.labels == one)[2]) for one in range(10)]
    rows = pictures.pixels[typical].reshape(10, -1).astype(np.float32) * 2 / 255 - 1
    if shuffled:  # the same pictures, but of another class than asked for
        rows = rows[[1, 0, *range(2, 10)]]
    size = images.size
    kind = "label" if label else "category"
    inputs = (Input(kind="latent", size=1), Input(kind=kind, size=10))
    architecture = Architecture(
        inputs=inputs,
        layers=(
            Dense(inputs=11, outputs=size * size, bias=False),
            Reshape(channels=1, height=size, width=size),
            Activation(function="identity"),
        ),
    )
    weight = np.concatenate([np.zeros((size * size, 1), np.float32), rows.T], axis=1)
    critic = Architecture(
        picture=(1, size, size),
        layers=(
            Convolution(inputs=1, outputs=4, kernel=4, stride=2, padding=1),
            Activation(function="leaky_relu"),
            Reshape(channels=4 * (size // 2) ** 2, height=0, width=0),
            Dense(inputs=4 * (size // 2) ** 2, outputs=1),
        ),
    )
    random = np.random.default_rng(0)
    tensors = {name: random.normal(size=shape).astype(np.float32) for name, shape in critic.tensors().items()}
    experiment = ImageExperiment(data=images).plain()
    parts = {"critic": Part(critic, tensors)}
    return Model("copies", architecture, {"0.weight": weight}, experiment=experiment, parts=parts)


@pytest.fixture
def copying(digits: ImageSet) -> Callable[..., Model]:
    """Return a maker of generators that copy training pictures; see `of_training_pictures`."""
    return partial(of_training_pictures, digits)


@pytest.fixture
def copies(digits: ImageSet) -> Model:
    return of_training_pictures(digits, label=False)


@pytest.fixture
def generator(copies: Model) -> Generator:
    return Generator(copies)
