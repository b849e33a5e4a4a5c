"""Make the digits that come with the program from scikit-learn's copy of them.

    python packaging/make_digits.py digits.csv.gz

`digits.csv.gz` is `sklearn/datasets/data/digits.csv.gz` of scikit-learn 1.9.1: a row for each digit, 64 numbers of 0 to
16 and the class. What is written has the format of MNIST, and the same bytes every time.
"""

from __future__ import annotations

import gzip
import struct
import sys

import numpy as np
from numpy.typing import NDArray

from ganstudio.imagesets.digits import IMAGES, LABELS, SIDE


def idx(array: NDArray[np.uint8]) -> bytes:
    """Return an array of bytes as the content of a compressed IDX file."""
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return gzip.compress(header + array.tobytes(), compresslevel=9, mtime=0)


def main() -> int:
    """Read the table and write both files."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    rows = np.loadtxt(sys.argv[1], delimiter=",", dtype=np.uint8)
    for path, array in ((IMAGES, rows[:, :-1].reshape(-1, SIDE, SIDE)), (LABELS, rows[:, -1])):
        path.write_bytes(idx(array))
        print(f"{path.name}: {path.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
