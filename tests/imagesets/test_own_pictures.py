"""Folders and zip archives of one's own, with all that people have in them."""

from __future__ import annotations

import contextlib
import io
import os
import struct
import tracemalloc
import warnings
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from ganstudio.imagesets import IMAGE_SETS, Pictures, PicturesError, base, containers, own
from ganstudio.imagesets.decoding import square
from ganstudio.imagesets.kept import MOST_FILES
from ganstudio.imagesets.own import OwnPictures
from ganstudio.picture_files import PictureProblem

RED, BLUE = (255, 0, 0), (0, 0, 255)


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def plain(colour: object = RED, size: tuple[int, int] = (20, 20), mode: str = "RGB") -> bytes:
    return saved(Image.new(mode, size, colour))


def bomb(width: int, height: int) -> bytes:
    """Return a PNG that announces so many pixels and holds none."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def folder_of(place: Path, files: dict[str, bytes]) -> str:
    for name, content in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return str(place)


def zip_of(place: Path, files: dict[str, bytes]) -> str:
    place.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return str(place)


def load(path: str, **settings: object) -> Pictures:
    return OwnPictures.model_validate({"path": path, "size": 8, **settings}).load()


def one(tmp_path: Path, content: bytes, name: str = "a.png", **settings: object) -> np.ndarray:
    """Return the pixels (channels, size, size) that a picture becomes."""
    path = folder_of(tmp_path / "one", {f"0/{name}": content, "1/z.png": plain()})
    pictures = load(path, **settings)
    assert pictures.skipped == ()
    return pictures.pixels[0]


def problem(path: str, **settings: object) -> str:
    with pytest.raises(PicturesError) as raised:
        load(path, **settings)
    said = str(raised.value)
    assert "\n" not in said
    return said


# ---- classes -------------------------------------------------------------------------------------------

CLASSES = {
    "dogs/b.png": plain(BLUE),
    "cats/2/a.PNG": plain(),
    "cats/10.png": plain((0, 255, 0)),
    "dogs/deeper/c.png": plain(BLUE),
}


@pytest.mark.parametrize("around", ["", "animals/", "my/animals/"])
@pytest.mark.parametrize("way", ["folder", "zip"])
def test_a_class_for_each_subfolder(way: str, around: str, tmp_path: Path) -> None:
    files = {f"{around}{name}": content for name, content in CLASSES.items()}
    other = {f"{around}cats/notes.txt": b"x", f"{around}.hidden/a.png": plain(), f"__MACOSX/{around}cats/._a.png": b"x"}
    if way == "zip":
        path = zip_of(tmp_path / "a.zip", {**files, **other})
    else:
        path = folder_of(tmp_path / "a", {**files, **dict(list(other.items())[:2])})
    pictures = load(path)
    assert pictures.class_names == ("cats", "dogs")
    assert pictures.labels.tolist() == [0, 0, 1, 1]
    assert pictures.pixels[:, :, 4, 4].tolist() == [[0, 255, 0], [255, 0, 0], [0, 0, 255], [0, 0, 255]]
    assert pictures.skipped == ()
    settings = OwnPictures(path=path)
    assert settings.class_names == ("cats", "dogs")
    assert settings.is_here()


@pytest.mark.parametrize("around", ["", "holiday/"])
def test_without_subfolders_there_are_no_classes(around: str, tmp_path: Path) -> None:
    path = folder_of(tmp_path / "a", {f"{around}b.png": plain(BLUE), f"{around}a.png": plain()})
    pictures = load(path)
    assert pictures.class_names == OwnPictures(path=path).class_names == ()
    assert pictures.labels.tolist() == [0, 0]
    assert pictures.pixels[:, :, 0, 0].tolist() == [[255, 0, 0], [0, 0, 255]]


def test_pictures_beside_the_folders_of_the_classes_are_told(tmp_path: Path) -> None:
    pictures = load(folder_of(tmp_path / "a", {**CLASSES, "cover.png": plain()}))
    assert len(pictures) == 4
    assert pictures.skipped == ("cover.png: lies beside the folders of the classes",)


@pytest.mark.skipif(os.name == "nt", reason="symbolic links")
def test_links_are_followed_but_not_round_and_round(tmp_path: Path) -> None:
    folder_of(tmp_path / "elsewhere", {"x.png": plain(), "y.png": plain()})
    path = folder_of(tmp_path / "a", {"cats/a.png": plain(BLUE)})
    (tmp_path / "a" / "dogs").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "a" / "cats" / "again").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "cats" / "gone.png").symlink_to(tmp_path / "nothing")
    os.mkfifo(tmp_path / "a" / "cats" / "pipe.png")
    pictures = load(path)
    assert pictures.labels.tolist() == [0, 1, 1]
    assert pictures.skipped == ("cats/gone.png: cannot be read (No such file or directory)",)


# ---- what pictures become ------------------------------------------------------------------------------


def halves(size: tuple[int, int] = (40, 20)) -> Image.Image:
    """Return a picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, RED)
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, size[0], size[1]), fill=BLUE)
    return image


