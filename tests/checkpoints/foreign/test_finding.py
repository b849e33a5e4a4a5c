from __future__ import annotations

import time

import numpy as np
import pytest
import torch
from torch import nn

from ganstudio.checkpoints.foreign.finding import candidates, found
from ganstudio.checkpoints.foreign.inferring import ChainProblemError, ChoiceError


def generator(channels=3):
    return nn.Sequential(
        nn.ConvTranspose2d(20, 8, 4, 1, 0, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.ConvTranspose2d(8, channels, 4, 2, 1),
    )


def discriminator():
    return nn.Sequential(
        nn.Conv2d(3, 8, 4, 2, 1), nn.LeakyReLU(), nn.Conv2d(8, 16, 4, 2, 1), nn.LeakyReLU(), nn.Conv2d(16, 1, 4)
    )


def dense_discriminator():
    return nn.Sequential(nn.Linear(784, 16), nn.ReLU(), nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 1))


def nested(**modules):
    return {
        f"{name}.{inner}": tensor.numpy()
        for name, module in modules.items()
        for inner, tensor in module.state_dict().items()
    }


@pytest.mark.parametrize(
    ("generating", "judging"),
    [
        ("netG", "netD"),
        ("generator", "discriminator"),
        ("G", "D"),
        ("netG_state_dict", "netD_state_dict"),
        ("model.module.generator.main", "model.module.critic.main"),
        ("state_dict.gen", "state_dict.disc"),
        ("second", "first"),
        ("D", "G"),
    ],
)
@pytest.mark.parametrize("judge", [discriminator, dense_discriminator])
def test_the_generator_is_found_whatever_it_is_called(generating, judging, judge):
    taken = found(nested(**{judging: judge(), generating: generator()}))
    assert taken.candidate.name == generating
    assert taken.guess.sources["0.weight"] == f"{generating}.0.weight"
    assert taken.guess.architecture.output == (3, 8, 8)
    roles = {one.name: one.role for one in taken.candidates}
    assert roles == {generating: "generator", judging: "discriminator"}


@pytest.mark.parametrize(
    "order", [("g", "g_ema"), ("g_ema", "g"), ("netG", "ema"), ("generator", "averaged_generator")]
)
def test_the_average_of_a_generator_is_preferred(order):
    tensors = nested(**{name: generator() for name in order}, netD=discriminator())
    preferred = next(name for name in order if name not in ("g", "netG", "generator"))
    assert found(tensors).candidate.name == preferred
    assert len([one for one in candidates(tensors) if one.role == "generator"]) == 2


def test_another_part_can_be_taken():
    tensors = nested(**{"nets.netG": generator(), "nets.netG_ema": generator(1), "nets.netD": discriminator()})
    assert found(tensors, "netG").guess.architecture.output == (3, 8, 8)
    assert found(tensors, "nets.netG_ema").guess.architecture.output == (1, 8, 8)
    with pytest.raises(ChoiceError, match=r"there is none called 'netX'; there are .*netG"):
        found(tensors, "netX")
    with pytest.raises(ChainProblemError):
        found(tensors, "netD")


def test_a_decoder_is_taken_and_an_encoder_is_not():
    encoder = nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 6))
    decoder = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 784), nn.Sigmoid())
    assert found(nested(encoder=encoder, decoder=decoder)).candidate.name == "decoder"


def test_what_an_optimiser_keeps_is_no_network():
    optimiser = {f"optimizer.state.{index}.exp_avg": np.ones((8, 8, 4, 4), np.float32) for index in range(4)}
    tensors = optimiser | nested(weights=generator()) | {"fixed_noise": np.ones((64, 20, 1, 1), np.float32)}
    assert found(tensors).candidate.name == "weights"


@pytest.mark.parametrize(
    ("tensors", "reason"),
    [
        ({}, "no layers"),
        ({"a": np.ones(3)}, "no layers"),
        (nested(netD=discriminator()), "discriminator"),
        (nested(critic=dense_discriminator()), "discriminator"),
        (
            nested(net=nn.Sequential(nn.Conv1d(3, 4, 3), nn.Conv2d(4, 4, 3), nn.Conv2d(4, 3, 3))),
            "kind that is not known",
        ),
        (nested(net=nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 3), nn.Conv2d(8, 3, 3))), "looks at pictures"),
        (nested(net=nn.Sequential(nn.Linear(4, 8), nn.Linear(8, 2))), "2 numbers"),
        (nested(net=nn.Sequential(nn.Linear(4, 8), nn.Linear(7, 784))), "takes 7, .* gives 8"),
        (
            {name: value for name, value in nested(net=generator()).items() if name != "net.1.bias"},
            "1 has only parts of what a normalisation of 8 features has",
        ),
        (nested(net=nn.LSTM(10, 784)), "no weight|no layers|no generator"),
    ],
)
def test_what_holds_no_generator_says_why(tensors, reason):
    with pytest.raises(ChainProblemError, match=reason):
        found(tensors)
    candidates(tensors)


