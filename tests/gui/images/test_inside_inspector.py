"""The Inspector page, with what an engine tells of a model's tensors, or of a file's that is no model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from ganstudio.architecture import Activation, BatchNorm, Reshape, TransposedConvolution, Upsample
from ganstudio.checkpoints.chosen import dcgan
from ganstudio.checkpoints.foreign.contents import Contents
from ganstudio.checkpoints.foreign.opening import found_in
from ganstudio.checkpoints.model import read_model
from ganstudio.engine.inspection import inspected, inspected_file
from ganstudio.gui.images.inside.layer_diagram import layer_words
from ganstudio.gui.images.inside.tensor_tree import FLAG
from ganstudio.image_messages import Inspect, Inspected, ModelFailed, NotInspected

MEAN = 5


def asked(bench) -> Inspect:
    return [message for message in bench.session._link.posted if isinstance(message, Inspect)][-1]


def rows(tree):
    """Return the name and the note of every parameter, by group."""
    return {
        tree.topLevelItem(number).text(0): {
            tree.topLevelItem(number).child(row).text(0): tree.topLevelItem(number).child(row).text(FLAG)
            for row in range(tree.topLevelItem(number).childCount())
        }
        for number in range(tree.topLevelItemCount())
    }


def theirs(tmp_path: Path, architecture, spoil: bool = False) -> Contents:
    """Return what would have been read from another program's file."""
    random = np.random.default_rng(0)
    tensors = {
        f"netG.{name}": random.normal(size=shape).astype(np.float32) for name, shape in architecture.tensors().items()
    }
    if spoil:
        tensors["netG.4.running_var"][:2] = np.inf
    return Contents(
        tmp_path / "theirs.pth", "PyTorch (zip)", tensors, dict.fromkeys(tensors, "float32"), {"epoch": 3}, True
    )


def test_parameters_are_told_and_what_is_not_finite_is_flagged(qtbot, bench, models_folder):
    bench.inside.show_page("inspector")
    page, link = bench.inside.inspector, bench.session._link
    model = read_model(models_folder / "b-codes.safetensors")
    name = next(iter(model.tensors))
    spoiled = model.tensors[name].copy()
    spoiled.flat[:3] = np.nan, np.nan, np.inf
    model.tensors[name] = spoiled
    link.arrived.emit(inspected(asked(bench), model))
    (network,) = (page.tensors.topLevelItem(0),)
    assert network.text(0) == "generator"
    assert network.childCount() == len(model.tensors)
    first = network.child(0)
    finite = spoiled[np.isfinite(spoiled)]
    assert float(first.text(MEAN).replace("\N{MINUS SIGN}", "-")) == pytest.approx(finite.mean(), rel=0.01)
    assert first.text(FLAG) == "2 NaN, 1 infinite"
    assert network.child(1).text(FLAG) == ""
    assert page.histogram.counts.sum() == finite.size, "what is flagged is looked at first"
    page.tensors.setFocus()
    qtbot.keyClick(page.tensors, Qt.Key.Key_Down)
    second = list(model.tensors)[1]
    assert page.histogram.counts.sum() == model.tensors[second].size
    assert page.name.text().startswith(f"generator.{second}: float32, from ")
    assert page.layers.count() == len(model.architecture.layers) + 1
    assert page.layers.item(page.layers.count() - 1).data(Qt.ItemDataRole.AccessibleTextRole) == "tanh; gives 1×8×8"