def is_near(pixels: np.ndarray, colour: tuple[int, int, int]) -> bool:
    """Whether pixels (3, height, width) have a colour, but for what Lanczos' filter adds beside an edge."""
    return bool(np.abs(pixels - np.array(colour, dtype=int)[:, None, None]).max() < 30)


def test_cropped_to_the_middle_or_padded_with_white(tmp_path: Path) -> None:
    wide = Image.new("RGB", (60, 20), "white")
    wide.paste(halves((20, 20)), (20, 0))
    cropped = one(tmp_path, saved(wide))
    assert is_near(cropped[:, :, :3], RED)
    assert is_near(cropped[:, :, 5:], BLUE)
    padded = one(tmp_path, saved(halves((80, 20))), fit="pad")
    assert is_near(padded[:, [0, 1, 6, 7]], (255, 255, 255))
    assert is_near(padded[:, 3:5, :3], RED)


def test_small_pictures_are_enlarged(tmp_path: Path) -> None:
    assert one(tmp_path, plain(size=(1, 1)), size=64).shape == (3, 64, 64)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_is_white(mode: str, tmp_path: Path) -> None:
    if mode == "P":
        image = Image.new("P", (40, 40), 1)
        image.putpalette([0, 0, 0, 255, 0, 0])
        image.paste(0, (0, 0, 20, 40))
        content = saved(image, transparency=1)
    else:
        image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
        image.paste((0, 0, 0, 255), (0, 0, 20, 40))
        content = saved(image.convert(mode))
    pixels = one(tmp_path, content)
    assert pixels[:, 4, 0].tolist() == [0, 0, 0]
    assert pixels[:, 4, 7].tolist() == [255, 255, 255]


def test_colours_behind_transparent_pixels_do_not_show(tmp_path: Path) -> None:
    image = Image.new("RGBA", (64, 64), (0, 255, 0, 0))
    ImageDraw.Draw(image).rectangle((0, 0, 30, 64), fill=(255, 0, 0, 255))
    red, green, blue = one(tmp_path, saved(image)).astype(int)
    assert np.abs(green - blue).max() <= 1, "a seam between red and white has no green in it"
    assert (red >= 254).all()


