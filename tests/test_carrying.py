"""Pictures that carry experiments: they come back whole, and nothing else gets in."""

from __future__ import annotations

import io
import random
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from ganstudio import carrying, files
from ganstudio.experiment import Comparison, Experiment
from ganstudio.files import FileError

STATE = {
    "step": np.array(7),
    "averaged": np.ones((1, 4), np.float32),
    "generator.parameters": np.arange(4.0, dtype=np.float32)[None],
}
COMPARISON = Comparison(title="Two", steps=9, experiments=(Experiment.of("ns", seed=3), Experiment.of("wgan_gp")))


def png(size: tuple[int, int] = (9, 5), **more: object) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, "teal").save(content, "PNG", **more)
    return content.getvalue()


def put(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    return path


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


HUGE = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
"""A header of a picture that nobody could decode."""


def with_chunk(name: bytes, content: bytes) -> bytes:
    whole = png()
    return whole[:33] + chunk(name, content) + whole[33:]


def text(content: bytes) -> bytes:
    return b"ganstudio\0\1\0\0\0" + zlib.compress(content)


def test_what_is_attached_is_read_and_the_picture_stays(tmp_path: Path) -> None:
    path = put(tmp_path, carrying.attach(png(), COMPARISON, [None, STATE]))
    carried = carrying.read(path)
    assert carried is not None
    assert carried.comparison == COMPARISON
    assert carried.problems == ()
    first, second = carried.states
    assert first is None
    assert second is not None
    assert {name: value.tolist() for name, value in second.items()} == {
        name: value.tolist() for name, value in STATE.items()
    }
    with Image.open(path) as picture, Image.open(io.BytesIO(png())) as plain:
        assert picture.tobytes() == plain.tobytes()


def test_nothing_of_the_machine_is_in_it(tmp_path: Path) -> None:
    with Image.open(put(tmp_path, carrying.attach(png(), COMPARISON, [STATE, STATE]))) as picture:
        assert set(picture.info) == {"ganstudio"}
        assert str(Path.home()) not in picture.info["ganstudio"]
        assert "/" not in picture.info["ganstudio"].replace("3 x 64 / ", "")


def test_a_picture_that_carries_nothing_is_no_fault(tmp_path: Path) -> None:
    assert carrying.read(put(tmp_path, png())) is None
    info = PngImagePlugin.PngInfo()
    info.add_text("Software", "another program")
    assert carrying.read(put(tmp_path, png(pnginfo=info))) is None


def test_text_that_another_program_has_put_behind_the_pixels_is_found(tmp_path: Path) -> None:
    whole = png()
    end = whole.rindex(b"\0\0\0\0IEND")
    moved = whole[:end] + chunk(b"iTXt", text(files.written(COMPARISON).encode())) + whole[end:]
    carried = carrying.read(put(tmp_path, moved))
    assert carried is not None
    assert carried.comparison == COMPARISON


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no picture at all", "is no PNG picture"),
        (png()[:20], "is no PNG picture|is a damaged picture"),
        (with_chunk(b"iTXt", text(b"version = [")), "is not valid TOML"),
        (with_chunk(b"iTXt", text(b"version = 99")), "newer GAN Studio"),
        (with_chunk(b"iTXt", text(b"[data]\nname = 'nowhere'")), "data"),
        (with_chunk(b"iTXt", text(b"a" * 70_000)), "too large for an experiment"),
        (with_chunk(b"iTXt", text(b"\0" * 2**22)), "damaged picture"),
        (png()[:8] + chunk(b"IHDR", HUGE) + png()[33:], "has too many pixels"),
    ],
)
def test_what_cannot_be_used_is_one_line_that_names_the_file(tmp_path: Path, content: bytes, said: str) -> None:
    path = put(tmp_path, content)
    with pytest.raises(FileError, match=said) as caught:
        carrying.read(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="there is no such file"):
        carrying.read(tmp_path / "missing.png")
    with pytest.raises(FileError, match="is a folder"):
        carrying.read(tmp_path)
    with pytest.raises(ValueError, match="is no PNG"):
        carrying.attach(b"GIF89a", COMPARISON, [None, None])


def test_a_damaged_run_costs_the_run_and_not_the_experiment(tmp_path: Path) -> None:
    whole = carrying.attach(png(), COMPARISON, [STATE, None])
    extra = chunk(carrying.CHUNK, b"\1PK nonsense") + chunk(carrying.CHUNK, b"\x77far") + chunk(carrying.CHUNK, b"")
    carried = carrying.read(put(tmp_path, whole[:33] + extra + whole[33:]))
    assert carried is not None
    assert carried.comparison == COMPARISON
    assert carried.states[0] is not None
    assert carried.states[1] is None
    assert len(carried.problems) == 1
    assert carried.problems[0].startswith("WGAN-GP: the run in the picture is not used, damaged")


def test_a_pickle_in_it_is_refused(tmp_path: Path) -> None:
    content = io.BytesIO()
    np.savez(content, step=np.array([{}], dtype=object))
    whole = carrying.attach(png(), COMPARISON, [None, None])
    carried = carrying.read(put(tmp_path, whole[:33] + chunk(carrying.CHUNK, b"\0" + content.getvalue()) + whole[33:]))
    assert carried is not None
    assert carried.states == (None, None)
    assert len(carried.problems) == 1


def test_damage_of_any_kind_is_a_message_or_harmless(tmp_path: Path) -> None:
    whole = carrying.attach(png(), COMPARISON, [STATE, STATE])
    chance = random.Random(0)
    outcomes = set()
    for turn in range(300):
        damaged = bytearray(whole)
        if turn % 3 == 0:
            damaged = damaged[: chance.randrange(len(whole))]
        else:
            for _ in range(1 + turn % 4):
                damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        path = put(tmp_path, bytes(damaged))
        try:
            carried = carrying.read(path)
        except FileError:  # and nothing else
            outcomes.add("refused")
            continue
        # Checksums leave no middle way: it is what was written, or nothing.
        assert carried is None or carried.comparison == COMPARISON
        outcomes.add("read" if carried else "nothing")
    assert {"refused", "read"} <= outcomes
