"""Pictures show the numbers they are given, in the units that mean something, with nothing cut off."""

from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from numpy.typing import NDArray
from PIL import Image

from ganstudio import pictures
from ganstudio.experiment import Experiment
from ganstudio.messages import Losses
from ganstudio.palette import DARK, LIGHT, Palette
from ganstudio.pictures.style import styled
from ganstudio.pictures.views import Field


def raw_field() -> NDArray[np.float32]:
    """A slope from left to right."""
    return np.tile(np.linspace(-4.0, 4.0, 32, dtype=np.float32), (32, 1))


def view(method: str = "ns", label: str = "") -> pictures.View:
    experiment = Experiment.of(method, label=label)
    samples = np.random.default_rng(1).normal(size=(2500, 2)).astype(np.float32)
    return pictures.View.of(experiment, samples, raw_field(), "step 2,500 · 8 of 8 modes · 67.1 % high quality")


def record() -> Losses:
    step = np.arange(1, 101)
    terms = {name: np.ones((2, 100), np.float32) for name in ("critic", "penalty", "generator")}
    return Losses(step, terms)


def test_logits_become_probabilities() -> None:
    field = Field.of(np.array([[0.0, np.log(3.0), -1e9, 1e9]], np.float32), Experiment.of("ns").objective)
    np.testing.assert_allclose(field.values, [[0.5, 0.75, 0.0, 1.0]], atol=1e-7)
    assert (field.middle, field.reach) == (0.5, 0.5)


def test_least_squares_values_stay_around_a_half() -> None:
    field = Field.of(np.array([[0.0, 0.5, 1.5]], np.float32), Experiment.of("lsgan").objective)
    np.testing.assert_array_equal(field.values, [[0.0, 0.5, 1.5]])
    assert field.middle == 0.5
    assert 0.9 < field.reach <= 1.0


@pytest.mark.parametrize("method", ["wgan", "wgan_gp", "hinge"])
def test_scores_lose_their_constant(method: str) -> None:
    raw = raw_field()
    field = Field.of(raw + np.float32(100.0), Experiment.of(method).objective)
    np.testing.assert_allclose(np.median(field.values), 0.0, atol=1e-5)
    assert field.middle == 0.0
    assert 3.5 < field.reach <= 4.0


def test_an_even_field_has_colours_too() -> None:
    experiment = Experiment.of("wgan_gp")
    even = pictures.View.of(experiment, np.zeros((10, 2), np.float32), np.ones((8, 8), np.float32), "")
    assert even.field.reach > 0
    assert pictures.png(pictures.plane(even))


def undrawn(picture: Figure) -> set[Text]:
    """Return labels of ticks outside their axis, which matplotlib keeps but does not draw."""
    return {
        tick.label1
        for axes in picture.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis.get_major_ticks()
        if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
    }


def check_texts(picture: Figure) -> None:
    """Check that no text leaves the figure, and that no two texts overlap."""
    canvas = FigureCanvasAgg(picture)
    with styled():
        canvas.draw()  # type: ignore[no-untyped-call]
        drawn = [text for text in picture.findobj(Text) if text.get_visible() and text not in undrawn(picture)]
        boxes = [(text.get_text(), text.get_window_extent()) for text in drawn if text.get_text()]
    width, height = canvas.get_width_height()
    for said, box in boxes:
        assert box.x0 >= 0, said
        assert box.y0 >= 0, said
        assert box.x1 <= width, said
        assert box.y1 <= height, said
    for index, (said, box) in enumerate(boxes):
        for other_said, other in boxes[index + 1 :]:
            across = min(box.x1, other.x1) - max(box.x0, other.x0)
            along = min(box.y1, other.y1) - max(box.y0, other.y0)
            assert min(across, along) <= 1.0, f"{said!r} lies on {other_said!r}"


LONG = "A label that is much too long for a pane, and so has to end before the next one begins"


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("label", ["", LONG, "λ = $\\x$ 权重"])
def test_nothing_overlaps(palette: Palette, label: str) -> None:
    check_texts(pictures.plane(view("wgan_gp", label), palette))
    rows = [[view("ns"), view("wgan_gp", label), view("lsgan")], [view("hinge", label)]]
    check_texts(pictures.comparison(rows, "the first of 10 seeds", palette))
    check_texts(pictures.losses(record(), label or "WGAN-GP", palette))


def test_the_same_picture_is_the_same_file() -> None:
    assert pictures.png(pictures.plane(view())) == pictures.png(pictures.plane(view()))


def test_generated_samples_are_drawn_where_they_are() -> None:
    samples = np.full((50, 2), 1.0, np.float32)
    alone = pictures.View.of(Experiment(), samples, np.zeros((8, 8), np.float32), "")
    picture = pictures.plane(alone)
    offsets = picture.axes[0].collections[-1].get_offsets()
    np.testing.assert_allclose(np.asarray(offsets), samples)
    assert picture.axes[0].get_xlim() == pytest.approx(alone.window[:2])


def test_an_animation_holds_what_ended_early() -> None:
    data = pictures.gif([[view("ns")] * 3, [view("wgan_gp")]])
    with Image.open(io.BytesIO(data)) as animation:
        frames = []
        for index in range(animation.n_frames):  # type: ignore[attr-defined]
            animation.seek(index)
            frames.append(np.asarray(animation.convert("RGB")))
    assert all(frame.shape == frames[0].shape for frame in frames)


def test_matplotlib_is_used_without_pyplot() -> None:
    import subprocess
    import sys

    program = "import sys, ganstudio.pictures; assert 'matplotlib.pyplot' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0
