"""Models as GAN Lab saves them, written here from its source: TensorFlow.js's JSON and float32 numbers beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Tensors = dict[str, NDArray[np.float32]]

CONFIG = {
    "selectedNoiseType": "2D Uniform",
    "noiseSize": 2,
    "numGeneratorLayers": 1,
    "numDiscriminatorLayers": 2,
    "numGeneratorNeurons": 10,
    "numDiscriminatorNeurons": 9,
    "dLearningRate": 0.1,
    "gLearningRate": 0.03,
    "dOptimizerType": "SGD",
    "gOptimizerType": "SGD",
    "lossType": "Log loss",
    "kDSteps": 3,
    "kGSteps": 1,
}
"""Of the ring that GAN Lab brings along."""


def tensors_of(config: dict[str, Any]) -> Tensors:
    """Return random tensors in GAN Lab's order: the discriminator's first."""
    rng = np.random.default_rng(4)
    found: Tensors = {}
    for letter, inputs, layers, neurons, outputs in (
        ("d", 2, config["numDiscriminatorLayers"], config["numDiscriminatorNeurons"], 1),
        ("g", config["noiseSize"], config["numGeneratorLayers"], config["numGeneratorNeurons"], 2),
    ):
        # The first layer, as many square ones as "layers" says, and the last.
        shapes = [(inputs, neurons), *[(neurons, neurons)] * layers, (neurons, outputs)]
        for index, shape in enumerate(shapes):
            found[f"{letter}-{2 * index}"] = (rng.standard_normal(shape) / np.sqrt(shape[0])).astype(np.float32)
            found[f"{letter}-{2 * index + 1}"] = rng.normal(0, 0.3, shape[1]).astype(np.float32)
    return found


def write(
    folder: Path, shape: str = "Ring", *, name: str = "ganlab_trained_model", **changed: Any
) -> tuple[Path, Tensors]:
    """Write both files; return the JSON's path and the tensors."""
    config = CONFIG | changed
    tensors = tensors_of(config)
    entries = [{"name": key, "shape": list(array.shape), "dtype": "float32"} for key, array in tensors.items()]
    tree = {
        "modelTopology": {"shape_name": shape, "iter_count": 812, "config": config},
        "weightsManifest": [{"paths": [f"./{name}.weights.bin"], "weights": entries}],
    }
    path = folder / f"{name}.json"
    path.write_text(json.dumps(tree), encoding="utf-8")
    (folder / f"{name}.weights.bin").write_bytes(b"".join(array.astype("<f4").tobytes() for array in tensors.values()))
    return path, tensors


def relu(x: NDArray[Any]) -> NDArray[Any]:
    return np.where(x > 0, x, 0.0)


def generator(tensors: Tensors, noise: NDArray[Any]) -> NDArray[Any]:
    """Return GAN Lab's samples, written down layer by layer from its source."""
    x = relu(noise @ tensors["g-0"] + tensors["g-1"])
    index = 2
    while f"g-{index + 2}" in tensors:
        x = relu(x @ tensors[f"g-{index}"] + tensors[f"g-{index + 1}"])
        index += 2
    return np.tanh(x @ tensors[f"g-{index}"] + tensors[f"g-{index + 1}"])


def discriminator(tensors: Tensors, points: NDArray[Any]) -> NDArray[Any]:
    """Return GAN Lab's predictions between 0 and 1."""
    x = relu(points @ tensors["d-0"] + tensors["d-1"])
    index = 2
    while f"d-{index + 2}" in tensors:
        x = relu(x @ tensors[f"d-{index}"] + tensors[f"d-{index + 1}"])
        index += 2
    return 1.0 / (1.0 + np.exp(-(x @ tensors[f"d-{index}"] + tensors[f"d-{index + 1}"])[:, 0]))
