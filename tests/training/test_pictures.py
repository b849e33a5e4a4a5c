import numpy as np
import pytest
import torch
from torch import nn

from ganstudio.checkpoints.model import check
from ganstudio.convolutional import Convolutional, generator_layers, halvings, trunk_layers
from ganstudio.data import Noise
from ganstudio.dissection.inversion import encoded
from ganstudio.experiment import Training
from ganstudio.image_experiment import Augmentation, ImageExperiment
from ganstudio.imagesets import IMAGE_SETS
from ganstudio.messages import Knobs
from ganstudio.methods import METHODS
from ganstudio.nets.layers import assembled, run
from ganstudio.nets.stack import Stack
from ganstudio.settings import SettingsError
from ganstudio.training.augmentation import colour, cutout, translation
from ganstudio.training.image_trainer import ImageTrainer

SMALL = {
    "generator": Convolutional(width=4),
    "critic": Convolutional(width=4, activation="leaky_relu"),
    "training": Training(batch=8),
    "noise": Noise(dimensions=6),
}


def small(method="ns", **more):
    return ImageExperiment.of(method, **(SMALL | more))


def tensors_of(model):
    return {name: torch.tensor(value) for name, value in model.tensors.items()}


@pytest.mark.parametrize("method", [name for name in METHODS if name != "quadrature"])
def test_every_method_of_the_plane_trains_on_pictures(method):
    trainer = ImageTrainer(small(method))
    before = trainer.pictures(4)
    trainer.train(2)
    after = trainer.pictures(4)
    assert after.shape == (4, 1, 8, 8)
    assert np.isfinite(after).all()
    assert not np.array_equal(before, after)
    assert all(np.isfinite(values).all() for values in trainer.losses().terms.values())
    check(trainer.model("any"))


def test_layers_are_dcgans():
    """Radford et al. 2016, figure 1, with PyTorch's example for the layers' settings at 64 pixels."""
    generator = generator_layers(Convolutional(width=64), 100, (3, 64, 64))
    expected = nn.Sequential(
        nn.ConvTranspose2d(100, 512, 4, 1, 0, bias=False),
        nn.BatchNorm2d(512),
        nn.ReLU(),
        nn.ConvTranspose2d(512, 256, 4, 2, 1, bias=False),
        nn.BatchNorm2d(256),
        nn.ReLU(),
        nn.ConvTranspose2d(256, 128, 4, 2, 1, bias=False),
        nn.BatchNorm2d(128),
        nn.ReLU(),
        nn.ConvTranspose2d(128, 64, 4, 2, 1, bias=False),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.ConvTranspose2d(64, 3, 4, 2, 1),
        nn.Tanh(),
    )
    shapes = {name: tuple(value.shape) for name, value in expected.named_parameters()}
    found = {
        f"{index}.{name}": shape for index, layer in enumerate(generator) for name, shape in layer.parameters().items()
    }
    assert found == shapes
    kinds = [layer.kind for layer in trunk_layers(Convolutional(width=64), (3, 64, 64))]
    first, again = ["convolution", "activation"], ["convolution", "batch_norm", "activation"]
    assert kinds == [*first, *again, *again, *again, "reshape"]


@pytest.mark.parametrize("kernel", [3, 4, 5, 6])
@pytest.mark.parametrize("size", [8, 14, 16, 28, 32, 56, 64])
def test_every_kernel_and_size_fits(kernel, size):
    trained = small(data=IMAGE_SETS["digits"]())
    settings = Convolutional(width=2, kernel=kernel)
    model = Stack(settings, ImageTrainer(trained).architecture().model_copy())
    assert model.size > 0
    layers = generator_layers(settings, 6, (3, size, size))
    shape = (6,)
    for layer in layers:
        shape = layer.outcome(shape)
    assert shape == (3, size, size)
    for layer in trunk_layers(settings, (3, size, size)):
        shape = layer.outcome(shape)
    base = size >> halvings(size)
    assert shape == ((2 << (halvings(size) - 1)) * base * base,)


