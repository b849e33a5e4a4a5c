"""Directions in latent space: those that change most, and random ones.

GANSpace (Haerkoenen et al. 2020) takes the principal components of the first layer's activations over many latents, and
the latent directions that go with them. Where that layer is linear and the latents are white, both are known without
a sample: they are the right singular vectors of its weights (Shen and Zhou 2021).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.architecture import Architecture, BatchNorm, Convolution, Dense, Layer, Reshape, TransposedConvolution

__all__ = ["Directions", "first_map", "from_samples", "principal", "random_directions"]

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Directions:
    """Unit vectors in latent space, the most telling first.

    Attributes
    ----------
    vectors : array (k, d)
        In rows. The coordinate of each that is largest in size is positive.
    strengths : array (k,)
        How much the activations change, in their root mean square over a latent of unit variance, for each.
    """

    vectors: Float
    strengths: Float


def principal(architecture: Architecture, tensors: Mapping[str, NDArray[Any]]) -> Directions | None:
    """Return all d principal directions of the first layer, None if it is not linear in the latent.

    Parameters
    ----------
    architecture
        Of a generator with a latent of d numbers.
    tensors
        As `Architecture.tensors` has them.
    """
    matrix = first_map(architecture, tensors)
    if matrix is None:
        return None
    # The triangle has the matrix' singular values and left vectors; the layer's thousands of right ones are not wanted.
    triangle: Float = np.asarray(np.linalg.qr(matrix.T, mode="r"))
    # All rows are, so that nothing is left out where the layer is narrower than the latent.
    rows, values, _ = np.linalg.svd(triangle.T, full_matrices=True)
    strengths = np.zeros(len(matrix))
    strengths[: len(values)] = values
    return Directions(_signed(rows.T), strengths)


def first_map(architecture: Architecture, tensors: Mapping[str, NDArray[Any]]) -> Float | None:
    """Return what each latent coordinate adds to the first layer's output, a matrix (d, outputs).

    A batch normalisation right behind it, which only scales, counts as part of it.

    Returns
    -------
    array or None
        None without a latent, or if the first layer is none that `directions` knows as linear: dense, or a
        convolution of one pixel.
    """
    if not architecture.latent:
        return None
    before = 0
    for one in architecture.inputs:
        if one.kind == "latent":
            break
        before += one.width
    result: Float | None = None
    for index, layer in enumerate(architecture.layers):
        if isinstance(layer, Reshape):
            if result is not None:
                result = result.reshape(len(result), layer.channels, -1)
            elif layer.height > 1 or layer.width > 1:
                return None
        elif isinstance(layer, BatchNorm) and result is not None:
            return _flat(_scaled(result, index, layer, tensors))
        elif result is None:
            weights = _linear(layer, tensors.get(f"{index}.weight"))
            if weights is None:
                return None
            result = weights[before : before + architecture.latent]
        else:
            break
    return None if result is None else _flat(result)


def from_samples(latents: NDArray[np.floating], activations: NDArray[np.floating], count: int) -> Directions:
    """Return principal directions of any layer: those of its activations, carried back by least squares.

    Parameters
    ----------
    latents : array (n, d)
    activations : array (n, ...)
        Of the same n samples; n should be many times d.
    count
        How many directions, at most d.

    Raises
    ------
    ValueError
        If there are fewer samples than two, or more directions wanted than there are.
    """
    z = np.asarray(latents, np.float64)
    if len(z) < 2 or len(activations) != len(z) or not 1 <= count <= min(z.shape[1], len(z) - 1):
        raise ValueError(f"{count} directions of {z.shape} latents and {len(activations)} activations cannot be found")
    x = np.asarray(activations, np.float64).reshape(len(z), -1)
    # With centred rows, U S are the coordinates; the regression of z on one of them is U' z / S, up to its length.
    left, values, _ = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    vectors = left[:, :count].T @ (z - z.mean(axis=0))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return Directions(_signed(vectors / np.where(lengths > 0.0, lengths, 1.0)), values[:count] / np.sqrt(len(z) - 1))


def random_directions(count: int, size: int, seed: int) -> Float:
    """Return orthonormal directions, all rotations equally likely, in rows (count, size).

    Raises
    ------
    ValueError
        If there are not so many.
    """
    if not 1 <= count <= size:
        raise ValueError(f"{count} orthonormal directions: there are 1 to {size} in a latent of {size} numbers")
    normal = np.random.Generator(np.random.PCG64(seed)).standard_normal((size, count))
    frame, triangle = np.linalg.qr(normal)
    # Without this the first coordinates would favour one sign, and the frame would not be uniform.
    return np.ascontiguousarray((frame * np.sign(np.diag(triangle))).T)


def _linear(layer: Layer, weight: NDArray[Any] | None) -> Float | None:
    """Return the matrix of a linear layer on a vector, inputs first: (inputs, outputs, pixels)."""
    if weight is None:
        return None
    w = np.asarray(weight, np.float64)
    match layer:
        case Dense():
            return w.T[:, :, None]
        case TransposedConvolution():
            # Of one pixel the output is the kernel itself, less the margin.
            side = layer.kernel + layer.output_padding - 2 * layer.padding
            taps = slice(layer.padding, layer.padding + side)
            return w[:, :, taps, taps].reshape(layer.inputs, layer.outputs, -1)
        case Convolution():
            steps = range(0, 2 * layer.padding + 1 - layer.kernel + 1, layer.stride)
            taps_at = [layer.padding - step for step in steps if 0 <= layer.padding - step < layer.kernel]
            return w[:, :, taps_at][:, :, :, taps_at].transpose(1, 0, 2, 3).reshape(layer.inputs, layer.outputs, -1)
    return None


def _scaled(matrix: Float, index: int, layer: BatchNorm, tensors: Mapping[str, NDArray[Any]]) -> Float:
    """Return a matrix (d, maps, pixels) behind batch normalisation."""
    scale = 1.0 / np.sqrt(np.asarray(tensors[f"{index}.running_var"], np.float64) + layer.epsilon)
    if layer.affine:
        scale = scale * np.asarray(tensors[f"{index}.weight"], np.float64)
    return matrix.reshape(len(matrix), layer.features, -1) * scale[:, None]


def _flat(matrix: Float) -> Float:
    return matrix.reshape(len(matrix), -1)


def _signed(rows: Float) -> Float:
    """Return rows of which the coordinate that is largest in size is positive: an SVD leaves signs open."""
    largest = np.take_along_axis(rows, np.abs(rows).argmax(axis=1)[:, None], axis=1)
    return rows * np.where(largest < 0.0, -1.0, 1.0)
