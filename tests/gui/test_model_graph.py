"""The model graph of an experiment: boxes, arrows, stops, their places, and what is told at each."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from ganstudio.experiment import Experiment
from ganstudio.gui.app import application
from ganstudio.gui.fonts import application_font
from ganstudio.gui.plane.field import FieldScale
from ganstudio.gui.walk.evidence import Evidence, field_of, read_off
from ganstudio.gui.walk.graph import graph_of, obstacle, parts_of_loss, stops_of
from ganstudio.gui.walk.illustrator import Illustrator
from ganstudio.gui.walk.narrator import Narrator
from ganstudio.gui.walk.picture import Look, addition, change
from ganstudio.gui.walk.places import Places, least_size
from ganstudio.gui.walk.tables import layer_norms, tensors_table
from ganstudio.messages import Snapshot, Walked
from ganstudio.methods import METHODS
from ganstudio.palette import DARK
from ganstudio.training import Trainer

WALKED = ("wgan_gp", "cgan", "semi_gan_features", "veegan", "vae", "pacgan2", "tsgan", "unrolled")
INFO_WITH_PENALTY = Experiment.of("infogan").with_value("constraints.gradient_penalty", "real")


class NoCurves:
    """Losses of a run that has none yet."""

    def names(self) -> list[str]:
        return []

    def series(self, name: str) -> None:
        raise KeyError(name)


def ways(experiment: Experiment) -> set[tuple[str, str]]:
    return {(edge.source, edge.target) for edge in graph_of(experiment).edges}


# ---- boxes and arrows --------------------------------------------------------------------------------


def test_the_standard_gan() -> None:
    experiment = Experiment.of("ns")
    assert graph_of(experiment).columns == [
        ["noise"],
        ["generator"],
        ["fake", "real"],
        ["critic"],
        ["scores"],
        ["generator_loss", "critic_loss"],
    ]
    graph = graph_of(experiment)
    assert graph.edge("fake", "critic").gradients == {"generator"}
    assert graph.edge("critic", "scores").gradients == {"critic", "generator"}
    assert graph.edge("real", "critic").gradients == frozenset()
    with pytest.raises(KeyError):
        graph.edge("noise", "critic")


@pytest.mark.parametrize(
    ("method", "boxes", "arrows"),
    [
        ("wgan_gp", {"penalty"}, {("critic", "penalty"), ("penalty", "critic_loss")}),
        (
            "infogan",
            {"codes", "heads"},
            {("codes", "generator"), ("heads", "generator_loss"), ("heads", "critic_loss")},
        ),
        ("cgan", {"labels"}, {("labels", "generator"), ("labels", "critic")}),
        ("acgan", {"labels", "heads"}, {("labels", "generator"), ("heads", "generator_loss")}),
        ("semi_gan", {"heads"}, {("heads", "critic_loss")}),
        ("semi_gan_features", {"heads"}, {("heads", "critic_loss"), ("critic", "generator_loss")}),
        ("bigan", {"encoder"}, {("real", "encoder"), ("encoder", "critic"), ("noise", "critic")}),
        ("veegan", {"encoder"}, {("encoder", "critic"), ("noise", "critic"), ("fake", "encoder")}),
    ],
)
def test_what_a_method_adds(method: str, boxes: set[str], arrows: set[tuple[str, str]]) -> None:
    plain = graph_of(Experiment.of("ns"))
    assert graph_of(Experiment.of(method)).keys - plain.keys == boxes
    assert ways(Experiment.of(method)) >= arrows
    if method == "acgan":
        assert ("labels", "critic") not in ways(Experiment.of(method))
    if method == "semi_gan_features":
        assert ("scores", "generator_loss") not in ways(Experiment.of(method))


def test_an_autoencoder_has_no_critic() -> None:
    graph = graph_of(Experiment.of("vae"))
    assert not graph.keys & {"critic", "scores", "critic_loss"}
    assert {("real", "encoder"), ("encoder", "latents"), ("latents", "generator")} <= ways(Experiment.of("vae"))
    assert {stop.part for stop in stops_of(Experiment.of("vae"))} == {"generator"}


def test_every_stop_of_every_method_is_about_what_its_graph_has() -> None:
    for method in METHODS:
        _check_stops(Experiment.of(method))


def _check_stops(experiment: Experiment) -> None:
    graph, stops = graph_of(experiment), stops_of(experiment)
    for stop in stops:
        assert stop.nodes
        assert stop.nodes <= graph.keys
        for way in stop.edges:
            edge = graph.edge(*way)
            assert not stop.backward or stop.part in edge.gradients
    assert len({(stop.part, stop.key) for stop in stops}) == len(stops)
    # Gradients reach everybody who learns.
    ends = {source for stop in stops if stop.backward for source, _ in stop.edges}
    assert {"critic", "generator"} & graph.keys <= ends
    assert [stop.part for stop in stops] == sorted((stop.part for stop in stops), key=["critic", "generator"].index)


def test_there_is_nothing_to_follow_by_quadrature() -> None:
    assert "quadrature" in obstacle(Experiment.of("quadrature"))
    assert obstacle(Experiment.of("ns")) == ""


@pytest.mark.parametrize("size", [None, (860, 300), (1500, 700)], ids=["least", "usual", "large"])
def test_boxes_lie_apart_and_inside(size: tuple[float, float] | None) -> None:
    for experiment in (*map(Experiment.of, WALKED), INFO_WITH_PENALTY):
        _check_places(experiment, size or least_size(graph_of(experiment)))


def _check_places(experiment: Experiment, size: tuple[float, float]) -> None:
    places = Places(graph_of(experiment), *size)
    boxes = places.boxes()
    for one, other in itertools.combinations(boxes.values(), 2):
        assert not one.adjusted(-3, -3, 3, 3).intersects(other)
    for box in boxes.values():
        assert box.left() >= 0
        assert box.top() >= 0
        assert box.right() <= size[0]
        assert box.bottom() <= size[1]
        assert box.width() > 60
        assert box.height() > 50
    for (source, target), path in places.paths(boxes).items():
        assert boxes[source].adjusted(-1, -1, 1, 1).contains(path.pointAtPercent(0))
        assert boxes[target].adjusted(-1, -1, 1, 1).contains(path.pointAtPercent(1))


# ---- what is told ------------------------------------------------------------------------------------


def evidence_of(experiment: Experiment, steps: int = 1) -> Evidence:
    """Return an iteration of a real trainer, and the field before it."""
    trainer = Trainer(experiment)
    trainer.train(steps)
    window = experiment.data.window()

    def look() -> Snapshot:
        field = trainer.field(window, 24)
        losses = trainer.take_losses()
        return Snapshot("a", 1, trainer.step, 0.0, False, "cpu", trainer.samples(100), field, window, losses)

    before = look()
    critic, generator = trainer.walk()
    trainer.check()
    real = experiment.data.sample(100, np.random.default_rng(0))
    evidence = Evidence(
        experiment,
        NoCurves(),  # type: ignore[arg-type]
        real,
        before,
        field_of(before, experiment, FieldScale()),
        Walked("a", 1, steps, critic, generator),
    )
    return evidence.after(look())


@pytest.mark.parametrize("experiment", [*map(Experiment.of, WALKED), INFO_WITH_PENALTY])
def test_every_stop_has_words_numbers_and_pictures(experiment: Experiment) -> None:
    application()
    evidence, graph = evidence_of(experiment), graph_of(experiment)
    narrator = Narrator(evidence, graph)
    canvas = QImage(240, 240, QImage.Format.Format_RGB32)
    look = Look(DARK, application_font(), progress=0.5)
    draw = Illustrator(evidence, graph)
    live = draw.fixed() | draw.live()
    assert live.keys() == graph.keys
    assert not draw.fixed().keys() & draw.live().keys()
    scenes = [narrator.scene(stop) for stop in stops_of(experiment)]
    assert len({scene.title for scene in scenes}) >= len(scenes) - 1
    for scene in scenes:
        assert scene.caption.endswith(".")
        for odd in ("{", "}", "nan", "not a number", "  ", "None", "infinite"):
            assert odd not in scene.caption
        assert scene.pictures.keys() <= graph.keys
        for picture in (scene.large, *scene.pictures.values()):
            assert picture.words
            canvas.fill(0)
            painter = QPainter(canvas)
            picture.paint(painter, canvas.rect().toRectF().adjusted(5, 5, -5, -5), look)
            painter.end()
            pixels = np.frombuffer(canvas.constBits(), np.uint8)
            assert pixels.max() > 0
    said = {stop.key for stop, scene in zip(stops_of(experiment), scenes, strict=True) if not scene.table.rows}
    assert said <= {"loss"}  # a loss of one term is told in the caption


def test_the_numbers_are_those_of_the_iteration() -> None:
    application()
    evidence = evidence_of(Experiment.of("wgan_gp"))
    assert evidence.walked is not None
    critic = evidence.walked.critic
    stops = stops_of(evidence.experiment)
    narrator = Narrator(evidence, graph_of(evidence.experiment))
    scenes = {(stop.part, stop.key): narrator.scene(stop) for stop in stops}
    rows = {row[0]: row for row in scenes["critic", "scores"].table.rows}
    assert rows["T(x)"][1] == "(128,)"
    assert float(rows["T(x)"][3].replace("\N{MINUS SIGN}", "-")) == pytest.approx(
        critic["real_scores"].mean(), rel=0.01
    )
    loss = scenes["critic", "loss"]
    assert "(critic)" in loss.caption
    assert "(penalty)" in loss.caption
    total = float(critic["loss.critic"] + critic["loss.penalty"])
    said = loss.caption.split("= ")[1].split()[0].rstrip(".").replace("\N{MINUS SIGN}", "-")
    assert float(said) == pytest.approx(total, abs=2e-3)
    assert loss.equations[0][1] == METHODS["wgan_gp"].critic_loss
    assert [row[0] for row in scenes["critic", "gradients"].table.rows] == ["1", "2", "3", "4"]


def test_terms_of_losses_are_those_that_are_trained() -> None:
    trainer = Trainer(INFO_WITH_PENALTY)
    critic, generator = trainer.walk()
    assert parts_of_loss(INFO_WITH_PENALTY, "critic") == ("critic", "codes", "penalty")
    assert {f"loss.{name}" for name in parts_of_loss(INFO_WITH_PENALTY, "critic")} <= critic.keys()
    assert {f"loss.{name}" for name in parts_of_loss(INFO_WITH_PENALTY, "generator")} <= generator.keys()


# ---- small things ------------------------------------------------------------------------------------


def test_norms_of_a_layer_are_those_of_all_its_weights() -> None:
    arrays = {f"gradient.{name}": np.float32(3.0) for name in ("0.weight", "encoder.0.weight")}
    arrays |= {"gradient.0.bias": np.float32(4.0), "update.0.weight": np.float32(0.5)}
    (layer,) = layer_norms(arrays)  # type: ignore[arg-type]
    assert (layer.name, layer.gradient, layer.update) == ("1", 5.0, 0.5)
    (encoder,) = layer_norms(arrays, of="encoder.")  # type: ignore[arg-type]
    assert encoder.gradient == 3.0


def test_a_table_leaves_out_what_is_not_there() -> None:
    table = tensors_table({"z": np.array([[1.0, -2.0]])}, (("z", "z"), ("c", "c")))
    assert table.rows == (("z", "(1, 2)", "\N{MINUS SIGN}2", "\N{MINUS SIGN}0.5", "1"),)


def test_numbers_that_differ_are_told_apart() -> None:
    assert change(-10.51, -10.49) == ("\N{MINUS SIGN}10.51", "\N{MINUS SIGN}10.49")
    assert change(1.0, 2.0) == ("+1", "+2")
    assert addition([1.276, -1.612]) == ["1.276", "\N{MINUS SIGN}1.612", "\N{MINUS SIGN}0.336"]
    assert addition([0.0]) == ["0.000", "0.000"]


def test_a_field_is_read_off_between_its_nodes() -> None:
    x = np.linspace(-1, 1, 5)
    values = np.add.outer(10 * x, x)
    points = np.array([[0.3, -0.7], [5.0, 0.0], [1.0, 1.0]])
    assert np.allclose(read_off(values, (-1, 1, -1, 1), points), [0.3 - 7.0, 11.0])
