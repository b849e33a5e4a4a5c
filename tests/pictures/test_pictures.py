"""Pictures show the numbers they are given, in the units that mean something, with nothing cut off."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.text import Text
from numpy.typing import NDArray
from PIL import Image

from ganstudio import pictures
from ganstudio.experiment import Experiment
from ganstudio.field import Field
from ganstudio.messages import Losses
from ganstudio.palette import DARK, LIGHT, Palette
from ganstudio.pictures.style import styled


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


@pytest.mark.parametrize(
    ("method", "values", "limits", "title"),
    [
        ("ns", [0.5, 0.75], (0.0, 1.0), "σ(T)"),
        ("lsgan", [0.0, 1.098612], (-0.098612, 1.098612), "T"),
        ("wgan_gp", [-0.549306, 0.549306], (-0.549306, 0.549306), "T − median"),
        ("hinge", [0.0, 1.098612], (-1.5, 1.5), "T"),
    ],
)
def test_the_field_is_what_the_objective_means(
    method: str, values: list[float], limits: tuple[float, float], title: str
) -> None:
    raw = np.tile(np.log(np.array([[1.0, 3.0]], np.float32)), (2, 1))
    shown = pictures.View.of(Experiment.of(method), np.zeros((4, 2), np.float32), raw, "")
    np.testing.assert_allclose(shown.field.values, [values, values], atol=1e-6)
    picture = pictures.plane(shown)
    assert picture.axes[0].images[0].get_clim() == pytest.approx(limits, abs=1e-6)
    assert picture.axes[1].get_ylabel() == title


def test_nodes_lie_on_the_edges_of_the_window() -> None:
    """Nodes at x = 0, 1, 2, 3, 4 and y = 0, 1, 2 with T = x - 1."""
    meaning = Experiment.of("hinge").objective.field_meaning
    raw = np.tile(np.arange(5.0) - 1.0, (3, 1))
    shown = replace(view(), field=Field.of(raw, meaning), window=(0.0, 4.0, 0.0, 2.0))
    axes = pictures.plane(shown).axes[0]
    # Pixels are around nodes, so the outermost ones stick out by one half.
    assert axes.images[0].get_extent() == pytest.approx((-0.5, 4.5, -0.5, 2.5))
    assert (*axes.get_xlim(), *axes.get_ylim()) == pytest.approx(shown.window)
    (contour,) = [item for item in axes.collections if isinstance(item, ContourSet)]
    line = np.concatenate([np.asarray(path.vertices) for path in contour.get_paths()])
    np.testing.assert_allclose(line[:, 0], 1.0)
    np.testing.assert_allclose((line[:, 1].min(), line[:, 1].max()), (0.0, 2.0))


@pytest.mark.parametrize("method", ["ns", "lsgan", "wgan_gp", "hinge"])
@pytest.mark.parametrize("all_of_it", [False, True])
def test_what_is_not_finite_is_left_out(method: str, all_of_it: bool) -> None:
    raw = raw_field()
    raw[3 : 32 if all_of_it else 5] = np.nan
    raw[:3] = np.nan if all_of_it else np.inf
    samples = np.zeros((10, 2), np.float32)
    assert pictures.png(pictures.plane(pictures.View.of(Experiment.of(method), samples, raw, "")))


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


LONG = "A label that is so long that it has to end before the next"  # 60 characters at most are allowed


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
    data = pictures.gif([[[view("ns")] * 3, [view("wgan_gp")]], [[view("ns")]]])
    with Image.open(io.BytesIO(data)) as animation:
        frames = []
        for index in range(animation.n_frames):  # type: ignore[attr-defined]
            animation.seek(index)
            frames.append(np.asarray(animation.convert("RGB")))
    assert all(frame.shape == frames[0].shape for frame in frames)
    height, width, _ = frames[0].shape
    assert np.ptp(frames[0][height // 2 :, : width // 2]) > 100  # the second row has one pane, at the left
    assert not np.ptp(frames[0][height // 2 + 20 :, width // 2 + 20 :], axis=(0, 1)).any()


def test_matplotlib_is_used_without_pyplot() -> None:
    import subprocess
    import sys

    program = "import sys, ganstudio.pictures; assert 'matplotlib.pyplot' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0


def test_many_methods_go_on_in_the_next_row() -> None:
    few, many = (pictures.comparison([[view()] * count, [view()] * count]) for count in (8, 20))
    assert len(few.axes) == 2 * 9
    assert len(many.axes) == 2 * (3 + 20), "the real data in front of each of three rows"
    assert many.get_figwidth() <= few.get_figwidth()
    huge = pictures.comparison([[view()] * 200])
    assert huge.get_figwidth() * huge.get_figheight() * huge.dpi**2 <= 16e6


def test_a_run_without_a_field_has_its_samples() -> None:
    bare = replace(view(), field=None)
    assert len(pictures.plane(bare).axes) == 1, "no colour bar"
    assert len(pictures.plane(bare).axes[0].images) == 0
    assert pictures.png(pictures.comparison([[bare, view()]]))
    for palette in (LIGHT, DARK):
        with Image.open(io.BytesIO(pictures.thumbnail(bare, 60, palette))) as picture:
            assert picture.convert("RGB").getpixel((0, 0)) == rgb(palette.plot)


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def test_a_thumbnail_shows_what_is_where() -> None:
    left, right, bottom, top = view().window
    heap = np.full((2500, 2), (left + 0.75 * (right - left), bottom + 0.25 * (top - bottom)), np.float32)
    shown = replace(view(), generated=heap, real=np.full((10, 2), np.nan))
    with Image.open(io.BytesIO(pictures.thumbnail(shown, 200))) as picture:
        image = np.asarray(picture.convert("RGB"), int)
    near = np.abs(image - np.array(rgb(LIGHT.generated))).max(-1) < 12
    rows, columns = np.nonzero(near)
    assert (rows.mean(), columns.mean()) == pytest.approx((150, 150), abs=1.5)
    contour = np.abs(image - np.array(rgb(LIGHT.contour))).max(-1) < 90
    assert np.nonzero(contour)[1].mean() == pytest.approx(100, abs=2), "where the slope is even, in the middle"
    # The field goes from "generated" on the left to "real" on the right.
    assert np.abs(image[100, 2] - np.array(rgb(LIGHT.field_generated))).max() < 40
    assert np.abs(image[100, -3] - np.array(rgb(LIGHT.field_real))).max() < 40
