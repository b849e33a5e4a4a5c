"""What a model that GAN Lab saved is here: an experiment, and the state that its training goes on from.

GAN Lab's networks on its own unit square are represented exactly. Its noise z is uniform on [0, 1], or normal about 0.5
with a deviation of 0.25; ours is u on [-1, 1] or standard normal n. With z = 0.5 + 0.5 u, or 0.5 + 0.25 n, the first
layer z W + b becomes u (W / 2) + (b + sum(W) / 2), and the generator stays the same function. Its sigmoid belongs to
the objective here, so that the critic's T is what GAN Lab's sigmoid is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ganstudio.carrying import Carried
from ganstudio.data import Distribution
from ganstudio.data.own_gaussians import OwnGaussians
from ganstudio.data.points import Points
from ganstudio.experiment import Comparison, Experiment
from ganstudio.ganlab.file import GanLabFile, read_file
from ganstudio.messages import Arrays

__all__ = ["outputs", "read"]

BATCH: Final = 150
SPREAD: Final = {"Uniform": 0.5, "Gaussian": 0.25}
"""What noise on [-1, 1] or of deviation 1 is multiplied by before 0.5 is added."""
BEADS: Final = 600
"""Points on a curve: with blur about them, they lie so close that the curve is smooth to eight digits."""
STAND_INS: Final = 600
"""Points that stand for a drawing."""

Float = NDArray[np.float64]


def read(path: str | Path) -> Carried:
    """Return a saved model as an experiment with its run's state.

    Parameters
    ----------
    path
        Of GAN Lab's JSON; its weights lie beside it.

    Returns
    -------
    Carried
        `problems` says in one line what of GAN Lab is otherwise here.

    Raises
    ------
    FileError
        Naming the file, and what is wrong with it or with its weights.
    """
    saved = read_file(path)
    config = saved.config
    generator, critic = _generator(saved), _critic(saved)
    experiment = Experiment.read(
        {
            "label": f"GAN Lab: {saved.data}",
            "noise": {
                "distribution": "uniform" if _noise_kind(saved) == "Uniform" else "normal",
                "dimensions": config.noiseSize,
            },
            "objective": {"name": "non_saturating" if config.lossType == "Log loss" else "least_squares"},
            "generator": _network(config.numGeneratorLayers, config.numGeneratorNeurons) | {"output": "tanh"},
            "critic": _network(config.numDiscriminatorLayers, config.numDiscriminatorNeurons),
            "generator_optimiser": _optimiser(config.gOptimizerType, config.gLearningRate),
            "critic_optimiser": _optimiser(config.dOptimizerType, config.dLearningRate),
            "training": {
                "batch": BATCH,
                "critic_steps": max(1, config.kDSteps),
                "generator_steps": max(1, config.kGSteps),
            },
        }
    ).changed(data=_data(saved))
    differences = " ".join(_differences(saved))
    about = f"Saved by GAN Lab after {saved.iterations:,} iterations. {differences}".strip()
    comparison = Comparison(title=experiment.label, description=about, experiments=(experiment,))
    return Carried(comparison, (_state(saved, generator, critic),), (differences,) if differences else ())


def outputs(saved: GanLabFile, noise: Float) -> Float:
    """Return GAN Lab's samples (n, 2) for its own noise (n, noise size)."""
    count = saved.config.numGeneratorLayers + 2
    x = np.asarray(noise, dtype=float)
    for layer in range(count):
        x = x @ saved.tensors[f"g-{2 * layer}"].astype(float) + saved.tensors[f"g-{2 * layer + 1}"]
        x = np.tanh(x) if layer == count - 1 else np.maximum(x, 0.0)
    return x


def _noise_kind(saved: GanLabFile) -> str:
    return saved.config.selectedNoiseType.partition(" ")[2]


# ---- the run's state --------------------------------------------------------------------------------------------


def _generator(saved: GanLabFile) -> Mapping[str, Float]:
    """Return the generator's tensors, whose first layer takes our noise."""
    tensors = {name: array.astype(float) for name, array in saved.tensors.items() if name.startswith("g-")}
    weight = tensors["g-0"]
    tensors["g-1"] = tensors["g-1"] + 0.5 * weight.sum(axis=0)
    tensors["g-0"] = SPREAD[_noise_kind(saved)] * weight
    return tensors


