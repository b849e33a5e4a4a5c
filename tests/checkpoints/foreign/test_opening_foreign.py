"""Whole files, through the process that reads them: one for all styles, since each start of PyTorch takes seconds."""

from __future__ import annotations

import argparse
import collections
import copy
import dataclasses
import json
import pathlib
import warnings

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.foreign import child
from ganstudio.checkpoints.foreign.opening import found_in, model_of
from ganstudio.checkpoints.foreign.reading import read
from ganstudio.checkpoints.generator import Generator, Network
from ganstudio.checkpoints.model import Part, read_model
from ganstudio.checkpoints.opening import open_model
from ganstudio.cli import main
from ganstudio.nets.layers import assembled, run


def output(model, latents, labels):
    tensors = {name: torch.from_numpy(array) for name, array in model.tensors.items()}
    given = {"latent": latents, "label": labels}
    front = assembled(model.architecture, tensors, [given[one.kind] for one in model.architecture.inputs])
    return run(model.architecture.layers, tensors, front)


@pytest.fixture(scope="module")
def everything(styles, tmp_path_factory):
    """All styles in one checkpoint, as a training program nests them, and what was read of it."""
    nets = {name: styles.trained(name) for name in styles.STYLES}
    net = copy.deepcopy(nets["named"])
    optimiser = torch.optim.Adam(net.parameters())
    net(torch.randn(2, 20, 1, 1)).sum().backward()
    optimiser.step()
    tree = {
        "epoch": 24,
        "args": argparse.Namespace(lr=2e-4, name="everything", sizes=[1, 2], none=None, folder=pathlib.Path("x")),
        "losses": collections.defaultdict(list, {"g": [1.5, np.float64(2.5)]}),
        "curve": np.arange(3.0),
        "nets": {name: net.state_dict() for name, net in nets.items()},
        "optimizer": optimiser.state_dict(),
        "half": {
            "netG": {
                name: tensor.half() if tensor.is_floating_point() else tensor
                for name, tensor in nets["official"].state_dict().items()
            }
        },
        "fixed_noise": torch.randn(4, 100, 1, 1).double()[:, ::2],
    }
    path = tmp_path_factory.mktemp("files") / "checkpoint.tar"
    torch.save(tree, path)
    return nets, read(path)


def test_a_file_with_every_style_gives_each_of_them_exactly(everything, style, styles):
    nets, contents = everything
    own = {name: array for name, array in contents.tensors.items() if name.startswith((f"nets.{style}.", "half."))}
    contents = dataclasses.replace(contents, tensors=own)  # to search everything each time takes long
    model = model_of(contents, found_in(contents, {"part": f"nets.{style}", **styles.STYLES[style].choices}))
    latents, labels = styles.given(style)
    assert torch.equal(output(model, latents, labels), styles.called(style, nets[style], (latents, labels)))
    assert f"nets.{style}" in model.card.notes
    assert "output=" in model.card.notes


def test_what_stands_beside_the_tensors_is_kept_if_it_is_plain(everything):
    _, contents = everything
    assert contents.kind == "PyTorch (zip)"
    assert contents.values["epoch"] == 24
    assert contents.values["args.name"] == "everything"
    assert contents.values["args.sizes.1"] == 2
    assert contents.values["losses.g.0"] == 1.5
    assert contents.dtypes["half.netG.main.0.weight"] == "float16"
    assert contents.tensors["half.netG.main.0.weight"].dtype == np.float32
    assert contents.dtypes["fixed_noise"] == "float64"
    assert contents.tensors["fixed_noise"].shape == (4, 50, 1, 1)
    assert found_in(contents, {"part": "half"}).guess.architecture.output == (3, 64, 64)


def test_half_precision_is_read_as_what_it_was(everything):
    nets, contents = everything
    half = nets["official"].state_dict()["main.0.weight"].half().float().numpy()
    assert np.array_equal(contents.tensors["half.netG.main.0.weight"], half)