def test_parameters_are_held_against_layers_that_a_person_chooses(bench, models_folder, tmp_path):
    bench.inside.show_page("inspector")
    page, link = bench.inside.inspector, bench.session._link
    own = dcgan(32, width=2, latent=12)
    contents = theirs(tmp_path, own)
    link.arrived.emit(inspected_file(asked(bench), contents, found_in(contents)))
    assert set(rows(page.tensors)) == {"netG"}
    assert "nothing is left over" in page.against.result.text()

    field = page.against.choice
    field.setCurrentIndex(field.findData("dcgan-32"))
    field.activated.emit(field.currentIndex())
    assert (page.against.latent_field.value(), page.against.colour.value()) == (12, "1"), "as the model has it"
    assert page.against.result.text().startswith("0 fit")
    page.against.colour.set_value("3")
    page.against.width_field.set_value(2)
    page.against.latent_field.set_value(13)
    page.against.latent_field.edited.emit(13)
    flagged = rows(page.tensors)
    assert flagged["missing"] == {"0.weight": "\N{NOT EQUAL TO} 12×8×4×4"}
    assert page.tensors.topLevelItem(0).child(0).toolTip(FLAG) == "netG.0.weight is there, 12×8×4×4"
    assert flagged["netG"]["0.weight"] == "left over"
    assert flagged["netG"]["3.weight"] == "fits"
    assert page.against.result.text() == f"{len(own.tensors()) - 1} fit, 1 missing, 1 left over"

    page.against.choose("model a-classes")
    assert page.against.architecture == bench.session.model("a-classes").opened.architecture
    page.against.take_file(str(models_folder / "c-plain.safetensors"))
    assert field.currentText() == "c-plain.safetensors"
    assert page.against.architecture == read_model(models_folder / "c-plain.safetensors").architecture
    page.against.take_file(str(tmp_path / "none.safetensors"))
    assert "no such file" in page.against.refusal.text()
    other = tmp_path / "other.pth"
    other.write_bytes(b"PK")
    page.against.take_file(str(other))
    assert asked(bench).path == str(other)
    link.arrived.emit(Inspected(asked(bench).model, asked(bench).request, (), problem="holds no generator"))
    assert page.against.refusal.text() == f"{other}: holds no generator"
    assert field.currentText() == "c-plain.safetensors"


def test_a_file_that_is_no_model_can_be_looked_into(qtbot, bench, tmp_path):
    page, link = bench.inside.inspector, bench.session._link
    current = bench.explorer.model
    link.hold()
    path = tmp_path / "theirs.pth"
    bench.open_path(str(path))
    key = bench._wanted
    failed = f"{path}: netG.4.running_var has values that are not finite"
    link.arrived.emit(ModelFailed(key, bench.session.model(key).stamp, failed, readable=True))
    link.arrived.emit(ModelFailed("c-plain", bench.session.model("c-plain").stamp, "c-plain: cannot be drawn"))
    (message,) = bench._messages.messages()
    assert message.text == "c-plain: cannot be drawn", "of two errors of a kind the newest stays"
    bench.session.unfit.emit(str(path), failed)
    (message,) = bench._messages.messages()
    assert message.text == failed
    (button,) = (one for one in message.findChildren(QPushButton) if one.text() == "Look inside")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert bench.inside.current == "inspector"
    assert asked(bench).path == str(path)

    contents = theirs(tmp_path, dcgan(32, width=2), spoil=True)
    found = found_in(contents)
    link.arrived.emit(inspected_file(asked(bench), contents, found, "is not finite"))
    assert rows(page.tensors)["netG"]["4.running_var"] == "2 infinite"
    assert page.name.text().startswith("netG.4.running_var")
    assert page.layers.count() == len(found.guess.architecture.layers) + 1
    assert "is not finite" in page.refusal.text()

    page.back.click()
    assert page.path == ""
    assert asked(bench).model == current.key
    assert page.layers.count() == len(current.architecture.layers) + 1

    bench.inside.look_into(str(path))
    link.arrived.emit(NotInspected(asked(bench).model, asked(bench).request, "theirs.pth: is cut off"))
    assert page.refusal.text() == "theirs.pth: is cut off"


def test_layers_are_told_in_words():
    layer = TransposedConvolution(inputs=64, outputs=32, kernel=4, stride=2, padding=1, bias=False)
    assert layer_words(layer) == ("transposed convolution", "64 → 32, 4×4, stride 2, padding 1, no bias")
    assert layer_words(Activation(function="leaky_relu", slope=0.1)) == ("leaky ReLU 0.1", "")
    assert layer_words(Upsample(factor=2)) == ("upsample", "2 times, nearest")
    assert layer_words(BatchNorm(features=3)) == ("batch normalisation", "")
    assert layer_words(BatchNorm(features=3, epsilon=0.8, affine=False)) == (
        "batch normalisation",
        "epsilon 0.8, without parameters",
    )
    assert layer_words(Reshape(channels=3, height=2, width=2)) == ("reshape", "")