def _critic(saved: GanLabFile) -> Mapping[str, Float]:
    """Return the discriminator's tensors up to its sigmoid.

    Least squares compare T itself with 0 and 1: then the last layer is scaled so that T is where the sigmoid's tangent
    at 0 is, and crosses 1/2 where GAN Lab's discriminator does.
    """
    tensors = {name: array.astype(float) for name, array in saved.tensors.items() if name.startswith("d-")}
    if saved.config.lossType == "LeastSq loss":
        last = 2 * (saved.config.numDiscriminatorLayers + 1)
        tensors[f"d-{last}"] = tensors[f"d-{last}"] / 4
        tensors[f"d-{last + 1}"] = tensors[f"d-{last + 1}"] / 4 + 0.5
    return tensors


def _state(saved: GanLabFile, generator: Mapping[str, Float], critic: Mapping[str, Float]) -> Arrays:
    """Return the state as a run exports it, of one seed; optimisers begin anew, as GAN Lab does not save them."""
    step = saved.iterations * max(1, saved.config.kGSteps)
    state: dict[str, Any] = {"step": np.array(step)}
    for which, tensors in (("generator", generator), ("critic", critic)):
        letter = "g" if which == "generator" else "d"
        # Weights and biases in turn, as they are numbered; both programs have weights as (inputs, outputs).
        flat = np.concatenate([tensors[f"{letter}-{index}"].ravel() for index in range(len(tensors))])
        state[f"{which}.parameters"] = flat.astype(np.float32)[None]
        state[f"{which}.learned"] = np.array(saved.iterations > 0)
    return state | {"averaged": state["generator.parameters"].copy()}


# ---- the experiment ---------------------------------------------------------------------------------------------


def _network(layers: int, neurons: int) -> dict[str, Any]:
    # GAN Lab counts the hidden layers between the first and the last, whose weights are square.
    return {"layers": layers + 1, "width": neurons, "activation": "relu"}


def _optimiser(kind: str, rate: float) -> dict[str, Any]:
    if kind == "SGD":
        return {"name": "sgd", "learning_rate": rate, "beta1": 0.0}
    return {"name": "adam", "learning_rate": rate, "beta1": 0.9, "beta2": 0.999}


def _data(saved: GanLabFile) -> Distribution:
    """Return the data as GAN Lab draws them, in its own coordinates."""
    along = (np.arange(BEADS) + 0.5) / BEADS
    match saved.data:
        case "gaussians":
            return OwnGaussians.model_validate(
                {"centres": ((0.3, 0.7), (0.7, 0.4)), "deviations": ((0.1, 0.1), (0.05, 0.2))}
            )
        case "disjoint":
            return OwnGaussians.model_validate(
                {"centres": ((0.35, 0.75), (0.75, 0.6), (0.45, 0.35)), "deviations": ((0.025, 0.025),) * 3}
            )
        case "line":
            return _beads("line", np.stack([0.8 - 0.75 * along, 0.6 + 0.3 * along], axis=1), 0.01)
        case "ring":
            angle = 2 * np.pi * along
            return _beads("ring", np.stack([0.5 + 0.3 * np.cos(angle), 0.45 + 0.25 * np.sin(angle)], axis=1), 0.025)
        case "drawing":
            return Points.of(_stand_ins(saved), source="GAN Lab's generator")


def _beads(name: str, points: Float, thickness: float) -> Distribution:
    return Points.of(points, source=f"GAN Lab's {name}").changed(smoothing=thickness)


def _stand_ins(saved: GanLabFile) -> Float:
    """Return what the generator makes of noise, (n, 2)."""
    rng = np.random.default_rng(0)
    shape = STAND_INS, saved.config.noiseSize
    if _noise_kind(saved) == "Uniform":
        return outputs(saved, rng.random(shape))
    return outputs(saved, 0.5 + 0.25 * rng.standard_normal(shape).clip(-2.0, 2.0))


# ---- what is otherwise ------------------------------------------------------------------------------------------


def _differences(saved: GanLabFile) -> list[str]:
    """Return sentences about what of GAN Lab is otherwise here."""
    config = saved.config
    said = []
    if saved.data == "drawing":
        said.append("The drawing is not in the file: points that its generator makes stand in for it.")
    if _noise_kind(saved) == "Gaussian":
        said.append("GAN Lab cuts its noise off at two standard deviations; here it is not cut off.")
    if config.lossType == "Log loss":
        said.append("GAN Lab counts real samples 0.95 times in the discriminator's loss; here they count once.")
    else:
        said.append(
            "GAN Lab takes least squares of a sigmoid, without the factor 1/2; here of T itself, whose last layer was "
            "scaled to match near 1/2."
        )
    for name, steps in (("discriminator", config.kDSteps), ("generator", config.kGSteps)):
        if not steps:
            said.append(f"Its {name} stood still; here every network makes at least one step.")
    if "Adam" in (config.gOptimizerType, config.dOptimizerType):
        said.append("Adam begins anew, as GAN Lab does not save what it remembers.")
    return said
