"""What a 2-D distribution is: a deterministic function of uniform and normal numbers.

Written against the array API, so that the same few lines sample with NumPy in the window, with torch on
any device in a run, and for all runs of a run axis at once.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import array_api_compat
import numpy as np
from numpy.typing import ArrayLike

from ganstudio.data.gaussians import FloatArray, Modes
from ganstudio.settings import Settings

__all__ = ["Distribution", "FloatArray", "Modes", "array_namespace", "constant", "share_of", "square_window"]


class Distribution(Settings):
    """A distribution on the plane.

    A subclass is one file: its settings, `name` (a `Literal` with a default), `title`, `push`, `window`,
    and `density`, `cell_masses` or `modes` where they are known exactly.
    """

    name: str
    title: ClassVar[str]
    uniforms: ClassVar[int] = 1
    """How many uniform numbers a sample needs."""
    features: ClassVar[int] = 2
    """Numbers of a sample."""

    @property
    def summary(self) -> str:
        """What a person drew or which file it is from, in a few words; "" where title and settings say it all."""
        return ""

    @abstractmethod
    def push(self, uniform: Any, normal: Any) -> Any:
        """Turn numbers into samples.

        Parameters
        ----------
        uniform : array (..., n, uniforms)
            Independent and uniform on [0, 1).
        normal : array (..., n, 2)
            Independent and standard normal.

        Returns
        -------
        array (..., n, 2)
            Of the same kind (NumPy or torch), dtype and device as `uniform`.
        """

    @abstractmethod
    def window(self) -> tuple[float, float, float, float]:
        """Return (left, right, bottom, top) of a square plotting window with some room around the data."""

    def modes(self) -> Modes | None:
        """Return the mixture's components, or None if this is no mixture of Gaussians."""
        return None

    def density(self, points: ArrayLike) -> FloatArray | None:
        """Return the exact probability density at points (..., 2) as (...), or None if it is not known."""
        return None

    def cell_masses(self, x_edges: FloatArray, y_edges: FloatArray) -> FloatArray | None:
        """Return the exact probability of each cell of a grid, or None if it is not known.

        Parameters
        ----------
        x_edges : ndarray (c + 1,)
            Ascending.
        y_edges : ndarray (r + 1,)
            Ascending.

        Returns
        -------
        ndarray (r, c)
        """
        return None

    def classes(self) -> int:
        """Return how many classes the samples have: modes, arms, boxes, or sections of a curve."""
        return 1

    def labels(self, uniform: Any) -> Any:
        """Return the class of each sample that `push` makes of these uniform numbers.

        Parameters
        ----------
        uniform : array (..., n, uniforms)

        Returns
        -------
        array (..., n)
            Whole numbers below `classes`.
        """
        xp = array_namespace(uniform)
        return xp.zeros_like(uniform[..., 0], dtype=xp.int64)

    def sample(self, count: int, rng: np.random.Generator) -> FloatArray:
        """Draw `count` samples with NumPy.

        Returns
        -------
        ndarray (count, 2)
        """
        samples: FloatArray = self.push(rng.random((count, self.uniforms)), rng.standard_normal((count, 2)))
        return samples


def array_namespace(array: Any) -> Any:
    """Return the functions for an array: NumPy itself, or array-api-compat's wrapper of torch.

    NumPy follows the standard since 2.1; its wrapper would import all of it, f2py included, before the first paint.
    """
    return np if isinstance(array, np.ndarray) else array_api_compat.array_namespace(array)


def share_of(uniform: Any, count: int) -> Any:
    """Return which of `count` equal parts of [0, 1) each number is in, as whole numbers."""
    xp = array_namespace(uniform)
    # float32 can round up to `count` itself.
    return xp.astype(xp.clip(xp.floor(uniform * count), 0, count - 1), xp.int64)


def constant(values: FloatArray, like: Any) -> Any:
    """Return `values` as an array of the same kind (NumPy or torch), dtype and device as `like`."""
    # Copied: torch would share the memory of cached arrays, and warns if they are read-only.
    return array_namespace(like).asarray(np.array(values), dtype=like.dtype, device=array_api_compat.device(like))


def square_window(points: FloatArray, reach: float | FloatArray = 0.0) -> tuple[float, float, float, float]:
    """Return (left, right, bottom, top) of a square around points (m, 2), each reaching so far, and three tenths more.

    Samples that have lost their way are still to be seen.
    """
    low, high = (points - reach).min(axis=0), (points + reach).max(axis=0)
    x, y = (low + high) / 2
    half = 0.65 * float((high - low).max())
    return float(x - half), float(x + half), float(y - half), float(y + half)
