"""A sheet as a PNG file that tells which model drew it and how, and that can be read back.

The text chunk ``ganstudio-sample`` holds JSON: ``format``, ``model`` (its name), ``weights`` (a digest of the
generator) and ``recipe``. Latents that no seed gives stand beside it, as an NPY file in a private chunk. The same
samples and recipe give the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import ValidationError

from ganstudio import png_chunks
from ganstudio.checkpoints.model import Model
from ganstudio.checkpoints.safetensors_header import strict_json
from ganstudio.files import FileError
from ganstudio.settings import explain, shown
from ganstudio.sheets.pixels import composed, pixels
from ganstudio.sheets.recipe import MOST_SAMPLES, Recipe

__all__ = ["Sheet", "carries", "digest", "png", "read"]

KEYWORD: Final = "ganstudio-sample"
CHUNK: Final = b"gaLs"
"""Ancillary, private, and to be kept by editors that do not know it."""
FORMAT: Final = 1
Float = NDArray[np.float32]

LARGEST_LATENTS: Final = 64 * 2**20
"""Bytes of latents in a picture."""


@dataclass(frozen=True)
class Sheet:
    """What a picture says that it shows.

    Attributes
    ----------
    model
        Name of the model.
    weights
        Its generator's `digest`.
    recipe
        Which samples, and how they are arranged.
    latents : array (m, d) or None
        Those that were given; None if the recipe's seed gives them.
    """

    model: str
    weights: str
    recipe: Recipe
    latents: Float | None = None


def digest(model: Model) -> str:
    """Return a fingerprint of a generator, 64 hexadecimal digits: the same numbers in the same layers have the same."""
    found = hashlib.sha256(model.architecture.model_dump_json().encode())
    for name in model.architecture.tensors():
        found.update(np.ascontiguousarray(model.tensors[name], "<f4").tobytes())
    return found.hexdigest()


def png(samples: Float, model: Model, recipe: Recipe, latents: Float | None = None) -> bytes:
    """Return a sheet as the content of a PNG file.

    Parameters
    ----------
    samples : array (n, channels, height, width)
        What the model's generator gave for ``recipe.given(model.architecture, latents)``.
    latents : array (m, d)
        Those that `recipe` was given, if any.

    Raises
    ------
    ValueError
        If they are no pictures, or the sheet or the latents would be too large.
    """
    sheet = composed(pixels(samples, model.architecture.output_range), recipe.arrangement)
    content = io.BytesIO()
    Image.fromarray(sheet).save(content, "PNG")
    told = {
        "format": FORMAT,
        "model": model.name,
        "weights": digest(model),
        "recipe": recipe.model_dump(mode="json", exclude_none=True),
    }
    chunks = [png_chunks.text(KEYWORD, json.dumps(told, sort_keys=True))]
    if latents is not None:
        chunks.append(png_chunks.chunk(CHUNK, _packed(latents[: recipe.drawn])))
    return png_chunks.inserted(content.getvalue(), chunks)


def read(path: str | Path) -> Sheet | None:
    """Return what a picture says that it shows, None if it says nothing.

    Raises
    ------
    FileError
        If it cannot be read, is no PNG, is damaged before its pixels, or says what is not allowed.
    """
    said, chunks = png_chunks.read(path, KEYWORD, CHUNK)
    if said is None:
        return None
    try:
        tree = strict_json(said)
        if not isinstance(tree, dict) or type(tree.get("format")) is not int:
            raise ValueError("what it says of its samples is no table with a format")
        if tree["format"] > FORMAT:
            raise ValueError(f"was made by a newer GAN Studio (format {tree['format']}); this one reads up to {FORMAT}")
        recipe = Recipe.model_validate_json(json.dumps(tree.get("recipe")))
        return Sheet(_text(tree, "model"), _text(tree, "weights"), recipe, _unpacked(chunks[0]) if chunks else None)
    except ValidationError as error:
        raise FileError(path, f"its recipe is not allowed: {explain(error)}") from None
    except ValueError as error:
        raise FileError(path, error) from None


def carries(path: str | Path) -> bool:
    """Return whether a file is a PNG that says what samples it shows, as far as its bytes say so."""
    return png_chunks.mentions(path, KEYWORD)


def _text(tree: dict[str, Any], name: str) -> str:
    value = tree.get(name)
    if not isinstance(value, str) or len(value) > 200:
        raise ValueError(f"its {name} {shown(value)} is not allowed; it is a text of at most 200 characters")
    return value


def _packed(latents: Float) -> bytes:
    if latents.nbytes > LARGEST_LATENTS:
        raise ValueError(f"{latents.nbytes:,} bytes of latents are too many for a picture")
    content = io.BytesIO()
    np.save(content, np.ascontiguousarray(latents, "<f4"), allow_pickle=False)
    return zlib.compress(content.getvalue(), 9)


def _unpacked(content: bytes) -> Float:
    try:
        unpacker = zlib.decompressobj()
        plain = unpacker.decompress(content, LARGEST_LATENTS)
        if unpacker.unconsumed_tail:
            raise ValueError("too large")
        latents: Float = np.load(io.BytesIO(plain), allow_pickle=False)
    except (zlib.error, ValueError, EOFError, MemoryError, OSError) as error:
        raise ValueError(f"its latents are damaged ({error})") from None
    fits = isinstance(latents, np.ndarray) and latents.dtype == np.float32 and latents.ndim == 2
    if not fits or len(latents) > MOST_SAMPLES or not np.isfinite(latents).all():
        raise ValueError("its latents are no array of finite numbers, (n, d)")
    return latents
