"""MNIST, and Fashion-MNIST in the same format."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from ganstudio.imagesets.base import ImageSet, Pictures, PicturesError, PicturesMissing
from ganstudio.imagesets.idx import opened, read_idx
from ganstudio.imagesets.places import find, looked_in
from ganstudio.imagesets.resizing import padded, resized
from ganstudio.imagesets.sources import FASHION_MNIST_FILES, IDX_FILES, MNIST_FILES, Source
from ganstudio.settings import setting

__all__ = ["MNIST", "FashionMNIST", "IdxSet"]

SIDE = 28
PADDED = 32
CLASSES = 10


class IdxSet(ImageSet):
    """Grey pictures of 28 x 28 pixels in ten classes, in MNIST's four files."""

    splits: ClassVar[tuple[str, ...]] = ("train", "test")

    size: Literal[8, 16, 28, 32] = setting(
        28,
        "Picture size",
        "Side of the pictures in pixels. They have 28; 32 has two more black ones on each side, 16 and 8 are means of "
        "squares of 2 x 2 and 4 x 4 pixels of those.",
        unit="px",
    )

    def files(self, split: str = "train") -> tuple[Path, ...]:
        """Return the file of the pictures and that of the labels, or nothing if they are not here."""
        # Both spellings are about; torchvision unpacks.
        spelt = [(name, name.replace("-idx", ".idx")) for name in IDX_FILES[split]]
        names = [tuple(f"{name}{ending}" for name in both for ending in (".gz", "")) for both in spelt]
        return find(self.folders, names, self._is_this_set)

    def _is_this_set(self, files: Sequence[Path]) -> bool:
        """Return whether labels are exactly this set's: all sets of this format have the same names of files."""
        try:
            with opened(files[1]) as file:
                content = file.read(100_000)
        except (OSError, EOFError):
            return False
        return hashlib.sha256(content).hexdigest() in {source.unpacked_sha256 for source in self.sources}

    def read(self, split: str) -> Pictures:
        """Read the pictures and labels of a part (see `ImageSet`)."""
        files = self.files(split)
        if not files:
            names = " and ".join(IDX_FILES[split])
            raise PicturesMissing(
                self.name,
                f"its files ({names}, gzipped or not) are not in {looked_in(self.folders[0])}; "
                f"`ganstudio data get {self.name}` downloads them",
            )
        images, labels = read_idx(files[0], 3), read_idx(files[1], 1)
        if images.shape[1:] != (SIDE, SIDE) or not len(images):
            shape = " x ".join(f"{length:,}" for length in images.shape)
            raise PicturesError(files[0], f"holds {shape} bytes; pictures of {SIDE} x {SIDE} pixels are needed")
        if len(labels) != len(images):
            raise PicturesError(files[1], f"has {len(labels):,} labels; {files[0].name} has {len(images):,} pictures")
        if labels.max() >= CLASSES:
            raise PicturesError(files[1], f"has the label {labels.max()}; 0 to {CLASSES - 1} are allowed")
        pixels = images[:, None]
        if self.size != SIDE:
            pixels = resized(padded(pixels, PADDED), self.size)
        return Pictures(pixels, labels.astype(np.int64), self.class_names)


class MNIST(IdxSet):
    """70,000 handwritten digits."""

    title = "MNIST"
    about: ClassVar[str] = (
        "60,000 handwritten digits and 10,000 for tests, 28 x 28 pixels, grey. Y. LeCun, C. Cortes and C. Burges: The "
        "MNIST database of handwritten digits, from NIST's Special Databases 1 and 3. CC BY-SA 3.0."
    )
    name: Literal["mnist"] = "mnist"
    sources: ClassVar[tuple[Source, ...]] = MNIST_FILES
    folders: ClassVar[tuple[str, ...]] = ("mnist", "MNIST", "MNIST/raw")

    @property
    def class_names(self) -> tuple[str, ...]:
        """The ten digits."""
        return tuple("0123456789")


class FashionMNIST(IdxSet):
    """70,000 pieces of clothing."""

    title = "Fashion-MNIST"
    about: ClassVar[str] = (
        "60,000 pictures of clothes and 10,000 for tests, 28 x 28 pixels, grey. H. Xiao, K. Rasul and R. Vollgraf: "
        "Fashion-MNIST, arXiv:1708.07747, Zalando SE 2017. MIT licence."
    )
    name: Literal["fashion_mnist"] = "fashion_mnist"
    sources: ClassVar[tuple[Source, ...]] = FASHION_MNIST_FILES
    folders: ClassVar[tuple[str, ...]] = ("fashion-mnist", "fashion_mnist", "FashionMNIST", "FashionMNIST/raw")

    @property
    def class_names(self) -> tuple[str, ...]:
        """The ten kinds of clothes."""
        return (
            "T-shirt/top",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot",
        )
