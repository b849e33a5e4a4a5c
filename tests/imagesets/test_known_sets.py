"""Digits, MNIST, Fashion-MNIST and CIFAR-10: what is read is what is in the files, and nothing else is read."""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ganstudio.imagesets import IMAGE_SETS, PicturesError, PicturesMissing
from ganstudio.imagesets.cifar10 import CIFAR10, RECORD
from ganstudio.imagesets.digits import Digits
from ganstudio.imagesets.idx import read_idx
from ganstudio.imagesets.mnist import MNIST, FashionMNIST
from ganstudio.imagesets.resizing import resized
from ganstudio.imagesets.sources import IDX_FILES, Source

RNG = np.random.default_rng(7)
PIXELS = RNG.integers(0, 256, (6, 28, 28), dtype=np.uint8)
LABELS = np.array([3, 1, 4, 1, 5, 9], dtype=np.uint8)


def idx(array: np.ndarray, kind: int = 8) -> bytes:
    return struct.pack(f">HBB{array.ndim}I", 0, kind, array.ndim, *array.shape) + array.tobytes()


def write_idx_set(
    folder: Path, pixels: np.ndarray = PIXELS, labels: np.ndarray = LABELS, *, suffix: str = ".gz"
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for images_name, labels_name in IDX_FILES.values():
        for name, array in ((images_name, pixels), (labels_name, labels)):
            content = idx(array)
            (folder / f"{name}{suffix}").write_bytes(gzip.compress(content) if suffix == ".gz" else content)
    return folder


def cifar_batch(count: int, first: int = 0) -> bytes:
    records = np.random.default_rng(first).integers(0, 256, (count, RECORD), dtype=np.uint8)
    records[:, 0] = (np.arange(count) + first) % 10
    return records.tobytes()


def cifar_archive(names: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in names.items():
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


CIFAR = {f"data_batch_{number}.bin": cifar_batch(2, number) for number in range(1, 6)} | {
    "test_batch.bin": cifar_batch(3, 50)
}


# ---- digits --------------------------------------------------------------------------------------------


def test_digits_are_those_of_scikit_learn() -> None:
    pictures = Digits().load()
    assert (pictures.pixels.shape, pictures.pixels.dtype) == ((1797, 1, 8, 8), np.uint8)
    assert (pictures.labels.shape, pictures.labels.dtype) == ((1797,), np.int64)
    assert np.bincount(pictures.labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    # The first row of scikit-learn's table, and the sum of all 115,008 numbers in it.
    assert np.rint(pictures.pixels[0, 0, :2] / 255 * 16).tolist() == [
        [0, 0, 5, 13, 9, 1, 0, 0],
        [0, 0, 13, 15, 10, 15, 5, 0],
    ]
    assert int(np.rint(pictures.pixels / 255.0 * 16).sum()) == 561_718
    assert pictures.pixels.max() == 255
    assert pictures.class_names == Digits().class_names == tuple("0123456789")


@pytest.mark.parametrize("size", [16, 32])
def test_larger_digits_are_the_same_digits(size: int) -> None:
    large, small = Digits(size=size).load().pixels, Digits().load().pixels
    assert large.shape == (1797, 1, size, size)
    difference = resized(large, 8).astype(float) - small
    assert np.abs(difference).mean() < 12


# ---- what all have in common ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", IMAGE_SETS)
def test_table(name: str) -> None:
    image_set = IMAGE_SETS[name].model_validate({})
    assert image_set.name == name
    assert image_set.channels in (1, 3)
    assert IMAGE_SETS[name].title
    assert IMAGE_SETS[name].about.endswith(".")
    assert image_set == IMAGE_SETS[name].model_validate(image_set.model_dump())
    assert image_set.is_here() == (name == "digits"), "nothing else comes with the program"
    assert image_set.channels == (3 if name in ("cifar10", "pictures") else 1)
    for field in IMAGE_SETS[name].model_fields.values():
        assert field.title or field.default == name


@pytest.mark.parametrize(("name", "size"), [("digits", 28), ("mnist", 64), ("cifar10", 28), ("pictures", 7)])
def test_sizes_that_make_no_sense_are_refused(name: str, size: int) -> None:
    with pytest.raises(ValidationError, match="Input should be 8"):
        IMAGE_SETS[name].model_validate({"size": size})


def test_nobody_can_write_to_what_all_share() -> None:
    pictures = Digits().load()
    assert Digits().load() is pictures
    for array in (pictures.pixels, pictures.labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "cifar10"])
def test_sets_that_are_not_here(name: str, own_folders: Path) -> None:
    with pytest.raises(PicturesMissing) as raised:
        IMAGE_SETS[name].model_validate({}).load()
    said = str(raised.value)
    assert said.startswith(f"{name}: ")
    assert str(own_folders) in said
    assert f"`ganstudio data get {name}`" in said
    assert "\n" not in said


def test_parts() -> None:
    with pytest.raises(PicturesError, match="digits: split: 'test' is not known; one of train"):
        Digits().load("test")
    with pytest.raises(PicturesError, match="mnist: split: 'valid' is not known; one of train, test"):
        MNIST().load("valid")


# ---- MNIST and Fashion-MNIST ---------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "folder"), [(MNIST, "mnist"), (MNIST, "MNIST/raw"), (FashionMNIST, "fashion-mnist")])
@pytest.mark.parametrize("suffix", [".gz", ""])
def test_idx_sets(kind: Any, folder: str, suffix: str, own_folders: Path) -> None:
    assert not kind().is_here()
    write_idx_set(own_folders / folder, suffix=suffix)
    assert kind().is_here()
    for split in ("train", "test"):
        pictures = kind().load(split)
        assert np.array_equal(pictures.pixels[:, 0], PIXELS)
        assert np.array_equal(pictures.labels, LABELS)
        assert len(pictures.class_names) == 10


def test_the_other_spelling_and_the_set_s_own_folder(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_idx_set(own_folders / "mnist", suffix="")
    for file in list(folder.iterdir()):
        file.rename(folder / file.name.replace("-idx", ".idx"))
    assert MNIST().is_here()
    monkeypatch.setenv("GANSTUDIO_DATA", str(folder))
    assert MNIST().is_here()
    assert not FashionMNIST().is_here()


def test_downloads_are_found_without_a_folder_of_one_s_own(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GANSTUDIO_DATA")
    write_idx_set(own_folders.parent / "cache" / "data" / "fashion-mnist")
    assert FashionMNIST().is_here()
    assert not MNIST().is_here()
    with pytest.raises(PicturesMissing, match="GANSTUDIO_DATA names"):
        MNIST().load()


def test_files_lying_flat_are_told_apart_by_their_labels(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_idx_set(own_folders)
    assert not MNIST().is_here()
    known = Source("labels", (), 0, "", 0, hashlib.sha256(idx(LABELS)).hexdigest())
    monkeypatch.setattr(FashionMNIST, "sources", (known,))
    assert FashionMNIST().is_here()
    assert not MNIST().is_here()


def test_sizes_of_mnist(own_folders: Path) -> None:
    write_idx_set(own_folders / "mnist")
    padded = MNIST(size=32).load().pixels
    assert np.array_equal(padded[:, 0, 2:30, 2:30], PIXELS)
    assert padded.sum(dtype=int) == PIXELS.sum(dtype=int)
    halved, quartered = MNIST(size=16).load().pixels, MNIST(size=8).load().pixels
    assert halved[0, 0, 1, 1] == round(PIXELS[0, :2, :2].mean() + 1e-9)
    assert halved[2, 0, 7, 9] == np.floor(PIXELS[2, 12:14, 16:18].mean() + 0.5)
    assert quartered[1, 0, 3, 4] == np.floor(PIXELS[1, 10:14, 14:18].mean() + 0.5)


def test_changed_files_are_read_again(own_folders: Path) -> None:
    write_idx_set(own_folders / "mnist")
    assert len(MNIST().load()) == 6
    write_idx_set(own_folders / "mnist", PIXELS[:4], LABELS[:4])
    assert len(MNIST().load()) == 4


def test_a_means_of_sixteen_pixels_does_not_overflow() -> None:
    assert resized(np.full((2, 3, 32, 32), 255, dtype=np.uint8), 2).tolist() == np.full((2, 3, 2, 2), 255).tolist()
    assert resized(np.full((1, 1, 28, 28), 200, dtype=np.uint8), 16).tolist() == np.full((1, 1, 16, 16), 200).tolist()


GOOD = idx(PIXELS)
BROKEN = {
    "empty": (b"", "is no IDX file"),
    "text": (b"<html>404 not found</html>" * 99, "is no IDX file; an IDX file of unsigned bytes with 3 dimensions"),
    "floats": (idx(PIXELS, kind=0x0D), "holds values of type 0x0d"),
    "labels": (idx(LABELS), "has 1 dimensions; an IDX file"),
    "header cut": (GOOD[:9], "is cut off within its header"),
    "cut": (GOOD[:-1], "announces 4,704 bytes of data, and there are 4,703"),
    "longer": (GOOD + b"\0", "announces 4,704 bytes of data, and more follow"),
    "huge": (struct.pack(">HBBIII", 0, 8, 3, 2**32 - 1, 2**32 - 1, 28), "at most 250,000,000 are read"),
    "27 wide": (idx(PIXELS[:, :, :27]), "holds 6 x 28 x 27 bytes; pictures of 28 x 28 pixels are needed"),
    "none": (idx(PIXELS[:0]), "holds 0 x 28 x 28 bytes"),
    "fewer": (idx(PIXELS[:5]), "has 6 labels; train-images-idx3-ubyte.gz has 5 pictures"),
    "gzip cut": (gzip.compress(GOOD)[:-30], "cannot be read"),
    "gzip damaged": (gzip.compress(GOOD)[:-8] + b"12345678", "cannot be read"),
    "gzip header": (b"\x1f\x8b" + GOOD, "cannot be read"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_idx_files(case: str, own_folders: Path) -> None:
    content, said = BROKEN[case]
    write_idx_set(own_folders / "mnist")
    path = own_folders / "mnist" / "train-images-idx3-ubyte.gz"
    path.write_bytes(content)
    with pytest.raises(PicturesError) as raised:
        MNIST().load()
    assert said in str(raised.value)
    assert str(path.parent) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_labels_that_are_no_class(own_folders: Path) -> None:
    write_idx_set(own_folders / "mnist", labels=LABELS + 1)
    with pytest.raises(PicturesError, match="has the label 10; 0 to 9 are allowed"):
        MNIST().load()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_idx_reader_takes_anything(data: st.DataObject, tmp_path: Path) -> None:
    """Random bytes, also behind a right beginning, are read as exactly what they say or refused in a line."""
    shape = data.draw(st.tuples(*[st.integers(0, 5)] * 3))
    header = data.draw(st.sampled_from([b"", b"\0\0\x08\x03", struct.pack(">HBBIII", 0, 8, 3, *shape)]))
    content = header + data.draw(st.binary(max_size=150))
    packed = data.draw(st.booleans())
    path = tmp_path / "fuzzed"
    path.write_bytes(gzip.compress(content) if packed else content)
    try:
        array = read_idx(path, 3)
    except PicturesError as problem:
        said = str(problem)
    else:
        assert idx(array) == content
        return
    assert said.startswith(f"{path}: ")


# ---- CIFAR-10 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["files", "archive", "flat", "flat archive"])
def test_cifar10(way: str, own_folders: Path) -> None:
    folder = own_folders if "flat" in way else own_folders / "cifar-10-batches-bin"
    folder.mkdir(exist_ok=True)
    if "archive" in way:
        (folder / "cifar-10-binary.tar.gz").write_bytes(cifar_archive({**CIFAR, "readme.html": b"hello"}))
    else:
        for name, content in CIFAR.items():
            (folder / name).write_bytes(content)
    assert CIFAR10().is_here()
    pictures = CIFAR10().load()
    assert pictures.pixels.shape == (10, 3, 32, 32)
    assert pictures.labels.tolist() == [1, 2, 2, 3, 3, 4, 4, 5, 5, 6]
    second = np.frombuffer(CIFAR["data_batch_1.bin"], dtype=np.uint8)[RECORD + 1 :]
    assert np.array_equal(pictures.pixels[1].ravel(), second), "red, green, blue, each row by row"
    assert len(CIFAR10().load("test")) == 3
    assert pictures.class_names[6] == "frog"
    small = CIFAR10(size=8).load().pixels
    assert small[1, 2, 3, 4] == np.floor(pictures.pixels[1, 2, 12:16, 16:20].mean() + 0.5)


CIFAR_BROKEN = {
    "missing": (
        cifar_archive({"test_batch.bin": CIFAR["test_batch.bin"]}),
        "has no data_batch_1.bin and no data_batch_2",
    ),
    "no archive": (b"hello" * 99, "is a broken archive"),
    "cut": (cifar_archive(CIFAR)[:-20_000], "is a broken archive"),
    "wrong length": (cifar_archive({**CIFAR, "data_batch_3.bin": b"x" * 3074}), "data_batch_3.bin: has 3,074 bytes"),
    "empty": (cifar_archive({**CIFAR, "data_batch_3.bin": b""}), "data_batch_3.bin: has 0 bytes"),
    "label": (cifar_archive({**CIFAR, "data_batch_4.bin": b"\x0a" * RECORD}), "has the label 10; 0 to 9 are allowed"),
    "python": (
        cifar_archive({"data_batch_1": b"cos\nsystem\n(S'touch pickled'\ntR."}),
        "the binary version of CIFAR-10",
    ),
}


@pytest.mark.parametrize("case", CIFAR_BROKEN)
def test_broken_archives_of_cifar10(case: str, own_folders: Path) -> None:
    content, said = CIFAR_BROKEN[case]
    (own_folders / "cifar-10-binary.tar.gz").write_bytes(content)
    with pytest.raises(PicturesError) as raised:
        CIFAR10().load()
    assert said in str(raised.value)
    assert "cifar-10-binary.tar.gz" in str(raised.value)
    assert sorted(path.name for path in own_folders.iterdir()) == ["cifar-10-binary.tar.gz"], "nothing is unpacked"


def test_a_batch_that_is_missing(own_folders: Path) -> None:
    for name, content in CIFAR.items():
        if name != "data_batch_5.bin":
            (own_folders / name).write_bytes(content)
    assert CIFAR10().files("test")
    assert not CIFAR10().is_here()
    with pytest.raises(PicturesMissing, match=r"cifar-10-binary\.tar\.gz nor data_batch_1\.bin"):
        CIFAR10().load()
