"""Sets of pictures: what comes with the program, what can be downloaded, and what a person has.

`IMAGE_SETS` is the table: adding one is a file and a line here. Nothing is downloaded by loading; `imagesets.download`
does that when it is asked to.
"""

from __future__ import annotations

from ganstudio.imagesets.base import ImageSet, Pictures, PicturesError, PicturesMissing
from ganstudio.imagesets.cifar10 import CIFAR10
from ganstudio.imagesets.digits import Digits
from ganstudio.imagesets.mnist import MNIST, FashionMNIST
from ganstudio.imagesets.own import OwnPictures

__all__ = ["IMAGE_SETS", "ImageSet", "Pictures", "PicturesError", "PicturesMissing"]

IMAGE_SETS: dict[str, type[ImageSet]] = {
    "digits": Digits,
    "mnist": MNIST,
    "fashion_mnist": FashionMNIST,
    "cifar10": CIFAR10,
    "pictures": OwnPictures,
}