@pytest.fixture(scope="module")
def legacy(styles, tmp_path_factory):
    """The layout of the official example's file, but as PyTorch wrote it before 1.6, and from several cards."""
    net = styles.trained("official")
    state = {f"module.{name}": tensor for name, tensor in net.state_dict().items()}
    path = tmp_path_factory.mktemp("legacy") / "netG_epoch_24.pth"
    torch.save(
        {
            "args": argparse.Namespace(nz=100),
            "best": np.float32(1),
            "netD": {"0.weight": torch.ones(4, 3, 4, 4)},
            "netG_state_dict": state,
        },
        path,
        _use_new_zipfile_serialization=False,
    )
    return net, path


def test_the_older_format_prefixes_and_the_whole_way_to_our_own_file(legacy, styles, tmp_path, capsys):
    net, path = legacy
    own = tmp_path / "own.safetensors"
    assert main(["convert", str(path), str(own), "--set", "latent=uniform"]) == 0
    assert "latent 100 (uniform) -> 3 x 64 x 64 pixels from -1 to 1" in capsys.readouterr().out
    model = read_model(own)
    assert model.name == "netG_epoch_24"
    assert "PyTorch (before 1.6), netG_state_dict.module.main" in model.card.notes
    latents, labels = styles.given("official")
    wanted = styles.called("official", net, (latents, labels))
    assert torch.equal(output(model, latents, labels), wanted)
    assert main(["inspect", str(own)]) == 0
    said = capsys.readouterr().out
    assert "GAN Studio, " in said
    assert "generator: generator, latent 100 (uniform) -> 3 x 64 x 64" in said
    network = Network(Part(model.architecture, model.tensors))
    assert np.array_equal(network.output(latents.numpy()), wanted.numpy())
    with pytest.raises(CheckpointError, match=r"is a model of GAN Studio, .* output is not asked"):
        open_model(own, {"output": "sigmoid"})


# ---- commands, on safetensors, which need no other process ----------------------------------------------------------


@pytest.fixture
def foreign(styles, tmp_path):
    net = styles.trained("dense")
    path = tmp_path / "model.bin"
    tensors = {f"generator.{name}": tensor.contiguous() for name, tensor in net.state_dict().items()}
    save_file(
        tensors
        | {"discriminator.0.weight": torch.ones(9, 784), "discriminator.1.weight": torch.full((1, 9), torch.inf)},
        path,
    )
    return net, path


def test_sample_draws_what_the_module_draws(foreign, styles, tmp_path):
    net, path = foreign
    latents, labels = styles.given("dense")
    np.save(tmp_path / "z.npy", latents.numpy())
    assert main(["sample", str(path), "--latents", str(tmp_path / "z.npy"), "--out", str(tmp_path / "x.npy")]) == 0
    assert np.array_equal(np.load(tmp_path / "x.npy"), styles.called("dense", net, (latents, labels)).numpy())


def test_inspect_tells_people_and_programs_what_is_in_a_file(foreign, capsys):
    _, path = foreign
    assert main(["inspect", str(path)]) == 0
    said = capsys.readouterr().out
    for part in (
        "generator.model.0.weight",
        "16 x 100",
        "9 infinite",
        "generator: generator.model, latent 100 (normal) -> 1 x 28 x 28 pixels from -1 to 1",
        "batch normalisation, epsilon 0.8",
        "activation=leaky_relu_0.2",
        "or 1e-05,",
        "left over: nothing",
        "discriminator: discriminator",
    ):
        assert part in said
    assert main(["inspect", str(path), "--json", "--set", "output=sigmoid"]) == 0
    tree = json.loads(capsys.readouterr().out)
    assert tree["generator"]["latent"] == 100
    assert tree["generator"]["output_range"] == [0.0, 1.0]
    assert {one["name"]: one["role"] for one in tree["candidates"]} == {
        "generator.model": "generator",
        "discriminator": "discriminator",
    }
    [wrong] = [one for one in tree["tensors"] if one["infinite"]]
    assert (wrong["name"], wrong["minimum"]) == ("discriminator.1.weight", None)


