"""Make the models that come with the program from models/*/experiment.toml; ``make models NAMES="a b"`` makes some.

Each is trained with ``ganstudio train models/NAME/experiment.toml`` and then judged: 10,000 samples by the shipped
classifier of its data. Needs the data (``ganstudio data get mnist``; the emoji as ``emoji64.zip`` in the folder that
GANSTUDIO_DATA names). All of them take some hours on two cores. ``--trained NAME=FILE`` takes a model file that
``ganstudio train`` wrote in place of training again.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from ganstudio import __version__
from ganstudio.checkpoints.card import Card, Distance
from ganstudio.checkpoints.generator import Generator
from ganstudio.checkpoints.model import Model, read_model, write_model
from ganstudio.judging.data import trained_on
from ganstudio.judging.scores import Scores, scores
from ganstudio.resources import models_folder

COUNT = 10_000
"""Samples that a model is judged by."""


@dataclass(frozen=True)
class Text:
    """What a card says that nobody can measure."""

    title: str
    licence: str
    meanings: dict[str, str] = field(default_factory=dict)
    notes: str = ""


MNIST = "Data: CC BY-SA 3.0. Weights: MIT."
TEXTS = {
    "dcgan-mnist": Text("DCGAN · MNIST", MNIST),
    "infogan-mnist": Text(
        "InfoGAN · MNIST",
        MNIST,
        {"c1": "slant", "c2": "width"},
        "Codes mean what was learned, as seen on sheets of samples; nobody told the network what they should mean.",
    ),
    "acgan-fashion": Text("AC-GAN · Fashion-MNIST", "Data: MIT. Weights: MIT."),
    "vae-mnist": Text(
        "VAE · MNIST", MNIST, notes="No critic: encoder and decoder. Samples are smoother than a GAN's, and blurred."
    ),
    "dcgan-emoji": Text(
        "DCGAN · Emoji",
        "Data: Twemoji, Copyright 2020 Twitter, Inc and other contributors, CC BY 4.0. Weights: MIT.",
        notes="3,786 pictures are few for a GAN: differentiable augmentation (translation, colour), mirrored data.",
    ),
}


def trained(name: str, folder: Path) -> Path:
    """Train a model by its experiment file and return the file that was written."""
    command = [sys.executable, "-m", "ganstudio", "train", str(models_folder() / name / "experiment.toml")]
    # Own pictures are named as they lie in the folder of data.
    subprocess.run([*command, "--out", str(folder)], check=True, cwd=os.environ.get("GANSTUDIO_DATA"))
    return folder / "model.safetensors"


def finished(name: str, model: Model) -> Model:
    """Return a model with its card, and without what nobody needs of its experiment."""
    text = TEXTS[name]
    found = scores(Generator(model), trained_on(model), COUNT)
    card = Card(
        title=text.title,
        data=model.card.data,
        licence=text.licence,
        method=model.card.method,
        settings=f"ganstudio train models/{name}/experiment.toml",
        seed=model.card.seed,
        steps=model.card.steps,
        distance=Distance(
            name=f"Frechet distance in the features of {found.judge}",
            value=float(f"{found.distance.value:.4g}"),
            samples=COUNT,
        ),
        class_names=model.card.class_names,
        code_meanings=text.meanings,
        notes="\n".join(filter(None, [text.notes, *_measured(found)])),
        created_by=f"GAN Studio {__version__}",
    )
    experiment = {**(model.experiment or {})}
    data = experiment.get("data")
    if isinstance(data, dict) and "path" in data:
        experiment["data"] = {**data, "path": Path(data["path"]).name}
    parts = {
        name: part for name, part in model.parts.items() if name == "encoder" or "infogan" not in text.title.lower()
    }
    return dataclasses.replace(model, name=text.title, card=card, experiment=experiment, parts=parts, resume=None)


def _measured(found: Scores) -> list[str]:
    """Return a line for each thing that was measured beside the distance."""
    lines = []
    if found.purity is not None:
        matched = ", ".join(
            f"{number}: {found.class_names[one] if one >= 0 else 'none'} ({share:.0%})"
            for number, (one, share) in enumerate(zip(found.purity.classes, found.purity.shares, strict=True))
        )
        lines.append(
            f"Categories are classes in {found.purity.matched:.1%} of {COUNT:,} samples, one class for each "
            f"({found.purity.majority:.1%} by the most frequent class), judged by {found.judge}, which is right in "
            f"{found.accuracy:.1%} of the test pictures. {matched}."
        )
    if found.agreement is not None:
        lines.append(
            f"{found.agreement.share:.1%} of {COUNT:,} samples are of the class that was asked for, judged by "
            f"{found.judge}, which is right in {found.accuracy:.1%} of the test pictures."
        )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="folders of models/ (all)")
    parser.add_argument("--trained", action="append", default=[], metavar="NAME=FILE", help="do not train this one")
    options = parser.parse_args()
    files = dict(one.split("=", 1) for one in options.trained)
    for name in options.names or list(files) or list(TEXTS):
        with tempfile.TemporaryDirectory() as folder:
            source = Path(files[name]) if name in files else trained(name, Path(folder))
            model = finished(name, read_model(source))
        target = models_folder() / name / f"{name}.safetensors"
        write_model(target, model)
        print(f"{name}: {target.stat().st_size:,} bytes\n{model.card.notes}", flush=True)


if __name__ == "__main__":
    main()