def test_initial_weights_are_dcgans():
    stack = next(iter(ImageTrainer(small(generator=Convolutional(width=32)))._cast.generator.chain.parts.values()))
    named = stack.unpack(stack.initial([torch.Generator().manual_seed(1)]))
    assert named["0.weight"].std().item() == pytest.approx(0.02, rel=0.05)
    assert named["1.weight"].mean().item() == pytest.approx(1.0, abs=0.02)
    assert not named["1.bias"].any()


@pytest.mark.parametrize("method", ["ns", "sngan", "infogan", "acgan"])
def test_a_model_gives_what_the_trainer_shows(method):
    trainer = ImageTrainer(small(method).with_value("training.average", 0.9))
    trainer.train(3)
    model = trainer.model("one")
    tensors = tensors_of(model)
    latents, told = trainer._looks._first(8, None)
    given = [latents[0]]
    for one in model.architecture.inputs[1:]:
        codes = trainer.experiment.additions.information
        if one.kind == "label":
            given.append(told.labels[0])
        elif one.kind == "category":
            given.append(codes.category(told)[0])
        else:
            given.append(codes.numbers(told)[0, :, int(one.name[1]) - 1][:, None])
    pictures = run(model.architecture.layers, tensors, assembled(model.architecture, tensors, given))
    assert np.allclose(pictures.numpy(), trainer.pictures(8), atol=1e-6)


@pytest.mark.parametrize("normalisation", ["batch", "layer", "none"])
def test_a_models_encoder_encodes_as_the_trainers(normalisation):
    networks = Convolutional(width=4, dense=6, normalisation=normalisation, activation="leaky_relu")
    trainer = ImageTrainer(small("vae", critic=networks))
    trainer.train(3)
    model = trainer.model("one")
    pictures = trainer.pictures(2)
    expected = trainer.encoded_latents(pictures)
    assert np.allclose(np.stack([encoded(model, picture) for picture in pictures]), expected, atol=1e-5)


@pytest.mark.parametrize("dense", [0, 6])
def test_a_models_critic_scores_as_the_trainers(dense):
    trainer = ImageTrainer(small(critic=Convolutional(width=4, dense=dense)))
    trainer.train(3)
    part = trainer.model("one").parts["critic"]
    real, fake = trainer.outputs_of_critic(16)
    flat = trainer._looks.both(trainer._shown(), 16)
    tensors = {name: torch.tensor(value) for name, value in part.tensors.items()}
    for scores, samples in zip((real, fake), flat[:2], strict=True):
        found = run(part.architecture.layers, tensors, samples[0].unflatten(-1, (1, 8, 8)))
        assert np.allclose(found[:, 0].numpy(), scores, atol=1e-5)


def test_a_run_goes_on_from_its_state_with_the_same_numbers():
    experiment = small("infogan", augmentation=Augmentation(colour=True, translation=True, cutout=True, flip=True))
    one, other = ImageTrainer(experiment), ImageTrainer(experiment)
    one.train(2)
    other.restore(one.saved())
    one.train(2)
    other.train(2)
    assert np.array_equal(one.pictures(4), other.pictures(4))


def test_knobs_turn_what_the_generator_is_told():
    trainer = ImageTrainer(small("acgan"))
    trainer.train(1)
    assert not np.array_equal(trainer.pictures(4, Knobs(label=1)), trainer.pictures(4, Knobs(label=2)))
    # In rows of two, each is what that class asked for gives; what knobs fix is the same in all rows.
    rows = trainer.pictures(4, None, 2)
    for row in range(2):
        asked = trainer.pictures(4, Knobs(label=row))
        assert np.allclose(rows[2 * row : 2 * row + 2], asked[2 * row : 2 * row + 2], atol=1e-6)
    assert np.array_equal(trainer.pictures(4, Knobs(label=2), 2), trainer.pictures(4, Knobs(label=2)))


