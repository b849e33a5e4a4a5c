"""Networks that are no row of layers from a latent to a picture, told by names and shapes: what they are, in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ganstudio.checkpoints.foreign.chain import PICTURES
from ganstudio.checkpoints.foreign.modules import HasShape, Module, grouped
from ganstudio.settings import name_shown

__all__ = ["stranger"]

OPENED: Final = "what is opened is one row of layers from a latent to a picture"
VIEWS: Final = (*PICTURES, 2, 6)
"""Channels of what an image-to-image network is given: a picture, or two."""


@dataclass(frozen=True)
class Stranger:
    """A kind of network that is not opened.

    Attributes
    ----------
    told
        What a person is told, with the name of the tensor that gives it away for ``{0}``.
    mark
        Returns this name, or "" where the network is no such one.
    """

    told: str
    mark: Callable[[Mapping[str, HasShape]], str]


def stranger(tensors: Mapping[str, HasShape]) -> str:
    """Return what kind of network tensors are that is known but not opened, in a sentence; "" for all others."""
    for kind in STRANGERS:
        name = kind.mark(tensors)
        if name:
            return kind.told.format(name_shown(name))
    return ""


def _called(pattern: str, times: int = 1) -> Callable[[Mapping[str, HasShape]], str]:
    """Return a test on names of tensors: whether so many of them hold a pattern."""
    searched = re.compile(pattern, re.IGNORECASE)

    def mark(tensors: Mapping[str, HasShape]) -> str:
        found = [name for name in tensors if searched.search(name)]
        return found[0] if len(found) >= times else ""

    return mark


def _of_axes(axes: int) -> Callable[[Mapping[str, HasShape]], str]:
    """Return a test on shapes: whether at least two layers' weights have so many axes."""

    def mark(tensors: Mapping[str, HasShape]) -> str:
        found = [name for name, tensor in tensors.items() if len(tensor.shape) == axes and _is_weight(name)]
        return found[0] if len(found) > 1 else ""

    return mark


def _is_weight(name: str) -> bool:
    return name.rpartition(".")[2].startswith(("weight", "original"))


def _layers(tensors: Mapping[str, HasShape]) -> list[Module]:
    return [module for module in grouped(tensors)[0] if module.sort in ("dense", "maps")]


def _looks_at_pictures(tensors: Mapping[str, HasShape]) -> str:
    """Return the name of a first convolution that takes a picture, if another layer gives one again."""
    layers = [module for module in _layers(tensors) if module.sort == "maps"]
    if len(layers) < 2 or layers[0].shape[2] < 2:
        return ""
    first, rest = layers[0], layers[1:]
    looks = first.shape[1] in VIEWS and first.shape[0] > max(VIEWS)
    return first.name if looks and _gives_picture(rest) else ""


def _gives_picture(layers: Sequence[Module]) -> bool:
    return any(module.shape[0] in PICTURES or module.shape[1] in PICTURES for module in layers)


STRANGERS: Final = (
    Stranger(
        f"this looks like StyleGAN ({{0}}), whose layers are modulated by styles and take noise of their own; {OPENED}",
        _called(
            r"(^|[._])(modulation|noise_strength|w_avg|g_synthesis|g_mapping|adain\d*|style_mod\w*|noise_weight)($|[._])"
            r"|(^|\.)(mapping\.fc\d|synthesis\.b\d)"
        ),
    ),
    Stranger(
        f"this looks like a progressively grown GAN ({{0}}), which gives a picture of each resolution; {OPENED}",
        _called(r"(^|[._])(to_?rgbs?\w*|rgb_layers|prog_blocks|progression\w*|scale_?layers|initial_rgb)($|[._])"),
    ),
    Stranger(
        f"this looks like FastGAN ({{0}}), whose maps are gated and weighted by smaller ones; {OPENED}",
        _called(r"(^|\.)(feat_\d+|se_\d+|to_big)\.", 2),
    ),
    Stranger(
        f"this looks like a diffusion model ({{0}}), which needs many steps for a picture; {OPENED}",
        _called(r"(^|[._])(time_?emb\w*|time_?mlp|t_embedder|timestep\w*|denoise\w*)($|[._])"),
    ),
    Stranger(
        f"its normalisations depend on the class ({{0}}, as in BigGAN and projection GANs); {OPENED}",
        _called(
            r"(^|[._])(cbn\w*|cond\w*norm\w*|ccbn\w*)($|[._])|(^|[._])(bn|b|norm)_?\d*\.(embed\w*|gain|gamma\w*|beta\w*)\.",
            2,
        ),
    ),
    Stranger(
        f"this looks like a transformer ({{0}}); {OPENED}",
        _called(r"(^|[._])(pos_?emb\w*|qkv|cls_token|in_proj_weight|self_attn)($|[._])"),
    ),
    Stranger(f"this is a recurrent network ({{0}}); {OPENED}", _called(r"(^|\.)weight_[ih]h_l\d")),
    Stranger(f"it draws volumes or films ({{0}} has five axes); {OPENED}", _of_axes(5)),
    Stranger(f"it draws sound or sequences ({{0}} has three axes); {OPENED}", _of_axes(3)),
    Stranger(
        f"this looks like an image-to-image generator (its first layer {{0}} looks at pictures); {OPENED}",
        _looks_at_pictures,
    ),
)
"""Tried in order; the first that fits is told."""
