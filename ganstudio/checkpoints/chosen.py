"""Architectures that a person names, to hold a file's tensors against: DCGANs by size, and those of other models."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from pydantic import ValidationError

from ganstudio.architecture import Architecture, Input
from ganstudio.checkpoints.model import describe
from ganstudio.checkpoints.opening import found, is_ours, open_model
from ganstudio.convolutional import Convolutional, generator_layers
from ganstudio.settings import SettingsError, explain, shown

__all__ = ["MOST_LATENT", "SIZES", "Usual", "architecture_named", "dcgan"]


class Usual(NamedTuple):
    """What a DCGAN of a size has where nothing else is said: `ganstudio.recipes`' maps, and the paper's 100 numbers."""

    width: int
    latent: int
    channels: int
    dense: int = 0


SIZES: Final[Mapping[int, Usual]] = {
    8: Usual(32, 100, 1, dense=256),
    16: Usual(32, 100, 3, dense=256),
    28: Usual(32, 100, 1),
    32: Usual(32, 100, 3),
    64: Usual(24, 100, 3),
}
"""By the side of the pictures in pixels."""
MOST_LATENT: Final = 4096
_NAMED: Final = re.compile(r"dcgan-(\d{1,4})(?::(.*))?", re.ASCII)
_OWN: Final = ("latent", "channels")
_SETTINGS: Final = ("width", "kernel", "dense")


def dcgan(size: int, **values: int | str) -> Architecture:
    """Return the DCGAN of a size.

    Parameters
    ----------
    size
        Side of the pictures, one of `SIZES`.
    values
        What is not as usual: "latent", "channels", "width", "kernel", "dense", and "normalisation".

    Raises
    ------
    SettingsError
        Naming what is not allowed, and what is.
    """
    if size not in SIZES:
        raise SettingsError(f"dcgan-{size}: there is none of this size; allowed: {', '.join(map(str, SIZES))}")
    told = SIZES[size]._asdict() | values
    latent, channels = (told.pop(name) for name in _OWN)
    settings = Convolutional().changed(**told)
    if channels not in (1, 3) or not isinstance(latent, int) or not 1 <= latent <= MOST_LATENT:
        raise SettingsError(f"dcgan-{size}: channels are 1 or 3, and a latent has 1 to {MOST_LATENT:,} numbers")
    try:
        layers = generator_layers(settings, latent, (channels, size, size))
        return Architecture(inputs=(Input(kind="latent", size=latent),), layers=layers)
    except ValidationError as error:
        raise SettingsError(f"dcgan-{size}: {explain(error)}") from None


def architecture_named(name: str) -> Architecture:
    """Return the architecture of that name.

    Parameters
    ----------
    name
        "dcgan-64", "dcgan-64:width=128,latent=100"; the name of a shipped model; or a file, ours or another program's.

    Raises
    ------
    SettingsError
        If it is a DCGAN's name and something behind it is not allowed.
    CheckpointError
        If there is no such file or model, or no generator in it.
    """
    if named := _NAMED.fullmatch(name):
        return dcgan(int(named[1]), **_values(named[2] or ""))
    path = found(name)
    return describe(path).architecture if is_ours(path) else open_model(path).architecture


def _values(text: str) -> dict[str, int | str]:
    """Parse "width=128,latent=100"."""
    found: dict[str, int | str] = {}
    for part in filter(None, text.split(",")):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        whole = value.isascii() and value.isdigit() and len(value) < 7
        if equals and key in (*_OWN, *_SETTINGS) and whole:
            found[key] = int(value)
        elif equals and key == "normalisation":
            found[key] = value
        else:
            allowed = ", ".join(f"{known}=N" for known in (*_SETTINGS, *_OWN))
            raise SettingsError(f"{shown(part)} is not allowed; allowed: {allowed}, normalisation=NAME")
    return found
