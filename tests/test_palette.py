"""The palettes: what can be read, told apart, and still be seen when a room's light falls on the screen."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from ganstudio.palette import DARK, DARK_PROJECTOR, LIGHT, LIGHT_PROJECTOR, Palette, diverging, group_colours

STRAY = 0.2
"""Luminance that the room's light adds, as a share of the projector's white."""
PROJECTOR = pytest.mark.parametrize("palette", [DARK_PROJECTOR, LIGHT_PROJECTOR], ids=lambda palette: palette.name)
EVERY = pytest.mark.parametrize(
    "palette", [DARK, LIGHT, DARK_PROJECTOR, LIGHT_PROJECTOR], ids=lambda palette: palette.name
)
# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
EYES = {
    "trichromat": np.eye(3),
    "protanope": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranope": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
}
# Ottosson 2020: linear sRGB to cone responses, their cube roots to OKLab.
CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear(colour: str) -> np.ndarray:
    value = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def ratio(one: str, other: str, stray: float = STRAY) -> float:
    """Return the ratio of luminances, the brighter above, with stray light on both."""
    low, high = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) + stray for colour in (one, other))
    return high / low


def apart(one: str, other: str, stray: float = STRAY) -> float:
    """Return the distance in OKLab for those eyes that see the least of it, with stray light on both."""

    def seen(colour: str, eyes: object) -> np.ndarray:
        light = (np.clip(np.asarray(eyes) @ linear(colour), 0, 1) + stray) / (1 + stray)
        return LAB @ np.cbrt(CONES @ light)

    return min(float(np.linalg.norm(seen(one, eyes) - seen(other, eyes))) for eyes in EYES.values())


def test_the_measures_are_the_known_ones() -> None:
    assert ratio("#000000", "#ffffff", stray=0.05) == pytest.approx(21.0)  # WCAG's
    assert apart("#000000", "#ffffff", stray=0.0) == pytest.approx(1.0, abs=1e-3)
    assert apart("#d40000", "#6a7000", stray=0.0) < np.linalg.norm(
        LAB @ np.cbrt(CONES @ linear("#d40000")) - LAB @ np.cbrt(CONES @ linear("#6a7000"))
    )


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: palette.name)
def test_text_can_be_read_on_a_screen(palette: Palette) -> None:
    for text, ground in itertools.product((palette.text, palette.muted), (palette.panel, palette.window)):
        assert ratio(text, ground, stray=0.05) >= 4.5


@PROJECTOR
def test_text_can_be_read_in_a_lit_room(palette: Palette) -> None:
    grounds = (palette.window, palette.panel, palette.raised)
    texts = (palette.text, palette.muted, palette.accent, palette.good, palette.bad, palette.warning)
    for text, ground in itertools.product(texts, grounds):
        assert ratio(text, ground) >= 4.5, (text, ground)
    for ground in (palette.good, palette.bad, palette.warning):
        assert ratio(palette.on_state, ground) >= 4.5, ground
    assert ratio(palette.on_accent, palette.accent) >= 4.5


@PROJECTOR
def test_marks_can_be_seen_in_a_lit_room(palette: Palette) -> None:
    marks = (palette.real, palette.generated, palette.contour, palette.critic, palette.generator, palette.penalty)
    for mark in (*marks, *group_colours(palette)):
        assert ratio(mark, palette.plot) >= 3.0, mark
    # On the field at its strongest, where they have an edge besides.
    for mark, end in itertools.product(
        (palette.real, palette.generated, palette.contour), (palette.field_real, palette.field_generated)
    ):
        assert ratio(mark, end) >= 2.0, (mark, end)
    for end in (palette.field_real, palette.field_generated):
        assert ratio(end, palette.plot) >= 1.3


@PROJECTOR
def test_colour_blind_students_tell_colours_apart_in_a_lit_room(palette: Palette) -> None:
    usual = DARK if palette.is_dark else LIGHT
    assert apart(palette.real, palette.generated) >= max(0.06, apart(usual.real, usual.generated))
    for one, other in itertools.combinations((palette.critic, palette.generator, palette.penalty), 2):
        assert apart(one, other) >= 0.09
    for one, other in itertools.combinations(group_colours(palette), 2):
        assert apart(one, other) >= 0.05
    ends = palette.field_real, palette.field_generated, palette.plot
    for one, other in itertools.combinations(ends, 2):
        assert apart(one, other) >= 0.03


@EVERY
def test_groups_begin_with_the_usual_colour_and_the_field_ends_in_its_own(palette: Palette) -> None:
    assert group_colours(palette)[0] == palette.generated
    table = diverging(palette, 3)
    shown = ["#{:02x}{:02x}{:02x}".format(*row) for row in table]
    assert shown == [palette.field_generated, palette.plot, palette.field_real]
