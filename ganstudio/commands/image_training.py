"""Train on pictures: the part of `ganstudio train` that makes models."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganstudio.commands import numbers, output
from ganstudio.commands.arguments import CommandError, one_of
from ganstudio.commands.interruption import interrupted

if TYPE_CHECKING:
    from ganstudio.image_experiment import ImageExperiment
    from ganstudio.training.image_trainer import ImageTrainer

__all__ = ["FILES", "is_wanted", "run"]

MODEL = "model.safetensors"
FILES = {
    "experiment.toml": "every setting and the steps; ganstudio train DIR/experiment.toml repeats the run",
    "losses.csv": "a row every iteration",
    "losses.png": "loss curves",
    "samples.png": "100 generated pictures; by class or by category where there are any",
    MODEL: "the generator and its card, for ganstudio sample and the Images bench",
}
SMALL = 16
"""Side up to which a second thread waits longer than it works."""
SIDE = 10
"""Rows and columns of the sheet of samples."""


def is_wanted(options: argparse.Namespace) -> bool:
    """Whether what is to be trained learns pictures: by its data set, or by what its TOML file says."""
    from ganstudio.imagesets import IMAGE_SETS

    if options.what == "dcgan" or options.data in IMAGE_SETS:
        return True
    return options.what.endswith(".toml") and options.data is None and _learns_pictures(options.what)


def _learns_pictures(path: str) -> bool:
    from ganstudio import files
    from ganstudio.imagesets import IMAGE_SETS

    data = files.read_toml(path).get("data")
    return isinstance(data, dict) and data.get("name") in IMAGE_SETS


def run(options: argparse.Namespace) -> int:
    """Train what `options.what` stands for, and write the model."""
    import torch

    from ganstudio.checkpoints.model import write_model
    from ganstudio.cores import available_cores
    from ganstudio.imagesets import PicturesError

    for name in ("exact", "veegan", "runs"):
        if getattr(options, name):
            raise CommandError(f"--{name}: is for experiments on the plane")
    try:
        experiment, steps = _chosen(options)
        torch.set_num_threads(available_cores() if experiment.data.size > SMALL else 1)
        folder = options.out or output.default_folder([options.what], [options.data] if options.data else [])
        with output.no_empty_folders([folder]):
            output.output_folder(folder, FILES)
            result = _train(experiment, steps)
            output.write_all(folder, _contents(result))
            write_model(folder / MODEL, result.trainer.model(_name(result.trainer), resume=options.resume))
    except PicturesError as error:
        raise CommandError(str(error)) from None
    _tell(result, folder, options)
    if result.stopped:
        raise KeyboardInterrupt
    return 1 if result.problem else 0


def _chosen(options: argparse.Namespace) -> tuple[ImageExperiment, int]:
    """Return what is trained and for how many steps."""
    from ganstudio import files
    from ganstudio.commands.arguments import changed
    from ganstudio.imagesets import IMAGE_SETS
    from ganstudio.methods import METHODS
    from ganstudio.recipes import recipe

    if options.what.endswith(".toml"):
        experiment, steps = files.load_images(options.what)
    else:
        if options.what not in METHODS and options.what != "dcgan":
            raise CommandError(one_of("method", options.what, ["dcgan", *METHODS]))
        name = options.data or "digits"
        if name not in IMAGE_SETS:
            raise CommandError(f"--data: {one_of('set of pictures', name, IMAGE_SETS)}")
        own = {path.removeprefix("data."): value for path, value in options.set if path.startswith("data.")}
        experiment, steps = recipe(options.what, IMAGE_SETS[name](**own))
    return changed(experiment, options), options.steps or steps


@dataclass(frozen=True)
class _Result:
    """A trained run, and why it ended early if it did."""

    trainer: ImageTrainer
    steps: int
    problem: str = ""
    stopped: bool = False


def _train(experiment: ImageExperiment, steps: int) -> _Result:
    from ganstudio.training import NonFiniteLoss
    from ganstudio.training.image_trainer import ImageTrainer

    trainer = ImageTrainer(experiment)
    problem = ""
    with interrupted() as stop, output.progress(steps, experiment.title) as bar:
        try:
            for done in numbers.train_until(trainer, steps):
                bar.update(done)
                if stop.is_set():
                    break
        except NonFiniteLoss as error:
            problem = str(error)
    if problem:
        output.tell(f"{experiment.title}: {problem}; the files hold step {trainer.step:,}")
    early = stop.is_set() and trainer.step < steps
    return _Result(trainer, trainer.step if early else steps, problem, stop.is_set())


def _name(trainer: ImageTrainer) -> str:
    return f"{trainer.experiment.title} · {trainer.experiment.data.title}"


def _contents(result: _Result) -> dict[str, bytes | str]:
    """Return the files of a finished run."""
    import tomli_w

    from ganstudio import pictures

    trainer = result.trainer
    experiment, losses = trainer.experiment, trainer.losses()
    tree = experiment.plain()
    tree = {"version": tree.pop("version"), "label": tree.pop("label"), "steps": result.steps, **tree}
    rows = (
        {"step": int(step)} | {name: float(values[0, index]) for name, values in losses.terms.items()}
        for index, step in enumerate(losses.step)
    )
    contents: dict[str, bytes | str] = {
        "experiment.toml": tomli_w.dumps(tree),
        "losses.csv": output.csv_text(["step", *losses.terms], rows),
        "samples.png": _sheet(trainer),
    }
    if len(losses.step):
        contents["losses.png"] = pictures.png(pictures.losses(losses, experiment.title))
    return contents


def _sheet(trainer: ImageTrainer) -> bytes:
    """Return samples as a picture, a row for each class or category."""
    import io

    import numpy as np
    from PIL import Image

    from ganstudio.messages import Knobs
    from ganstudio.sheets.pixels import composed, pixels
    from ganstudio.sheets.recipe import Arrangement

    experiment = trainer.experiment
    knobs = [Knobs()]
    if experiment.additions.conditional.on or experiment.additions.classifier.on:
        knobs = [Knobs(label=label) for label in range(min(experiment.data.classes(), SIDE))]
    elif experiment.additions.information.on and experiment.additions.information.categories:
        knobs = [Knobs(category=number) for number in range(min(experiment.additions.information.categories, SIDE))]
    each = SIDE if len(knobs) > 1 else SIDE * SIDE
    drawn = np.concatenate([trainer.pictures(each, one) for one in knobs])
    scale = max(1, 32 // experiment.data.size)
    arrangement = Arrangement(rows=len(drawn) // SIDE, columns=SIDE, padding=2, scale=scale)
    sheet = composed(pixels(drawn), arrangement)
    content = io.BytesIO()
    Image.fromarray(sheet[..., 0] if sheet.shape[-1] == 1 else sheet).save(content, "PNG")
    return content.getvalue()


def _tell(result: _Result, folder: Path, options: argparse.Namespace) -> None:
    trainer = result.trainer
    last = {name: float(values[0, -1]) for name, values in trainer.losses().terms.items() if values.size}
    if options.json:
        report: dict[str, Any] = {
            "folder": str(folder),
            "title": trainer.experiment.title,
            "method": trainer.experiment.method,
            "data": trainer.experiment.data.name,
            "device": trainer.device,
            "step": trainer.step,
            "losses": {name: output.finite(value) for name, value in last.items()},
            "problem": result.problem or None,
        }
        print(json.dumps(report, indent=2))
        return
    said = " · ".join(f"{name} {value:.3g}" for name, value in last.items())
    print(f"{trainer.experiment.title}: step {trainer.step:,} · {said} -> {folder}")