def test_every_mode_and_format(tmp_path: Path) -> None:
    grey = np.full((20, 20), 128, dtype=np.uint8)
    files = {
        "0.png": saved(Image.fromarray(grey)),
        "1.png": saved(Image.fromarray(grey.astype(np.uint16) * 257)),
        "2.tif": saved(Image.fromarray(grey.astype(np.int32) * 257), "TIFF"),
        "3.png": saved(Image.fromarray(grey).convert("P")),
        "4.jpg": saved(Image.fromarray(grey).convert("RGB"), "JPEG"),
        "5.jpg": saved(Image.new("CMYK", (20, 20), (127, 127, 127, 0)), "JPEG"),
        "6.gif": saved(Image.fromarray(grey), "GIF", save_all=True, append_images=[Image.new("L", (20, 20))]),
        "7.webp": saved(Image.fromarray(grey).convert("RGB"), "WEBP", lossless=True),
        "8.bmp": saved(Image.fromarray(grey), "BMP"),
        "9.ppm": saved(Image.fromarray(grey), "PPM"),
    }
    pictures = load(folder_of(tmp_path / "a", files))
    assert pictures.skipped == ()
    assert np.abs(pictures.pixels.astype(int) - 128).max() <= 2, "a GIF's second frame would be black"
    assert load(folder_of(tmp_path / "a", {"b.png": saved(Image.new("1", (9, 9), 1))})).pixels[-1].min() == 255


def test_grey_is_luma(tmp_path: Path) -> None:
    settings = OwnPictures(path="x", colour="grey")
    assert settings.channels == 1
    assert one(tmp_path, plain(), colour="grey").tolist() == np.full((1, 8, 8), 76).tolist()


def test_turned_as_the_camera_was(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise by a quarter
    pixels = one(tmp_path, saved(halves((64, 64)), "JPEG", exif=exif, quality=95), name="a.jpg").astype(int)
    assert (pixels[0, 1] > 200).all(), "what was on the left is on top"
    assert (pixels[2, 6] > 200).all()


# ---- what cannot be read -------------------------------------------------------------------------------

NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 255, (60, 60, 3), dtype=np.uint8))
BAD = {
    "bomb.png": (bomb(60_000, 60_000), "has too many pixels; at most 89,478,485 are read"),
    "large.png": (bomb(10_000, 10_000), "has 10,000 x 10,000 pixels; at most 89,478,485 are read"),
    "text.png": (b"this is a text file\n" * 20, "is no picture that can be read"),
    "cut.png": (saved(NOISE)[:3000], "is a broken picture (image file is truncated"),
    "empty.jpg": (b"", "is empty"),
    "script.eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", None),
    "script.png": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is no picture that can be read"),
}


@pytest.mark.parametrize("way", ["folder", "zip"])
def test_what_cannot_be_read_is_left_out_and_named(way: str, tmp_path: Path) -> None:
    files = {name: content for name, (content, _) in BAD.items()} | {"good 1.png": plain(), "good 2.png": plain(BLUE)}
    pictures = load(folder_of(tmp_path / "a", files) if way == "folder" else zip_of(tmp_path / "a.zip", files))
    assert len(pictures) == 2
    expected = {name: said for name, (_, said) in BAD.items() if said}
    found = dict(line.split(": ", 1) for line in pictures.skipped)
    assert found.keys() == expected.keys()
    for name, said in expected.items():
        assert said in found[name]
    assert pictures.remark == f"6 of 8 files left out: {pictures.skipped[0]}, and 5 more"


SEEDS = [
    saved(NOISE),
    saved(NOISE.convert("P")),
    saved(NOISE, "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"),
    saved(NOISE, "GIF"),
    saved(NOISE, "TIFF", compression="tiff_lzw"),
    saved(NOISE.convert("CMYK"), "TIFF"),
    saved(NOISE, "WEBP"),
    saved(NOISE, "BMP"),
    saved(NOISE, "ICO", sizes=[(32, 32)]),
    saved(NOISE, "PPM"),
    saved(NOISE, "TGA"),
    saved(NOISE, "PCX"),
]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damaged_pictures_are_read_or_refused_in_words(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, min(len(content), 400) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(0, len(content)))]
    with contextlib.suppress(PictureProblem), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pixels = square(bytes(content), 8, 3, "crop")
        assert (pixels.shape, pixels.dtype) == ((3, 8, 8), np.uint8)


