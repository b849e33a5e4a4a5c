"""Small handwritten digits that come with the program, so that there are pictures without a network."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from ganstudio.imagesets.base import ImageSet, Pictures
from ganstudio.imagesets.idx import read_idx
from ganstudio.imagesets.resizing import resized
from ganstudio.settings import setting

__all__ = ["IMAGES", "LABELS", "SIDE", "Digits"]

SIDE = 8
HIGHEST = 16
"""Value of a pixel all of whose 4 x 4 original pixels are ink."""
_FILES = Path(__file__).resolve().parent / "files"
IMAGES = _FILES / "digits-images-idx3-ubyte.gz"
LABELS = _FILES / "digits-labels-idx1-ubyte.gz"


class Digits(ImageSet):
    """1,797 handwritten digits of 8 x 8 pixels, which come with the program."""

    title = "Digits, 8 x 8"
    about: ClassVar[str] = (
        "1,797 handwritten digits of 13 people, 8 x 8 pixels, grey. E. Alpaydin and C. Kaynak: Optical Recognition of "
        "Handwritten Digits, UCI Machine Learning Repository 1998, the test part, as in scikit-learn. CC BY 4.0."
    )
    name: Literal["digits"] = "digits"
    size: Literal[8, 16, 32] = setting(
        8, "Picture size", "Side of the pictures in pixels. They have 8; 16 and 32 are enlarged.", unit="px"
    )

    @property
    def class_names(self) -> tuple[str, ...]:
        """The ten digits."""
        return tuple("0123456789")

    def files(self, split: str = "train") -> tuple[Path, ...]:
        """Return the two files that come with the program."""
        return IMAGES, LABELS

    def read(self, split: str) -> Pictures:
        """Read all digits; there is no test part (see `ImageSet`)."""
        counts = read_idx(IMAGES, 3).astype(np.uint16)
        pixels = ((counts * 255 + HIGHEST // 2) // HIGHEST).astype(np.uint8)[:, None]
        return Pictures(resized(pixels, self.size), read_idx(LABELS, 1).astype(np.int64), self.class_names)
