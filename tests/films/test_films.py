"""Films: what comes out is what went in, as fast, and a failure says why."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ganstudio.files import FileError
from ganstudio.films import encoders, gif
from ganstudio.films.encoders import ENCODERS, FilmError
from ganstudio.films.writing import write_film

SIZE = (40, 30)


def frame(**patches: str) -> bytes:
    """Return a grey frame with a coloured square at each named place, as raw pixels."""
    image = Image.new("RGB", SIZE, "#20242c")
    for place, colour in patches.items():
        column = int(place[1:])
        image.paste(colour, (column, 10, column + 5, 15))
    return image.convert("RGBA").tobytes("raw", "BGRA")


def frames_of(content: bytes) -> list[tuple[NDArray[np.uint8], int]]:
    result = []
    with Image.open(io.BytesIO(content)) as film:
        for index in range(film.n_frames):  # type: ignore[attr-defined]
            film.seek(index)
            result.append((np.asarray(film.convert("RGB")), film.info["duration"]))
    return result


def made(frames: list[bytes], rate: int = 10) -> tuple[bytes, str, int]:
    target, told = io.BytesIO(), io.StringIO()
    count = gif.encode(io.BytesIO(b"".join(frames)), SIZE, rate, target, told)
    return target.getvalue(), told.getvalue(), count


def test_a_gif_shows_every_frame_for_as_long_as_it_was() -> None:
    one, two = frame(c3="#35c9b3"), frame(c3="#35c9b3", c20="#ff8f4d")
    content, told, count = made([one, two, two, one], rate=20)
    found = frames_of(content)
    assert [duration for _, duration in found] == [50, 100, 50]
    assert count == 4
    assert told == "frame=1\nframe=2\nframe=3\nframe=4\n"
    for (pixels, _), raw in zip(found, [one, two, one], strict=True):
        expected = np.frombuffer(raw, np.uint8).reshape(*SIZE[::-1], 4)[:, :, 2::-1]
        assert np.abs(pixels.astype(int) - expected).max() <= 8
    assert Image.open(io.BytesIO(content)).info["loop"] == 0


def test_a_rare_colour_stays_beside_many_common_ones() -> None:
    gradient = np.zeros((*SIZE[::-1], 4), np.uint8)
    gradient[:, :, 1] = np.arange(SIZE[0] * SIZE[1]).reshape(SIZE[::-1]) % 250
    gradient[:, :, 0] = 255 - gradient[:, :, 1]
    gradient[2, 3:30, :3] = (180, 70, 120)  # a thin line in purple, which nothing else is
    content, _, _ = made([gradient.tobytes()] * 3)
    pixels = frames_of(content)[0][0]
    assert np.abs(pixels[2, 10].astype(int) - [120, 70, 180]).max() <= 8


def test_an_incomplete_frame_is_left_out_and_none_at_all_is_told(tmp_path: Path) -> None:
    whole = frame(c1="red")
    assert made([whole, whole[:100]])[2] == 1
    assert made([b"abc"]) == (b"", "", 0)
    command = ENCODERS["gif"].command(SIZE, 10, tmp_path / "a.gif")
    result = subprocess.run(command, input=b"", capture_output=True, timeout=60)
    assert result.returncode == 1
    assert result.stderr.decode().strip() == "there were no frames"


def test_a_gif_that_cannot_be_written_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gif.main(["4", "4", "10", str(tmp_path / "missing" / "a.gif")]) == 1
    assert capsys.readouterr().err == "No such file or directory\n"


def test_mp4_plays_everywhere(tmp_path: Path) -> None:
    """Odd sides become even, colours are halved, and the index stands before the pictures."""
    path = tmp_path / "a.part"
    width, height = 41, 31
    command = ENCODERS["mp4"].command((width, height), 10, path)
    frames = b"".join(bytes([40 * index, 90, 200, 0]) * (width * height) for index in range(5))
    subprocess.run(command, input=frames, check=True, capture_output=True, timeout=60)
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    told = subprocess.run([encoders.ffmpeg(), "-i", str(path)], capture_output=True, text=True, timeout=60).stderr
    assert "h264" in told
    assert "yuv420p" in told
    assert "40x30" in told
    assert "10 fps" in told


def test_without_ffmpeg_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(encoders.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(encoders.shutil, "which", lambda name: None)
    with pytest.raises(FilmError, match=r'pip install "ganstudio\[video\]"'):
        ENCODERS["mp4"].command(SIZE, 10, tmp_path / "a.mp4")
    monkeypatch.setattr(encoders.shutil, "which", lambda name: "/usr/bin/ffmpeg")
    assert encoders.ffmpeg() == "/usr/bin/ffmpeg"


def test_encoders_load_neither_torch_nor_qt() -> None:
    code = "import sys, ganstudio.films.gif; print(sorted({'torch', 'PySide6', 'matplotlib'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_films_of_arrays_are_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grey = [np.full((6, 8), value, np.uint8) for value in (0, 120, 255)]
    write_film(tmp_path / "grey.GIF", (8, 6), grey, 10)
    shown = [int(picture.mean()) for picture, _ in frames_of((tmp_path / "grey.GIF").read_bytes())]
    assert shown == [0, 120, 255]
    red = np.zeros((6, 8, 3), np.uint8)
    red[..., 0] = 255
    write_film(tmp_path / "red.gif", (8, 6), [red], 10)
    assert frames_of((tmp_path / "red.gif").read_bytes())[0][0][0, 0].tolist() == [255, 0, 0]
    before = sorted(tmp_path.iterdir())
    with pytest.raises(FileError, match=r"red.gif: the encoder failed \(there were no frames\)"):
        write_film(tmp_path / "red.gif", (8, 6), [], 10)
    with pytest.raises(FileError, match="cannot be written"):
        write_film(tmp_path / "missing" / "a.gif", (8, 6), [red], 10)

    def broken() -> Iterator[NDArray[np.uint8]]:
        yield red
        raise KeyError("broken")

    with pytest.raises(KeyError):
        write_film(tmp_path / "a.gif", (8, 6), broken(), 10)
    monkeypatch.setattr(encoders.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(encoders.shutil, "which", lambda name: None)
    with pytest.raises(FileError, match=r"a\.mp4: MP4 needs ffmpeg"):
        write_film(tmp_path / "a.mp4", (8, 6), [red], 10)
    assert sorted(tmp_path.iterdir()) == before  # the old film is there, and no part of another