class Parts(nn.Module):
    """Modules and parameters under names, dots for what is nested."""

    def __init__(self, **parts):
        super().__init__()
        for name, part in parts.items():
            if isinstance(part, dict):
                self.add_module(name, Parts(**part))
            elif isinstance(part, nn.Module):
                self.add_module(name, part)
            else:
                self.register_parameter(name, nn.Parameter(part))


def downwards():
    return nn.Sequential(nn.Conv2d(3, 16, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(16, 16, 4, 2, 1))


STRANGERS = {
    "image-to-image generator .its first layer down.0 looks at pictures": {
        "down": downwards(),
        "up": nn.Sequential(nn.ConvTranspose2d(16, 16, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(32, 3, 4, 2, 1)),
    },
    "StyleGAN .conv1.modulation.weight": {
        "style": nn.Sequential(nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 64)),
        "input": torch.ones(1, 8, 4, 4),
        "conv1": {"weight": torch.ones(1, 8, 8, 3, 3), "modulation": nn.Linear(64, 8)},
    },
    "progressively grown GAN .to_rgb.0": {
        "initial": nn.ConvTranspose2d(64, 16, 4),
        "blocks": nn.Sequential(nn.Conv2d(16, 16, 3), nn.Conv2d(16, 8, 3)),
        "to_rgb": nn.ModuleList([nn.Conv2d(16, 3, 1), nn.Conv2d(8, 3, 1)]),
    },
    "diffusion model .time_embed.0": {
        "time_embed": nn.Sequential(nn.Linear(32, 64), nn.SiLU(), nn.Linear(64, 64)),
        "down": downwards(),
    },
    "normalisations depend on the class .block1.bn1.embed": {
        "linear": nn.Linear(128, 128),
        "block1": {"bn1": {"embed": nn.Embedding(10, 16)}, "conv1": nn.Conv2d(8, 8, 3)},
        "block2": {"bn1": {"embed": nn.Embedding(10, 16)}, "conv1": nn.Conv2d(8, 3, 3)},
    },
    "FastGAN .feat_8.0": {
        "init": nn.ConvTranspose2d(256, 64, 4),
        "feat_8": nn.Sequential(nn.Conv2d(32, 64, 3)),
        "se_64": nn.Sequential(nn.Conv2d(32, 16, 4)),
        "to_128": nn.Conv2d(16, 3, 1),
    },
    "volumes or films": {"net": nn.Sequential(nn.ConvTranspose3d(20, 8, 4), nn.ConvTranspose3d(8, 1, 4))},
    "sound or sequences": {"net": nn.Sequential(nn.ConvTranspose1d(20, 8, 25), nn.ConvTranspose1d(8, 1, 25))},
}


@pytest.mark.parametrize("what", STRANGERS)
def test_what_is_known_but_not_opened_is_called_by_its_name(what):
    tensors = nested(netG=Parts(**STRANGERS[what]), netD=discriminator())
    with pytest.raises(ChainProblemError, match=f"{what}.*one row of layers from a latent to a picture"):
        found(tensors)


def test_the_decoder_is_found_in_an_autoencoder_of_one_module():
    encoder = {"fc1": nn.Linear(784, 40), "fc21": nn.Linear(40, 6), "fc22": nn.Linear(40, 6)}
    decoder = {"fc3": nn.Linear(6, 40), "fc4": nn.Linear(40, 784)}
    taken = found(nested(vae=Parts(**encoder, **decoder)))
    assert set(taken.candidate.tensors) == {f"vae.{name}.{role}" for name in decoder for role in ("weight", "bias")}
    assert (taken.guess.architecture.latent, taken.guess.architecture.output_range) == (6, (0.0, 1.0))


def test_an_average_without_running_statistics_is_not_preferred():
    net = generator()
    shadow = {f"ema.{name}": value.detach().numpy() for name, value in net.named_parameters()}
    assert found(shadow | nested(netG=net)).candidate.name == "netG"


def test_choices_are_followed_and_wrong_ones_answered_with_what_is_allowed():
    tensors = nested(netG=generator())
    changed = found(tensors, None, {"activation": "leaky_relu_0.2", "output": "sigmoid", "latent": "uniform"})
    assert changed.guess.architecture.output_range == (0.0, 1.0)
    assert [layer.kind for layer in changed.guess.architecture.layers].count("activation") == 2
    for wrong, said in (
        ({"activation": "leaky"}, "activation: 'leaky' is not allowed; allowed: relu, leaky_relu_0.2"),
        ({"nothing": "1"}, "'nothing' is not asked of this file; asked: classes, latent"),
        ({"resolution": "7000"}, "resolution: '7000' is not allowed; allowed: .*8"),
        ({"classes": "20"}, "a whole number from 0 to 19"),
        ({"classes": "-1"}, "a whole number from 0 to 19"),
        ({"strides": "2/1"}, "2 are needed"),
        ({"strides": "2/1,a"}, "'a' is not of the form"),
        ({"strides": "2/1,9/1/9"}, "output padding"),
        ({"strides": "1/0,1/40"}, "would make pictures"),
        ({"epsilon": "x"}, "epsilon: 'x' is not allowed"),
        ({"epsilon": "2"}, "epsilon: '2' is not allowed"),
    ):
        with pytest.raises(ChoiceError, match=said):
            found(tensors, None, wrong)


def test_strides_and_resolution_decide_sizes():
    tensors = nested(netG=generator())
    assert found(tensors, None, {"resolution": "7"}).guess.architecture.output == (3, 7, 7)
    own = found(tensors, None, {"strides": "1/0, 4/0"}).guess
    assert own.architecture.output == (3, 16, 16)
    [strides] = [question for question in own.questions if question.key == "strides"]
    assert strides.options == ("1/0,4/0",)


def test_labels_codes_and_orders_can_be_said():
    tensors = nested(netG=generator())
    [latent, label] = found(tensors, None, {"classes": "5"}).guess.architecture.inputs
    assert (latent.size, label.kind, label.size) == (15, "label", 5)
    parts = found(tensors, None, {"classes": "5", "codes": "3", "order": "label,latent"}).guess.architecture.inputs
    assert [(part.kind, part.size) for part in parts] == [("category", 5), ("latent", 12), ("code", 3)]


def test_the_size_of_the_latent_may_stand_beside_the_tensors():
    guess = found(nested(netG=generator()), values={"args.nz": 16, "epoch": 3}).guess
    assert (guess.architecture.latent, guess.architecture.classes) == (16, 4)


def test_trained_weights_tell_where_a_label_stands():
    torch.manual_seed(0)
    for first in (True, False):
        dense = nn.Linear(30, 64)
        with torch.no_grad():
            dense.weight[:, : 6 if first else 30][:, -6:] *= 3.0
        net = nn.Sequential(dense, nn.ReLU(), nn.Linear(64, 784))
        tensors = nested(net=net) | {"net.label_emb.weight": np.ones((10, 6), np.float32)}
        kinds = [part.kind for part in found(tensors).guess.architecture.inputs]
        assert kinds == (["label", "latent"] if first else ["latent", "label"])


@pytest.mark.parametrize("wrong", ["a square of thousands", "many levels", "many without order"])
def test_what_has_no_end_of_possibilities_is_refused_soon(wrong):
    square, odd = np.ones((8, 8, 3, 3), np.float32), np.ones((8, 5, 3, 3), np.float32)
    first = np.ones((20, 8, 4, 4), np.float32)
    last = np.ones((8, 3, 3, 3), np.float32)
    tensors = {
        "a square of thousands": {"0.weight": first}
        | {f"{i}.weight": square for i in range(1, 50)}
        | {"60.weight": odd},
        "many levels": {
            f"{i}.{j}.{k}.weight": square if k % 7 else last for i in range(15) for j in range(15) for k in range(15)
        },
        "many without order": {f"{chr(97 + i)}.weight": np.ones((8, 8), np.float32) for i in range(15)},
    }[wrong]
    begun = time.process_time()
    with pytest.raises(ChainProblemError):
        found(tensors, ordered=False)
    assert time.process_time() - begun < 3.0
