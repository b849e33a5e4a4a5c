"""What can be downloaded: each file's name, length, checksums and mirrors."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CIFAR10_FILES", "FASHION_MNIST_FILES", "IDX_FILES", "MNIST_FILES", "Source", "idx_source"]


@dataclass(frozen=True)
class Source:
    """A file that a set is read from.

    Attributes
    ----------
    name : str
        The file's name, as it is kept.
    urls : tuple of str
        The mirrors, in the order in which they are asked.
    length : int
        Bytes of the file as its authors packed it.
    md5 : str
        Its checksum in that packing.
    unpacked_length : int
        Bytes of what is inside, 0 where only the authors' packing is known.
    unpacked_sha256 : str
        Checksum of what is inside, by which every other packing is accepted.
    """

    name: str
    urls: tuple[str, ...]
    length: int
    md5: str
    unpacked_length: int = 0
    unpacked_sha256: str = ""


IDX_FILES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
"""Names of the pictures' and the labels' file of each part, in MNIST and whatever has its format."""

_UNPACKED = {
    "train-images-idx3-ubyte": 47_040_016,
    "train-labels-idx1-ubyte": 60_008,
    "t10k-images-idx3-ubyte": 7_840_016,
    "t10k-labels-idx1-ubyte": 10_008,
}


def idx_source(mirrors: tuple[str, ...], name: str, length: int, md5: str, sha256: str) -> Source:
    """Return an IDX file that its authors packed with gzip."""
    urls = tuple(f"{mirror}{name}.gz" for mirror in mirrors)
    return Source(f"{name}.gz", urls, length, md5, _UNPACKED[name], sha256)


_MNIST_MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
)

MNIST_FILES = (
    idx_source(
        _MNIST_MIRRORS,
        "train-images-idx3-ubyte",
        9_912_422,
        "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    idx_source(
        _MNIST_MIRRORS,
        "train-labels-idx1-ubyte",
        28_881,
        "d53e105ee54ea40749a09fcbcd1e9432",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    idx_source(
        _MNIST_MIRRORS,
        "t10k-images-idx3-ubyte",
        1_648_877,
        "9fb629c4189551a2d022fa330f9573f3",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    idx_source(
        _MNIST_MIRRORS,
        "t10k-labels-idx1-ubyte",
        4_542,
        "ec29112dd5afa0611ce80d1b7f02629c",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
)

_FASHION_MIRRORS = ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",)

FASHION_MNIST_FILES = (
    idx_source(
        _FASHION_MIRRORS,
        "train-images-idx3-ubyte",
        26_421_880,
        "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    ),
    idx_source(
        _FASHION_MIRRORS,
        "train-labels-idx1-ubyte",
        29_515,
        "25c81989df183df01b3e8a0aad5dffbe",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    ),
    idx_source(
        _FASHION_MIRRORS,
        "t10k-images-idx3-ubyte",
        4_422_102,
        "bef4ecab320f06d8554ea6380940ec79",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    ),
    idx_source(
        _FASHION_MIRRORS,
        "t10k-labels-idx1-ubyte",
        5_148,
        "bb300cfdad3c16e7a12a480ee83cd310",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
)

CIFAR10_FILES = (
    Source(
        "cifar-10-binary.tar.gz",
        ("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",),
        170_052_171,
        "c32a1d4ab5d03f1284b67883e8d87530",
    ),
)