def test_residual_blocks_and_branches_live_on_in_our_own_file(styles, tmp_path, capsys):
    for name in ("residual", "attending", "two_deconvs"):
        net, path, own = styles.trained(name), tmp_path / f"{name}.safetensors", tmp_path / f"own_{name}.safetensors"
        computed = child.folded(torch, {(key,): tensor for key, tensor in net.state_dict().items()})
        plain = {key: tensor for key, tensor in net.state_dict().items() if "weight_orig" not in key}
        save_file(plain | {key: tensor for (key,), tensor in computed.items()}, path)
        assert main(["convert", str(path), str(own)]) == 0
        latents, labels = styles.given(name)
        wanted = styles.called(name, net, (latents, labels))
        model = read_model(own)
        assert torch.equal(output(model, latents, labels), wanted)
        given = {"latent": latents.numpy(), "label": labels.numpy()}
        found = Generator(model).sample(tuple(given[one.kind] for one in model.architecture.inputs))
        assert np.abs(found - wanted.numpy()).max() < 1e-5
    assert main(["inspect", str(tmp_path / "residual.safetensors")]) == 0
    said = capsys.readouterr().out
    assert "branches added: batch normalisation, epsilon 1e-05; relu; enlarged 2 times, nearest; convolution" in said
    assert "residual blocks, as in SNGAN" in said


def test_inspect_shows_what_holds_no_generator(tmp_path, capsys):
    path = tmp_path / "critic.safetensors"
    save_file({"0.weight": torch.ones(8, 3, 4, 4), "2.weight": torch.ones(1, 8, 4, 4)}, path)
    assert main(["inspect", str(path)]) == 0
    assert "no generator: holds a discriminator" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["inspect", "FILE", "--set", "activaton=relu"], "'activaton' is not asked of this file; asked: classes"),
        (["inspect", "FILE", "--set", "activation=rely"], "allowed: leaky_relu_0.2, relu"),
        (["inspect", "FILE", "--set", "activation"], "not of the form key=value"),
        (
            ["inspect", "FILE", "--part", "netX"],
            "there is none called 'netX'; there are generator.model, discriminator",
        ),
        (["inspect", "missing.pth"], "there is no such file"),
        (["convert", "FILE", "out.pth"], "has to end in .safetensors"),
        (["convert", "FILE", "OUT", "--set", "output=tanh", "--set", "output=tanh"], "output is said twice"),
        (["convert", "FILE", "OUT", "--part", "discriminator"], "discriminator|784|1 numbers"),
        (["sample", "FILE", "--set", "epsilon=no", "--out", "x.png"], "epsilon: 'no' is not allowed"),
    ],
)
def test_wrong_input_is_answered_in_one_line(arguments, said, foreign, tmp_path, capsys):
    import re

    _, path = foreign
    real = [{"FILE": str(path), "OUT": str(tmp_path / "out.safetensors")}.get(part, part) for part in arguments]
    assert main(real) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert re.search(said, error), error


def test_a_file_is_not_converted_over_itself(foreign, tmp_path, capsys):
    _, path = foreign
    same = tmp_path / "same.safetensors"
    same.symlink_to(path)
    before = path.read_bytes()
    assert main(["convert", str(path), str(same)]) == 2
    assert "over itself" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_bfloat16_and_double_precision_in_safetensors(styles, tmp_path):
    net = styles.trained("dense")
    path = tmp_path / "b.safetensors"
    save_file(
        {name: tensor.bfloat16() if tensor.ndim == 2 else tensor for name, tensor in net.state_dict().items()}, path
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = open_model(path)
    assert all(array.dtype == np.float32 for array in model.tensors.values())