def test_fewer_than_two_pictures_are_an_error(tmp_path: Path) -> None:
    files = {name: content for name, (content, _) in BAD.items()}
    said = problem(folder_of(tmp_path / "a", {**files, "z.png": plain()}))
    assert said.startswith(
        f"{tmp_path / 'a'}: 1 of 7 files can be read as a picture; at least 2 are needed (bomb.png: "
    )
    assert said.endswith("; and 3 more)")
    assert "holds no pictures; at least 2 are needed" in problem(folder_of(tmp_path / "b", {"a.txt": b"x"}))
    assert "1 of 1 files" in problem(folder_of(tmp_path / "c", {"a.png": plain()}))


def test_a_class_without_any_picture_is_an_error(tmp_path: Path) -> None:
    said = problem(folder_of(tmp_path / "a", {**CLASSES, "birds/a.png": b"tweet"}))
    assert "the class 'birds' has no picture that can be read (birds/a.png: is no picture that can be read)" in said


def test_paths_that_lead_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    assert problem("") == "pictures: path: is empty; a folder or a zip archive of pictures is needed"
    assert "nothing: there is no such file or folder; a folder or" in problem(str(tmp_path / "nothing"))
    assert "notes.txt: is neither a folder nor a zip archive" in problem(str(tmp_path / "notes.txt"))
    assert "cannot be read" in problem("a\0b")
    assert "cannot be read (File name too long)" in problem("x" * 5000)
    for path in ("", str(tmp_path / "nothing"), "a\0b"):
        assert not OwnPictures(path=path).is_here()
        assert OwnPictures(path=path).class_names == ()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    folder_of(tmp_path / "a", CLASSES)
    assert len(load("~/a")) == 4


def test_names_that_lead_out_of_an_archive_lead_nowhere(tmp_path: Path) -> None:
    files = {
        "../../cats/a.png": plain(),
        "/cats/b.png": plain(),
        "C:\\dogs\\c.png": plain(BLUE),
        "cats/\x1b[2J.png": b"x",
    }
    pictures = load(zip_of(tmp_path / "in" / "a.zip", files))
    assert pictures.class_names == ("C:", "cats")
    assert pictures.skipped == ("cats/?[2J.png: is no picture that can be read",)
    assert [path.name for path in tmp_path.rglob("*.png")] == []


def test_broken_and_encrypted_archives(tmp_path: Path) -> None:
    path = Path(zip_of(tmp_path / "a.zip", CLASSES))
    whole = bytearray(path.read_bytes())
    at = whole.index(b"dogs/b.png") + len(b"dogs/b.png") + 20
    whole[at] ^= 0xFF
    path.write_bytes(whole)
    assert [line.split(":")[0] for line in load(str(path)).skipped] == ["dogs/b.png"], (
        "the others are as good as before"
    )
    path.write_bytes(whole[:-40] + b"PK\x05\x06" + b"\xff" * 18)
    assert "a.zip: is" in problem(str(path))
    locked = bytearray(Path(zip_of(tmp_path / "b.zip", CLASSES)).read_bytes())
    for sign, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        start = -1
        while (start := locked.find(sign, start + 1)) >= 0:
            locked[start + offset] |= 1
    (tmp_path / "b.zip").write_bytes(locked)
    assert "is encrypted; an archive without a password is needed" in problem(str(tmp_path / "b.zip"))


