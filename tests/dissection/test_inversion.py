"""The latent of a picture that a generator has drawn itself, and of others."""

import re

import numpy as np
import pytest
from PIL import Image

from ganstudio.architecture import Activation, Architecture, Convolution, Dense, Input, Reshape, TransposedConvolution
from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.generator import Generator
from ganstudio.checkpoints.model import Model, Part
from ganstudio.dissection.inversion import (
    Descent,
    encoded,
    invert,
    inverting,
    peak_signal_to_noise,
    picture_from,
    shape_note,
    target_of,
)
from ganstudio.sheets import picture
from ganstudio.sheets.recipe import Arrangement, Recipe

SOME = Descent(steps=120, restarts=4, seed=1)


@pytest.fixture(scope="module")
def told(small):
    """A generator that is told a class, a category and two codes."""
    inputs = (
        Input(kind="latent", size=3, distribution="uniform"),
        Input(kind="label", size=3),
        Input(kind="category", size=2),
        Input(kind="code", size=2, distribution="uniform"),
    )
    return Generator(
        small(
            Dense(inputs=10, outputs=18),
            Activation(function="tanh"),
            Reshape(channels=2, height=3, width=3),
            TransposedConvolution(inputs=2, outputs=1, kernel=4, stride=2, padding=1),
            Activation(function="sigmoid"),
            inputs=inputs,
            seed=5,
        )
    )


@pytest.fixture(scope="module")
def linear():
    """A generator that an encoder undoes exactly: pictures of 2 x 2 pixels that are the latent times an orthogonal."""
    orthogonal = np.linalg.qr(np.random.default_rng(0).normal(size=(4, 4)))[0].astype(np.float32)
    layers = (Dense(inputs=4, outputs=4, bias=False), Reshape(channels=1, height=2, width=2))
    architecture = Architecture(inputs=(Input(kind="latent", size=4),), layers=layers)
    back = Architecture(
        picture=(1, 2, 2), layers=(Reshape(channels=4, height=0, width=0), Dense(inputs=4, outputs=8, bias=False))
    )
    twice = np.concatenate([orthogonal.T, np.zeros((4, 4), np.float32)])
    parts = {"encoder": Part(back, {"1.weight": twice})}
    return Generator(Model("linear", architecture, {"0.weight": orthogonal}, parts=parts))


def test_a_latent_is_found_again(generator):
    target = generator.sample(generator.draw(1, 7))[0]
    found = invert(generator, target, SOME)
    assert found.error < 1e-3
    assert found.decibels == pytest.approx(-10 * np.log10(found.error))
    np.testing.assert_allclose(generator.sample(found.given)[0], found.reconstruction, atol=1e-5)
    assert ((found.reconstruction - target) ** 2).mean() / 4 == pytest.approx(found.error, rel=1e-4)
    assert found.done == found.total


def test_more_steps_come_closer_and_the_same_seed_finds_the_same(generator):
    target = generator.sample(generator.draw(1, 8))[0]
    none, few, some, same = (invert(generator, target, SOME.changed(steps=steps)) for steps in (0, 12, 120, 120))
    assert none.error > few.error > some.error
    np.testing.assert_array_equal(some.given[0], same.given[0])


def test_class_category_and_codes_are_found(told):
    given = told.given(1, 3, **{"class": 2, "category": 1, "c1": 0.5, "c2": -0.7})
    found = invert(told, told.sample(given)[0], Descent(steps=200, restarts=6, seed=0))
    latent, label, category, codes = found.given
    assert (label.tolist(), category.tolist()) == ([2], [1])
    assert found.error < 1e-3
    assert np.abs(latent).max() <= 1.0
    assert np.abs(codes).max() <= 1.0
    assert label.dtype == np.int64


def test_an_encoder_gives_the_start(linear):
    given = linear.given(1, latent=[0.1, -0.5, 0.3, 0.2])
    target = linear.sample(given)[0]
    np.testing.assert_allclose(encoded(linear.model, target), given[0][0], atol=1e-6)
    found = invert(linear, target, Descent(steps=0))
    assert found.by_encoder
    assert found.error < 1e-12
    assert not invert(linear, target, Descent(steps=0, encoder=False)).by_encoder
    assert encoded(linear.model, np.zeros((1, 3, 3), np.float32)) is None


def test_a_prior_keeps_the_latent_small(linear):
    target = np.full((1, 2, 2), 3.0, np.float32)
    descent = Descent(steps=200, restarts=1, encoder=False)
    free, held = (invert(linear, target, descent.changed(prior=prior)) for prior in (0.0, 0.5))
    assert free.error < 1e-4
    # The least mean (x - 3)^2 / 4 + 0.5 mean x^2, since the latent is as long as the picture: x = 3 / (1 + 4 * 0.5).
    np.testing.assert_allclose(held.reconstruction, 1.0, atol=0.01)
    assert held.error == pytest.approx(1.0, rel=0.02)


