"""The Inspector page, with what an engine tells of a model's tensors."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from ganstudio.architecture import Activation, TransposedConvolution
from ganstudio.checkpoints.model import read_model
from ganstudio.engine.inspection import inspected
from ganstudio.gui.images.inside.inspector import described
from ganstudio.image_messages import Inspect


def test_parameters_are_told_and_what_is_not_finite_is_flagged(qtbot, bench, models_folder):
    bench.inside.show_page("inspector")
    page, link = bench.inside.inspector, bench.session._link
    (asked,) = [message for message in link.posted if isinstance(message, Inspect)]
    model = read_model(models_folder / "b-codes.safetensors")
    name = next(iter(model.tensors))
    spoiled = model.tensors[name].copy()
    spoiled.flat[:3] = np.nan, np.nan, np.inf
    model.tensors[name] = spoiled
    link.arrived.emit(inspected(asked, model, ("step",)))
    (network,) = (page.tensors.topLevelItem(0),)
    assert network.text(0) == "generator"
    assert network.childCount() == len(model.tensors)
    first = network.child(0)
    finite = spoiled[np.isfinite(spoiled)]
    assert float(first.text(5).replace("\N{MINUS SIGN}", "-")) == pytest.approx(finite.mean(), rel=0.01)
    assert first.text(7) == "2 NaN, 1 infinite"
    assert network.child(1).text(7) == ""
    page.tensors.setFocus()
    page.tensors.setCurrentItem(network)
    qtbot.keyClick(page.tensors, Qt.Key.Key_Down)
    assert page.histogram._counts.sum() == finite.size
    assert page.layers.topLevelItemCount() == len(model.architecture.layers) + 1
    assert page.layers.topLevelItem(page.layers.topLevelItemCount() - 1).text(1) == "1 × 8 × 8"


def test_layers_are_described_in_a_line():
    layer = TransposedConvolution(inputs=64, outputs=32, kernel=4, stride=2, padding=1, bias=False)
    assert described(layer) == "transposed convolution 64 to 32, kernel 4, stride 2, padding 1, no bias"
    assert described(Activation(function="leaky_relu", slope=0.1)) == "leaky relu 0.1"