def test_zip_bombs(tmp_path: Path) -> None:
    """An entry that announces less than it holds, and one whose way of packing zipfile does not bound."""
    path = Path(zip_of(tmp_path / "a.zip", {**CLASSES, "cats/bomb.png": bytes(60_000_000)}))
    lying = path.read_bytes().replace(struct.pack("<I", 60_000_000), struct.pack("<I", 5000))
    path.write_bytes(lying)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("cats/bz.png", bytes(100_000))
    tracemalloc.start()
    pictures = load(str(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000
    assert len(pictures) == 4
    assert [line.partition(" (")[0] for line in pictures.skipped] == [
        "cats/bomb.png: cannot be read",
        "cats/bz.png: is packed in a way that is not read; plain zip archives store or deflate",
    ]


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, archive = folder_of(tmp_path / "a", CLASSES), zip_of(tmp_path / "a.zip", CLASSES)
    monkeypatch.setattr(own, "MOST_MEMORY", 3 * 8 * 8 * 3)
    assert "has 4 pictures; at 8 x 8 pixels in colour at most 3 are read" in problem(folder)
    assert len(load(folder, colour="grey")) == 4
    monkeypatch.undo()
    monkeypatch.setattr(own, "MOST_CLASSES", 1)
    assert "has 2 folders of pictures, which would be classes; at most 1 are allowed" in problem(folder)
    monkeypatch.undo()
    names = load(folder_of(tmp_path / "long", {f"{'x' * 100}/a.png": plain(), "b/a.png": plain()})).class_names
    assert names == ("b", "x" * 60)
    monkeypatch.setattr(containers, "MOST_BYTES", 100)
    assert "at most 0 GB are read" in problem(archive)
    monkeypatch.undo()
    monkeypatch.setattr(containers, "MOST_FILES", 3)
    assert "has more than 3 pictures; no more are read" in problem(folder)
    monkeypatch.undo()
    monkeypatch.setattr(containers, "MOST_LOOKED_AT", 3)
    assert "holds more than 3 files; a smaller folder is needed" in problem(folder)
    assert OwnPictures(path=folder).class_names == ()
    monkeypatch.undo()
    monkeypatch.setattr(containers, "LARGEST_FILE", 1_000_000)
    large = {**CLASSES, "cats/bomb.png": bytes(2_000_000)}
    for path in (zip_of(tmp_path / "b.zip", large), folder_of(tmp_path / "b", large)):
        assert load(path).skipped == ("cats/bomb.png: has 2 MB; at most 1 MB are read",)


def test_changes_are_seen(tmp_path: Path) -> None:
    path = folder_of(tmp_path / "a", CLASSES)
    before = load(path)
    assert load(path) is before
    folder_of(tmp_path / "a", {"birds/a.png": plain()})
    assert load(path).class_names == ("birds", "cats", "dogs")


def test_what_took_long_is_kept_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_folders: Path) -> None:
    monkeypatch.setattr(own, "WORTH_KEEPING", -1.0)
    decoded = []

    def counted(*arguments: Any) -> np.ndarray:
        decoded.append(arguments)
        return square(*arguments)

    monkeypatch.setattr(own, "square", counted)
    path = folder_of(tmp_path / "a", {**CLASSES, "cats/bad.png": b"text", "beside.png": plain()})
    first = load(path)
    base._loaded.cache_clear()
    second = load(path)
    assert len(decoded) == 5, "each once"
    assert np.array_equal(first.pixels, second.pixels)
    assert np.array_equal(first.labels, second.labels)
    assert (first.class_names, first.skipped) == (second.class_names, second.skipped)
    assert second.class_names == ("cats", "dogs")
    assert not second.pixels.flags.writeable
    (kept,) = (own_folders.parent / "cache" / "data" / "decoded").iterdir()
    kept.write_bytes(kept.read_bytes()[:300])
    base._loaded.cache_clear()
    assert len(load(path)) == 4
    assert len(decoded) == 10, "a broken file is made anew"
    for size in (8, 16, 28, 32, 64):
        load(path, size=size, fit="pad")
    assert len(list(kept.parent.iterdir())) == MOST_FILES
    load(path, fit="pad")
    folder_of(tmp_path / "a", {"cats/bad.png": plain()})
    assert len(load(path)) == 5


def test_settings_are_those_of_the_table(tmp_path: Path) -> None:
    settings = IMAGE_SETS["pictures"].model_validate({"path": "~/photos", "size": 32, "colour": "grey", "fit": "pad"})
    assert settings.channels == 1
    assert IMAGE_SETS["pictures"].model_validate(settings.model_dump(mode="json")) == settings