def test_the_best_so_far_is_told_and_only_becomes_better(generator):
    target = generator.sample(generator.draw(1, 9))[0]
    told = []
    found = invert(generator, target, SOME.changed(steps=20), told.append)
    errors = [one.error for one in told]
    assert errors == sorted(errors, reverse=True)
    assert [one.done for one in told] == sorted(one.done for one in told)
    assert {one.total for one in told} == {found.total}
    work = inverting(generator, target, SOME)
    next(work)
    work.close()


def test_many_classes_are_screened(small):
    generator = Generator(
        small(
            Reshape(channels=304, height=1, width=1),
            TransposedConvolution(inputs=304, outputs=1, kernel=4),
            inputs=(Input(kind="latent", size=4), Input(kind="label", size=300)),
        )
    )
    given = generator.given(1, 0, **{"class": 217, "latent": [0.0, 0.1, 0.0, -0.1]})
    found = invert(generator, generator.sample(given)[0], Descent(steps=40, restarts=8))
    assert found.given[1].tolist() == [217]


def test_a_generator_without_latents_is_searched_by_choice(small):
    generator = Generator(
        small(
            Reshape(channels=5, height=1, width=1),
            TransposedConvolution(inputs=5, outputs=1, kernel=2),
            inputs=(Input(kind="label", size=5),),
        )
    )
    found = invert(generator, generator.sample(generator.given(1, **{"class": 3}))[0])
    assert found.given[0].tolist() == [3]
    assert found.error == 0.0
    assert found.decibels == np.inf


def test_what_cannot_be_inverted_says_why(generator, small):
    with pytest.raises(ValueError, match=r"shape \(1, 2, 2\); \(1, 16, 16\) is needed"):
        invert(generator, np.zeros((1, 2, 2), np.float32))
    model = small(Reshape(channels=4, height=1, width=1), Convolution(inputs=4, outputs=1, kernel=1))
    model.tensors["1.weight"][:] = 3e38
    with pytest.raises(ValueError, match="not finite"):
        invert(Generator(model), np.zeros((1, 1, 1), np.float32))


def test_decibels():
    assert peak_signal_to_noise(0.01) == pytest.approx(20.0)


# ---- picture files -------------------------------------------------------------------------------------


def test_pictures_come_in_the_generators_size_colours_and_range(tmp_path, told, small):
    path = tmp_path / "a.png"
    Image.new("RGB", (50, 20), (255, 0, 0)).save(path)
    pixels = picture_from(path, told.architecture)
    assert pixels.shape == (6, 6, 1)
    assert np.unique(pixels).tolist() == [76]
    target = target_of(pixels, told.architecture.changed(output_range=(0.0, 1.0)))
    np.testing.assert_allclose(target, 76 / 255)
    wide = small(
        Dense(inputs=4, outputs=24), Reshape(channels=4, height=2, width=3), Convolution(inputs=4, outputs=4, kernel=1)
    )
    coloured = picture_from(path, wide.architecture, "pad")
    assert coloured.shape == (2, 3, 4)
    assert (coloured[..., 3] == 255).all()
    assert target_of(coloured, wide.architecture).min() == -1.0
    with pytest.raises(ValueError, match="is needed"):
        target_of(coloured, told.architecture)


@pytest.mark.parametrize(
    ("name", "message"),
    [("text.png", "is no picture that can be read"), ("missing.png", "there is no such file"), (".", "is a folder")],
)
def test_files_that_are_no_pictures_say_why(tmp_path, generator, name, message):
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(CheckpointError, match=message):
        picture_from(tmp_path / name, generator.architecture)


@pytest.mark.parametrize(
    ("size", "fit", "said"),
    [
        ((60, 60), "crop", None),
        ((60, 57), "crop", None),
        ((60, 40), "crop", "60 x 40 pixels.*only its middle is looked for, 67% of it$"),
        ((60, 10), "crop", "17% of it; it may be a sheet"),
        ((40, 60), "pad", "white was added, 33%"),
    ],
)
def test_what_becomes_of_a_picture_of_another_shape_is_said(tmp_path, told, size, fit, said):
    path = tmp_path / "a.png"
    Image.new("L", size).save(path)
    note = shape_note(path, told.architecture, fit)
    assert re.search(said, note) if said else note == ""


def test_a_photograph_that_is_turned_has_the_shape_that_is_seen(tmp_path, told):
    path = tmp_path / "a.jpg"
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.new("L", (60, 20)).save(path, exif=turned)
    assert "has 20 x 60 pixels" in shape_note(path, told.architecture)


def test_a_sheet_of_samples_is_no_single_picture(tmp_path, told):
    path = tmp_path / "sheet.png"
    for n, said in ((4, "is a sheet of 4 samples"), (1, "")):
        side = 2 if n == 4 else 1
        recipe = Recipe(n=n, seed=0, arrangement=Arrangement(rows=side, columns=side))
        samples = told.sample(recipe.given(told.architecture, None))
        path.write_bytes(picture.png(samples, told.model, recipe))
        note = shape_note(path, told.architecture)
        assert note.startswith(said)
        assert bool(note) == bool(said)
