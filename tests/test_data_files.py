"""Points and pictures from files: what is made of them, and one line where nothing can be made."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ganstudio import data_files
from ganstudio.data.points import Points
from ganstudio.data.raster import Raster
from ganstudio.data_files import DataFile, read
from ganstudio.files import FileError


@pytest.fixture(autouse=True)
def _any_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """How wide kernels have to be is tested beside them, and takes a while."""
    monkeypatch.setattr("ganstudio.data.points.likeliest_width", lambda points: 0.1)


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def points_of(file: DataFile) -> np.ndarray:
    """Return the points as they stood in the file, sorted."""
    data = file.distribution
    assert isinstance(data, Points)
    found = np.array(data.centre) + data.points() / data.scale
    return found[np.lexsort(found.T)]


SQUARE = [[-1.0, -1.5], [1.0, -1.5], [-1.0, 1.5], [1.0, 1.5]]
ROWS = "-1{0}-1.5\n1{0}-1.5\n-1{0}1.5\n1{0}1.5\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ROWS.format(","), ""),
        (ROWS.format(";"), ""),
        (ROWS.format("\t"), ""),
        (ROWS.format("   "), ""),
        (ROWS.format(", "), ""),
        ("x,y\n" + ROWS.format(","), ""),
        ("# made by hand\n\nx;y\n" + ROWS.format(";").replace(".", ","), ""),
        ("\ufeffx,y\r\n" + ROWS.format(",").replace("\n", "\r\n"), ""),
        ('"x","y"\n' + ROWS.format(","), ""),
        ("id,who,y,x\n1,a,-1,-1.5\n2,b,1,-1.5\n3,c,-1,1.5\n4,d,1,1.5\n", "columns id and y of 4"),
        (",x,y\n0,-1,-1.5\n1,1,-1.5\n2,-1,1.5\n3,1,1.5\n", "columns x and y of 3"),
        ("a,-1,-1.5\nb,1,-1.5\nc,-1,1.5\nd,1,1.5\n", "columns 2 and 3 of 3"),
        (ROWS.format(",") + "nan,3\n,\n2,inf\n1\n", "4 rows without two finite numbers left out"),
        (ROWS.format(",") + "NA,3\n", "1 row without two finite numbers left out"),
    ],
)
def test_tables_of_every_kind(tmp_path: Path, text: str, said: str) -> None:
    file = read(written(tmp_path, "four.csv", text))
    if "columns id" in said:
        assert said in file.said
        return
    np.testing.assert_allclose(points_of(file), SQUARE, atol=2e-4)
    assert file.said.startswith("4 points of four.csv")
    assert said in file.said
    assert "scaled" not in file.said


def test_other_encodings_and_names(tmp_path: Path) -> None:
    for name, text in {
        "a.txt": ("L\u00e4nge,Breite\n" + ROWS.format(",")).encode("latin-1"),
        "b": ROWS.format(" ").encode(),
        "c.csv": ("x\ty\n" + ROWS.format("\t")).encode("utf-16"),
        "d.png": ROWS.format(",").encode(),
    }.items():
        path = written(tmp_path, name, text)
        if name == "d.png":
            with pytest.raises(FileError, match="is no table, no NPY file and no picture"):
                read(path)
        else:
            np.testing.assert_allclose(points_of(read(path)), SQUARE, atol=2e-4)


def test_points_are_centred_and_scaled(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).uniform((1000, -4), (1200, 6), (1250, 2))
    path = written(tmp_path, "moons.csv", "\n".join(f"{x},{y}" for x, y in rows))
    file = read(path)
    assert file.said == "1,250 points of moons.csv, scaled by 0.02"
    assert isinstance(file.distribution, Points)
    assert np.abs(file.distribution.points()).max() == pytest.approx(2.0, rel=0.02)
    np.testing.assert_allclose(np.sort(points_of(file), axis=0), np.sort(rows, axis=0), atol=0.01)
    tiny = read(written(tmp_path, "tiny.csv", "1e-200,1e-200\n3e-200,1e-200\n"))
    assert np.abs(tiny.distribution.points()).max() == pytest.approx(2.0, rel=0.01)  # type: ignore[attr-defined]


def test_too_many_points_are_thinned_out_the_same_way_every_time(tmp_path: Path) -> None:
    np.save(tmp_path / "big.npy", np.random.default_rng(0).normal(size=(9000, 2)).astype(np.float32))
    first, again = read(tmp_path / "big.npy"), read(tmp_path / "big.npy")
    assert first == again
    assert first.said.startswith("4,000 of 9,000 points of big.npy, scaled by 0.")
    assert first.said.endswith(", chosen at random")


@pytest.mark.parametrize("kind", ["f8", "f4", "f2", "i4", "u1", ">f8"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_of_every_kind(tmp_path: Path, kind: str, order: str) -> None:
    rows = np.array([[1, 1], [3, 1], [2, 4]], order=order).astype(kind)  # type: ignore[call-overload]
    np.save(tmp_path / "a.npy", rows)
    np.testing.assert_allclose(points_of(read(tmp_path / "a.npy")), [[1, 1], [3, 1], [2, 4]], atol=2e-4)


def test_a_picture_s_dark_pixels_become_density(tmp_path: Path) -> None:
    image = Image.new("L", (200, 100), 255)
    ImageDraw.Draw(image).rectangle((0, 0, 49, 49), fill=0)  # upper left
    image.save(tmp_path / "a.png")
    file = read(tmp_path / "a.png")
    assert file.said == "a.png, 200 x 100 pixels as 96 x 96 cells, dark is dense; it carries no experiment"
    assert isinstance(file.distribution, Raster)
    # Twice as wide as high: -2 to 2 across, -1 to 1 upwards.
    left, right, bottom, top = (-2.0, -1.0, 0.0, 1.0)
    masses = file.distribution.cell_masses(np.array([left, right]), np.array([bottom, top]))
    assert masses.item() == pytest.approx(1.0)
    assert float(file.distribution.density([-1.5, 0.5])) == pytest.approx(1.0, rel=0.01)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I", "I;16", "F"])
def test_pictures_of_every_mode(tmp_path: Path, mode: str) -> None:
    grey = Image.new("L", (40, 40), 255)
    ImageDraw.Draw(grey).rectangle((10, 20, 19, 29), fill=0)
    if mode in ("I", "I;16"):
        image = Image.fromarray((np.asarray(grey).astype(np.uint16) * 257).astype("<i4" if mode == "I" else "<u2"))
    else:
        image = grey.convert(mode)
    suffix = {"CMYK": "tif", "F": "tif", "I": "tif"}.get(mode, "png")
    image.save(tmp_path / f"a.{suffix}")
    data = read(tmp_path / f"a.{suffix}").distribution
    # Column 10 of 40 lies at -1; row 20, counted from above, at 0.
    assert data.cell_masses(np.array([-1.05, 0.05]), np.array([-1.05, 0.05])).item() == pytest.approx(1.0)


def test_what_is_transparent_is_paper(tmp_path: Path) -> None:
    image = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((0, 0, 9, 19), fill=(0, 0, 0, 128))
    image.save(tmp_path / "a.png")
    grid = read(tmp_path / "a.png").distribution.grid()  # type: ignore[attr-defined]
    assert grid[:, :45].min() == pytest.approx(128, abs=1)
    assert not grid[:, 50:].any()


def test_a_photograph_that_was_held_sideways(tmp_path: Path) -> None:
    image = Image.new("L", (160, 80), 255)
    ImageDraw.Draw(image).rectangle((0, 0, 39, 79), fill=0)
    exif = Image.Exif()
    exif[274] = 6  # to be turned clockwise by a quarter
    image.save(tmp_path / "a.jpg", exif=exif)
    data = read(tmp_path / "a.jpg").distribution
    # What was at the left comes to lie on top; paper's traces of the compression are left out.
    assert data.cell_masses(np.array([-1.1, 1.1]), np.array([0.9, 2.1])).item() > 0.99


def png(width: int, height: int, data: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def saved(kind: str) -> bytes:
    buffer = io.BytesIO()
    rng = np.random.default_rng(0)
    Image.fromarray(rng.integers(0, 255, (64, 64, 3), dtype=np.uint8)).save(buffer, kind)
    return buffer.getvalue()


def array(values: object, **more: bool) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, values, **more)  # type: ignore[arg-type]
    return buffer.getvalue()


BAD = {
    "empty.csv": (b"", "is empty; points (CSV, NPY) or a picture are needed"),
    "blank.csv": (b"\n  \n# x\n", "has no rows; two columns of numbers are needed"),
    "header.csv": (b"x,y\n", "has 2 columns, 0 of them of numbers; two are needed"),
    "words.txt": (b"to be or not to be\nthat is the question\n", "0 of them of numbers; two are needed"),
    "one.csv": (b"x\n1\n2\n3\n", "has 1 column, 1 of them of numbers; two are needed"),
    "one_number.csv": (b"a,1\nb,2\n", "has 2 columns, 1 of them of numbers"),
    "row.csv": (b"1,2\n", "has 1 rows with two finite numbers; at least 2 are needed"),
    "nan.csv": (b"1,2\nnan,nan\n", "has 1 rows with two finite numbers"),
    "same.csv": (b"1,2\n1,2\n1,2\n", "all 3 points are the same"),
    "huge.csv": (b"-1e308,0\n1e308,0\n", "too large or too close together"),
    "close.csv": (b"1e300,0\n1.0000000000000002e300,1\n", "too large or too close together"),
    "binary.csv": (bytes(range(256)), "is no text; a table has rows of numbers"),
    "latin.csv": (bytes(range(128, 256)) * 9, "0 of them of numbers"),
    "wide.csv": (b"1," * 1001 + b"\n", "has 1,002 columns; at most 1,000 are read"),
    "quote.csv": (b'1,2\n"' + b"1,2\n" * 50_000, "is no table that can be read"),
    "object.npy": (
        array(np.array([[1, "a"]], dtype=object), allow_pickle=True),
        "pickled Python objects, which are never",
    ),
    "text.npy": (array(np.array([["a", "b"]])), "holds values of type <U1; an array of real numbers"),
    "complex.npy": (array(np.ones((3, 2)) * 1j), "holds values of type complex128"),
    "bool.npy": (array(np.ones((3, 2), bool)), "holds values of type bool"),
    "wide.npy": (array(np.ones((3, 3))), "has the shape (3, 3); an array of real numbers of shape (n, 2)"),
    "scalar.npy": (array(np.ones(())), "has the shape ()"),
    "none.npy": (array(np.ones((0, 2))), "at least 2 are needed|cut off"),
    "cut.npy": (array(np.ones((300, 2)))[:-8], "is a broken NPY file or cut off"),
    "head.npy": (array(np.ones((300, 2)))[:30], "is a broken NPY file or cut off"),
    "fake.npy": (b"no array", "is no NPY file; numpy.save writes one"),
    "many.npz": (b"PK\x03\x04....", "is an archive of arrays; save one array"),
    "cut.png": (saved("PNG")[:3000], "is a broken picture (image file is truncated"),
    "cut.jpg": (saved("JPEG")[:700], "is a broken picture (image file is truncated"),
    "cut.webp": (saved("WEBP")[:700], "picture"),
    "head.png": (saved("PNG")[:30], "is a broken picture|no picture that can be read"),
    "damaged.png": (png(20, 20, b"\x09" * 420), "is a broken picture|has no dark pixels"),
    "white.png": (png(20, 20, (b"\0" + b"\xff" * 20) * 20), "has no dark pixels; what is dark becomes density"),
    "paper.png": (png(20, 20, (b"\0" + b"\xf6" * 20) * 20), "has no dark pixels"),
    "bomb.png": (png(8000, 8000, b""), "has 8,000 x 8,000 pixels; at most 40,000,000 are read"),
    "large_bomb.png": (png(60_000, 60_000, b""), "has too many pixels; at most 40,000,000 are read"),
    "a.eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n\0", "no picture that can be read"),
    "noise.bin": (np.random.default_rng(0).bytes(5000), "is no table, no NPY file and no picture that can be read"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_said_in_one_line(tmp_path: Path, name: str) -> None:
    content, said = BAD[name]
    path = written(tmp_path, name, content)
    with pytest.raises(FileError) as error:
        read(path)
    message = str(error.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    assert len(message) < len(str(path)) + 200
    assert any(part in message for part in said.split("|")), message


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    program = f"cos\nsystem\n(S'touch {trap}'\ntR."
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (2, 2), }".ljust(117) + b"\n"
    content = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + program.encode()
    with pytest.raises(FileError, match="never loaded"):
        read(written(tmp_path, "a.npy", content))
    assert not trap.exists()


@pytest.mark.parametrize(
    ("limit", "name", "kind"),
    [
        ("LARGEST_TABLE", "a.csv", "a table"),
        ("LARGEST_ARRAY", "a.npy", "an array"),
        ("LARGEST_PICTURE", "a.png", "a picture"),
    ],
)
def test_huge_files_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, name: str, kind: str
) -> None:
    monkeypatch.setattr(data_files, limit, 3)
    contents = {"a.csv": ROWS.format(","), "a.npy": array(np.ones((3, 2))), "a.png": saved("PNG")}
    with pytest.raises(FileError, match=f"MB; {kind} may have at most 0 MB"):
        read(written(tmp_path, name, contents[name]))


def test_missing_files_and_folders(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="there is no such file"):
        read(tmp_path / "a.csv")
    with pytest.raises(FileError, match="is a folder; points"):
        read(tmp_path)
    with pytest.raises(FileError, match="cannot be read"):
        read("a\0.csv")


def test_a_long_name_is_cut_and_can_be_kept(tmp_path: Path) -> None:
    path = written(tmp_path, f"{'long' * 40}\n.csv", ROWS.format(","))
    source = read(path).distribution.source  # type: ignore[attr-defined]
    assert len(source) == 60
    assert source.endswith("?.csv")
