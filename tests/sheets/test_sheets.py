"""Sheets show the samples that their recipe says, pixel by pixel, and tell so when they are read again."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ganstudio import carrying, png_chunks
from ganstudio.architecture import Architecture, Dense, Input, Reshape
from ganstudio.checkpoints.inputs import InputError, draw
from ganstudio.checkpoints.model import Model
from ganstudio.files import FileError
from ganstudio.settings import SettingsError
from ganstudio.sheets.picture import CHUNK, KEYWORD, digest, png, read
from ganstudio.sheets.pixels import composed, pixels
from ganstudio.sheets.recipe import Arrangement, Recipe, Sweep, arranged

INPUTS = (
    Input(kind="latent", size=3),
    Input(kind="label", size=4),
    Input(kind="code", size=1, distribution="uniform"),
    Input(kind="code", size=1),
)
ARCHITECTURE = Architecture(inputs=INPUTS, layers=(Dense(inputs=9, outputs=4), Reshape(channels=1, height=2, width=2)))
MODEL = Model("tiny", ARCHITECTURE, {"0.weight": np.ones((4, 9), np.float32), "0.bias": np.ones(4, np.float32)})


def recipe(rows: int, columns: int, **more: Any) -> Recipe:
    arrangement = Arrangement(rows=rows, columns=columns)
    return Recipe(n=more.pop("n", rows * columns), arrangement=arrangement, **more)


# ---- pixels ---------------------------------------------------------------------------------------------


def test_numbers_become_pixels() -> None:
    samples = np.array([-1.0, 1.0, 0.0, -3.0, 9.0, np.nan, -1 + 2 * 0.4 / 255, -1 + 2 * 0.6 / 255], np.float32)
    assert pixels(samples.reshape(1, 1, 2, 4)).ravel().tolist() == [0, 255, 128, 0, 255, 0, 0, 1]
    assert pixels(np.array([0.0, 0.5, 1.0]).reshape(1, 3, 1, 1), (0.0, 1.0)).tolist() == [[[[0, 128, 255]]]]
    order = np.arange(12).reshape(1, 3, 2, 2) / 255
    assert np.array_equal(pixels(order, (0.0, 1.0))[0, 1, 0], [2, 6, 10])
    with pytest.raises(ValueError, match="samples of 2 channels are no pictures"):
        pixels(np.zeros((1, 2, 4, 4)))


def test_pictures_side_by_side() -> None:
    pictures = np.arange(1, 13, dtype=np.uint8).reshape(3, 2, 2, 1)
    sheet = composed(pictures, Arrangement(rows=2, columns=2, padding=1, scale=1, background="#000000"))
    assert sheet.tolist() == [
        [0, 0, 0, 0, 0, 0, 0],
        [0, 1, 2, 0, 5, 6, 0],
        [0, 3, 4, 0, 7, 8, 0],
        [0, 0, 0, 0, 0, 0, 0],
        [0, 9, 10, 0, 0, 0, 0],
        [0, 11, 12, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0],
    ]
    large = composed(pictures[:1], Arrangement(rows=1, columns=1, padding=0, scale=2))
    assert large.tolist() == [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]
    coloured = composed(pictures, Arrangement(rows=1, columns=3, padding=1, background="#ff8000"))
    assert coloured.shape == (4, 10, 3)
    assert coloured[0, 0].tolist() == [255, 128, 0]
    assert coloured[1, 1].tolist() == [1, 1, 1]
    half = np.full((1, 1, 1, 4), 100, np.uint8)
    half[..., 3] = 51  # a fifth
    assert composed(half, Arrangement(rows=1, columns=1, padding=0)).tolist() == [[[224, 224, 224]]]
    with pytest.raises(ValueError, match="3 samples do not fit into 1 rows of 2"):
        composed(pictures, Arrangement(rows=1, columns=2))
    with pytest.raises(ValueError, match="at most 64,000,000 are drawn"):
        composed(pictures, Arrangement(rows=1000, columns=1000, scale=8))


# ---- recipes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ((None, None, None), (64, 8, 8)),
        ((10, None, None), (10, 3, 4)),
        ((64, 4, None), (64, 4, 16)),
        ((10, None, 5), (10, 2, 5)),
        ((None, 2, 3), (6, 2, 3)),
        ((5, 2, 3), (5, 2, 3)),
        ((None, 3, None), (9, 3, 3)),
        ((1, None, None), (1, 1, 1)),
    ],
)
def test_what_is_left_open_is_filled(asked: tuple[int | None, int | None, int | None], wanted: tuple[int, ...]) -> None:
    assert arranged(*asked) == wanted


def test_samples_of_a_seed_are_in_order() -> None:
    found = recipe(2, 3, seed=4, n=5, values={"class": 2, "c1": 0.5}).given(ARCHITECTURE)
    drawn = draw(ARCHITECTURE, 5, 4)
    assert np.array_equal(found[0], drawn[0])
    assert found[1].tolist() == [2] * 5
    assert found[2].ravel().tolist() == [0.5] * 5
    assert np.array_equal(found[3], drawn[3])


def test_rows_of_classes_share_what_stands_below_each_other() -> None:
    found = recipe(4, 3, seed=1, down=Sweep(name="class", low=0.0, high=3.0)).given(ARCHITECTURE)
    assert found[1].reshape(4, 3).tolist() == [[0] * 3, [1] * 3, [2] * 3, [3] * 3]
    assert np.array_equal(found[0].reshape(4, 3, 3), np.tile(draw(ARCHITECTURE, 3, 1)[0], (4, 1, 1)))


def test_columns_of_a_code_share_what_stands_in_the_row() -> None:
    found = recipe(2, 5, seed=1, across=Sweep(name="c1", low=-1.0, high=1.0)).given(ARCHITECTURE)
    assert found[2].reshape(2, 5).tolist() == [[-1.0, -0.5, 0.0, 0.5, 1.0]] * 2
    drawn = draw(ARCHITECTURE, 2, 1)
    assert np.array_equal(found[0], np.repeat(drawn[0], 5, axis=0))
    assert np.array_equal(found[1], np.repeat(drawn[1], 5))


def test_two_sweeps_leave_one_latent_and_own_latents_are_taken() -> None:
    both = recipe(
        4, 3, down=Sweep(name="class", low=0.0, high=3.0), across=Sweep(name="c2", low=-2.0, high=2.0), seed=9
    )
    own = np.array([[1.0, 2.0, 3.0]])
    found = both.given(ARCHITECTURE, own)
    assert np.array_equal(found[0], np.repeat(own, 12, axis=0))
    assert found[1].reshape(4, 3)[:, 0].tolist() == [0, 1, 2, 3]
    assert found[3].reshape(4, 3)[0].tolist() == [-2.0, 0.0, 2.0]
    with pytest.raises(InputError, match="latents: there are 1; 4 are needed"):
        recipe(2, 2).given(ARCHITECTURE, own)
    with pytest.raises(InputError, match="class: 0 to 2 are not 4 choices"):
        recipe(4, 2, down=Sweep(name="class", low=0.0, high=2.0)).given(ARCHITECTURE)
    with pytest.raises(InputError, match="'hue': this generator has none"):
        recipe(4, 2, across=Sweep(name="hue", low=0.0, high=2.0)).given(ARCHITECTURE)


def test_recipes_that_contradict_themselves() -> None:
    base = recipe(2, 3)
    sweep = Sweep(name="c1", low=0.0, high=1.0)
    for change, said in [
        ({"n": 7}, "7 samples do not fit into 2 rows of 3"),
        ({"n": 5, "down": sweep}, "a sheet by c1 is full: 6 samples, not 5"),
        ({"down": sweep, "across": sweep}, "'c1' cannot have a value and change"),
        ({"down": sweep, "values": {"c1": 1.0}}, "'c1' cannot have a value and change"),
        ({"n": 0}, "n: 0 is not allowed"),
    ]:
        with pytest.raises(SettingsError, match=said):
            base.changed(**change)
    with pytest.raises(SettingsError, match="a colour is written #rrggbb"):
        Arrangement().changed(background="white")


# ---- pictures -------------------------------------------------------------------------------------------

SAMPLES = np.random.default_rng(0).uniform(-1, 1, (6, 1, 2, 2)).astype(np.float32)


def put(folder: Path, content: bytes) -> Path:
    path = folder / "a.png"
    path.write_bytes(content)
    return path


def test_a_picture_tells_what_it_shows(tmp_path: Path) -> None:
    made = recipe(2, 3, seed=2**62, across=Sweep(name="c1", low=-1.0, high=1.0), values={"class": 1.0}, truncation=0.7)
    own = np.random.default_rng(1).normal(size=(8, 3)).astype(np.float32)
    content = png(SAMPLES, MODEL, made, own)
    assert content == png(SAMPLES.copy(), MODEL, made, own.copy())
    path = put(tmp_path, content)
    found = read(path)
    assert found is not None
    assert (found.model, found.weights, found.recipe) == ("tiny", digest(MODEL), made)
    assert found.latents is not None
    assert np.array_equal(found.latents, own[:2])  # as many as the rows need
    with Image.open(path) as image:
        shown = composed(pixels(SAMPLES), made.arrangement)
        assert np.array_equal(np.asarray(image), shown)
    assert not carrying.carries(path)  # that is another kind of picture


def test_a_digest_is_of_numbers_and_layers() -> None:
    other = {**MODEL.tensors, "0.bias": np.zeros(4, np.float32)}
    assert digest(MODEL) == digest(Model("other name", ARCHITECTURE, dict(MODEL.tensors)))
    assert digest(MODEL) != digest(Model("tiny", ARCHITECTURE, other))
    assert digest(MODEL) != digest(Model("tiny", ARCHITECTURE.changed(output_range=(0.0, 1.0)), MODEL.tensors))


def test_other_pictures_say_nothing(tmp_path: Path) -> None:
    content = io.BytesIO()
    Image.new("L", (3, 3)).save(content, "PNG")
    assert read(put(tmp_path, content.getvalue())) is None
    with pytest.raises(FileError, match="is no PNG"):
        read(put(tmp_path, b"GIF89a"))


def with_text(said: str, chunk: bytes | None = None) -> bytes:
    content = io.BytesIO()
    Image.new("L", (3, 3)).save(content, "PNG")
    more = [] if chunk is None else [png_chunks.chunk(CHUNK, chunk)]
    return png_chunks.inserted(content.getvalue(), [png_chunks.text(KEYWORD, said), *more])


def npy(array: np.ndarray) -> bytes:
    content = io.BytesIO()
    np.save(content, array)
    return zlib.compress(content.getvalue())


SHAPE = b"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999,)}"
VAST = b"\x93NUMPY\1\0\x76\0" + SHAPE.ljust(117) + b"\n"
GOOD = '{"format": 1, "model": "m", "weights": "", "recipe": {}}'


@pytest.mark.parametrize(
    ("said", "chunk", "problem"),
    [
        ("{", None, "a.png: "),
        ("[]", None, "is no table with a format"),
        ("{}", None, "is no table with a format"),
        ('{"format": 2}', None, "was made by a newer GAN Studio"),
        (GOOD.replace('"m"', "3"), None, "its model 3 is not allowed"),
        (GOOD.replace("{}", "null"), None, "its recipe is not allowed"),
        (GOOD.replace("{}", '{"n": 65}'), None, "65 samples do not fit"),
        (GOOD.replace("{}", '{"seed": -1}'), None, "its recipe is not allowed: seed: -1"),
        (GOOD.replace("{}", '{"n": 1, "n": 2}'), None, "has 'n' twice"),
        (GOOD, b"nonsense", "its latents are damaged"),
        (GOOD, zlib.compress(b"\0" * 2**27), "its latents are damaged"),
        (GOOD, npy(np.array([{}])), "its latents are damaged"),
        (GOOD, npy(np.zeros((2, 2))), "no array of finite numbers"),
        (GOOD, npy(np.full((2, 2), np.inf, np.float32)), "no array of finite numbers"),
        (GOOD, zlib.compress(VAST), "its latents are damaged"),
    ],
)
def test_what_a_picture_may_not_say(tmp_path: Path, said: str, chunk: bytes | None, problem: str) -> None:
    path = put(tmp_path, with_text(said, chunk))
    with pytest.raises(FileError, match=problem) as caught:
        read(path)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{path}: ")


@given(data=st.data())
def test_damage_is_a_message_or_harmless(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    whole = bytearray(png(SAMPLES, MODEL, recipe(2, 3), np.zeros((6, 3), np.float32)))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.getbasetemp() / "damaged.png"
    path.write_bytes(whole)
    try:
        found = read(path)
    except FileError:
        return
    assert found is None or found.recipe == recipe(2, 3)


def test_chunks_are_well_formed() -> None:
    content = png(SAMPLES, MODEL, recipe(2, 3), np.zeros((6, 3), np.float32))
    place, names = 8, []
    while place < len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        names.append(content[place + 4 : place + 8])
        body = content[place + 4 : place + 8 + length]
        assert struct.unpack(">I", content[place + 8 + length : place + 12 + length]) == (zlib.crc32(body),)
        place += 12 + length
    assert names[:3] == [b"IHDR", b"iTXt", CHUNK]
    assert names[-1] == b"IEND"