def test_an_encoder_gives_latents():
    trainer = ImageTrainer(small("vae"))
    trainer.train(1)
    assert trainer.encoded_latents(trainer.pictures(3)).shape == (3, 6)
    assert trainer.outputs_of_critic(4) is None
    assert ImageTrainer(small()).encoded_latents(trainer.pictures(3)) is None


def test_real_samples_are_the_sets_pictures():
    trainer = ImageTrainer(small())
    real, labels = trainer._draws.real(50, "any")
    pictures = IMAGE_SETS["digits"]().load()
    known = {bytes(pixels.tobytes()): label for pixels, label in zip(pictures.pixels, pictures.labels, strict=True)}
    drawn = ((real[0] + 1) * 127.5).round().to(torch.uint8).numpy()
    assert [known[row.tobytes()] for row in drawn] == labels[0].tolist()


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("runs", 2, "runs: 2 is not allowed"),
        ("additions.quadrature.on", True, "additions.quadrature.on: sums over a grid"),
        ("data.name", "ring", "data.name: 'ring' is not known; one of digits"),
        ("generator.width", 0, "generator.width"),
    ],
)
def test_what_does_not_go_with_pictures_is_named(path, value, said):
    with pytest.raises(SettingsError, match=said):
        ImageExperiment().with_value(path, value)


def test_the_papers_settings_replace_the_planes():
    penalised = ImageExperiment.of("wgan_gp")
    assert penalised.constraints.penalty_weight == 10
    assert penalised.critic.normalisation == "layer"
    assert penalised.training.critic_steps == 5
    assert ImageExperiment.of("sngan").constraints.spectral_gain == 1
    codes = ImageExperiment.of("infogan")
    assert (codes.additions.information.categories, codes.additions.information.continuous) == (10, 2)
    assert (codes.generator_optimiser.learning_rate, codes.critic_optimiser.learning_rate) == (1e-3, 2e-4)


# ---- differentiable augmentation ---------------------------------------------------------------------


def test_colour_by_hand():
    picture = torch.tensor([[[[0.2, 0.4]], [[0.6, 0.8]]]])
    same = colour(picture, torch.tensor([[0.5, 0.5, 0.5]]))
    assert torch.allclose(same, picture)
    brighter = colour(picture, torch.tensor([[1.0, 0.5, 0.5]]))
    assert torch.allclose(brighter, picture + 0.5)
    grey = colour(picture, torch.tensor([[0.5, 0.0, 0.5]]))
    assert torch.allclose(grey, torch.tensor([[[[0.4, 0.6]], [[0.4, 0.6]]]]))
    flat = colour(picture, torch.tensor([[0.5, 0.5, 0.0]]))
    assert torch.allclose(flat, 0.5 + (picture - 0.5) / 2)


def test_translation_by_hand():
    picture = torch.arange(64.0).view(1, 1, 8, 8)
    assert torch.equal(translation(picture, torch.tensor([[0.5, 0.5]])), picture)
    moved = translation(picture, torch.tensor([[0.99, 0.5]]))
    assert torch.equal(moved[..., :7, :], picture[..., 1:, :])
    assert not moved[..., 7, :].any()


def test_cutout_by_hand():
    picture = torch.ones(1, 1, 8, 8)
    hole = cutout(picture, torch.tensor([[0.5, 0.5]]))
    assert not hole[..., 2:6, 2:6].any()
    assert hole.sum() == 64 - 16
    corner = cutout(picture, torch.tensor([[0.0, 0.0]]))
    assert not corner[..., :2, :2].any()
    assert corner.sum() == 64 - 4


def test_augmentation_is_differentiable():
    picture = torch.rand(2, 3, 8, 8, dtype=torch.float64, requires_grad=True)
    numbers = torch.rand(2, 7, dtype=torch.float64)
    assert torch.autograd.gradcheck(
        lambda x: cutout(translation(colour(x, numbers[:, :3]), numbers[:, 3:5]), numbers[:, 5:]), picture
    )
