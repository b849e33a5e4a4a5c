"""A file's tensors held against an architecture that a person names."""

from __future__ import annotations

import json
from collections import namedtuple

import numpy as np
import pytest
from safetensors.numpy import save_file

from ganstudio.architecture import BatchNorm, TransposedConvolution
from ganstudio.checkpoints.chosen import SIZES, architecture_named, dcgan
from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.foreign.comparing import compared, matched
from ganstudio.cli import main
from ganstudio.imagesets import IMAGE_SETS
from ganstudio.recipes import recipe
from ganstudio.settings import SettingsError

Shaped = namedtuple("Shaped", "shape")


def as_theirs(architecture, prefix="netG.main."):
    return {f"{prefix}{name}": Shaped(shape) for name, shape in architecture.tensors().items()}


def test_a_network_fits_itself_whatever_order_its_file_is_in():
    own = dcgan(64, width=4)
    theirs = as_theirs(own)
    for names in (list(theirs), sorted(theirs)):
        match = matched(own, {name: theirs[name] for name in names})
        assert match.sources == {name: f"netG.main.{name}" for name in own.tensors()}
        assert (match.missing, match.over) == ((), ())


def test_what_is_missing_left_over_and_of_another_shape_is_told():
    own = dcgan(32, width=4)
    theirs = as_theirs(own)
    del theirs["netG.main.9.bias"]
    theirs["netG.main.0.weight"] = Shaped((7, 16, 4, 4))
    theirs["netG.extra.weight"] = Shaped((5, 5))
    theirs["netG.main.1.num_batches_tracked"] = Shaped(())
    match = matched(own, theirs)
    assert match.missing == ("0.weight", "9.bias")
    assert match.over == ("netG.main.0.weight", "netG.extra.weight")
    assert match.instead["0.weight"] == "netG.main.0.weight"


def test_what_a_program_defines_elsewhere_fits_by_its_shape():
    own = dcgan(32, width=4, normalisation="none")
    theirs = as_theirs(own)
    first = [name for name in theirs if ".0." in name]
    match = matched(own, {name: theirs[name] for name in [name for name in theirs if name not in first] + first})
    assert (match.missing, match.over) == ((), ())
    assert match.sources["0.bias"] == "netG.main.0.bias"


def test_of_several_networks_the_one_that_fits_best_is_compared():
    own = dcgan(32, width=4)
    theirs = as_theirs(dcgan(32, width=8), "a.") | as_theirs(own, "b.")
    match = compared(own, theirs)
    assert match.over == match.missing == ()
    assert all(name.startswith("b.") for name in match.sources.values())
    assert compared(own, theirs, [name for name in theirs if name.startswith("a.")]).missing


def test_of_a_weight_that_was_computed_in_two_ways_one_is_enough():
    own = dcgan(8, width=4, dense=0)
    theirs = as_theirs(own)
    weight = theirs.pop("netG.main.0.weight")
    theirs = {"netG.main.0.weight~0": weight, "netG.main.0.weight~1": weight, **theirs}
    match = matched(own, theirs)
    assert match.missing == match.over == ()


@pytest.mark.parametrize(("key", "size"), [("digits", 8), ("mnist", 28), ("cifar10", 32)])
def test_a_dcgan_of_a_size_has_the_layers_of_the_recipe(key, size):
    data = IMAGE_SETS[key]()
    assert data.size == size
    experiment, _ = recipe("dcgan", data)
    usual = SIZES[size]
    assert (usual.width, usual.dense) == (experiment.generator.width, experiment.generator.dense)
    assert dcgan(size).output == (usual.channels, size, size)


def test_names_of_architectures_are_read_and_wrong_ones_refused(tmp_path):
    chosen = architecture_named("dcgan-64:width=2, latent=5,channels=1,normalisation=none")
    first = next(layer for layer in chosen.layers if isinstance(layer, TransposedConvolution))
    assert (first.inputs, first.outputs, chosen.output) == (5, 16, (1, 64, 64))
    assert not any(isinstance(layer, BatchNorm) for layer in chosen.layers)
    for wrong in ("dcgan-33", "dcgan-64:width", "dcgan-64:wide=3", "dcgan-64:width=0", "dcgan-64:channels=2"):
        with pytest.raises(SettingsError, match=r"allowed|are 1 or 3|greater"):
            architecture_named(wrong)
    with pytest.raises(CheckpointError, match="no such file"):
        architecture_named(str(tmp_path / "none"))


def test_the_command_says_what_is_missing_and_left_over(tmp_path, capsys):
    own = dcgan(32, width=2, latent=6)
    tensors = {f"netG.{name}": np.ones(shape, np.float32) for name, shape in own.tensors().items()}
    tensors["netG.0.weight"][0, 0, 0, :2] = np.nan, np.inf
    path = tmp_path / "theirs.safetensors"
    save_file(tensors, path)
    assert main(["inspect", str(path), "--against", "dcgan-32:width=2,latent=7", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in told["against"]["missing"]] == ["0.weight"]
    assert told["against"]["missing"][0]["instead_shape"] == [6, 8, 4, 4]
    assert told["against"]["left_over"] == ["netG.0.weight"]
    assert len(told["against"]["fits"]) == len(tensors) - 1
    assert main(["inspect", str(path), "--against", "dcgan-32:width=2,latent=6"]) == 0
    said = capsys.readouterr().out
    assert "1 NaN, 1 infinite" in said
    assert f"{len(tensors)} fit, 0 missing, 0 left over" in said
    assert main(["inspect", str(path), "--against", "dcgan-31"]) == 2
    assert "allowed: 8, 16, 28, 32, 64" in capsys.readouterr().err
