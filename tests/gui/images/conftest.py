"""The Images bench with an engine that answers at once, from NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, Signal
from pytestqt.qtbot import QtBot

from ganstudio import resources
from ganstudio.architecture import (
    Activation,
    Architecture,
    Convolution,
    Dense,
    Input,
    Reshape,
    TransposedConvolution,
    Upsample,
)
from ganstudio.checkpoints import inputs
from ganstudio.checkpoints.model import Card, Model, read_model, write_model
from ganstudio.gui.images import ImagesBench, ImageSession
from ganstudio.gui.widgets import MessageBar
from ganstudio.image_messages import (
    ModelFailed,
    ModelOpened,
    OpenModel,
    Render,
    Rendered,
    SheetWritten,
    WriteSheet,
)
from ganstudio.latent.directions import principal
from ganstudio.sheets.picture import digest

LATENT, LABEL = Input(kind="latent", size=12), Input(kind="label", size=3)
CODES = (
    Input(kind="category", size=10),
    Input(kind="code", size=1, name="c1", distribution="uniform"),
    Input(kind="code", size=1, name="c2", distribution="uniform"),
)
SIDE = 8


def make_model(name: str, *others: Input, card: Card | None = None) -> Model:
    width = LATENT.size + sum(one.width for one in others)
    architecture = Architecture(
        inputs=(LATENT, *others),
        layers=(
            Dense(inputs=width, outputs=32),
            Reshape(channels=32, height=1, width=1),
            TransposedConvolution(inputs=32, outputs=1, kernel=SIDE),
            Activation(function="tanh"),
        ),
    )
    random = np.random.default_rng(len(name))
    tensors = {key: random.normal(size=shape).astype(np.float32) for key, shape in architecture.tensors().items()}
    return Model(name, architecture, tensors, card or Card())


@pytest.fixture(scope="session")
def planted() -> Model:
    """Return a generator of 16 x 16 pictures in which map 1 of layer 2 paints a square, and nothing else does.

    Where the latent's first number is above 0, the square is at rows 4 to 7 and columns 8 to 11.
    """
    architecture = Architecture(
        inputs=(Input(kind="latent", size=4),),
        layers=(
            Reshape(channels=4, height=1, width=1),
            TransposedConvolution(inputs=4, outputs=6, kernel=4),
            Activation(function="relu"),
            Upsample(factor=4),
            Convolution(inputs=6, outputs=1, kernel=1),
            Activation(function="tanh"),
        ),
    )
    random = np.random.default_rng(3)
    tensors = {
        name: (0.3 * random.normal(size=shape)).astype(np.float32) for name, shape in architecture.tensors().items()
    }
    square = 1
    tensors["1.weight"][:, square] = 0.0
    tensors["1.bias"][square] = 0.0
    tensors["1.weight"][0, square, 1, 2] = 1.0
    tensors["4.weight"] *= 0.1
    tensors["4.weight"][0, square] = 4.0
    tensors["4.bias"][:] = -0.5
    return Model("Planted", architecture, tensors)


@pytest.fixture(scope="session")
def models_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with three models: with classes, with InfoGAN's codes, and with nothing but a latent."""
    folder = tmp_path_factory.mktemp("models")
    told = {
        "a-classes": make_model("Classes", LABEL, card=Card(class_names=("Cat", "Dog", "Bird"))),
        "b-codes": make_model("Codes", *CODES, card=Card(code_meanings={"c1": "slant"})),
        "c-plain": make_model("Plain"),
    }
    for name, model in told.items():
        write_model(folder / f"{name}.safetensors", model)
    return folder


class FakeLink(QObject):
    """An engine that draws one grey level for each sample: a sum of whatever the generator is given."""

    arrived = Signal(object)
    died = Signal(str)
    _asked = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.posted: list[object] = []
        self.held: list[object] | None = None
        self.others: dict[type, Callable[..., object]] = {}
        """Kinds of messages -> what is answered to them instead, where that is not None."""
        self._asked.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Do nothing."""

    def stop(self) -> None:
        """Do nothing."""

    def dispose(self) -> None:
        """Be deleted."""
        self.deleteLater()

    def post(self, message: object) -> None:
        """Answer as soon as the event loop is free, or when `release` says so."""
        self.posted.append(message)
        if self.held is not None:
            self.held.append(message)
        else:
            self._asked.emit(message)

    def hold(self) -> None:
        """Answer nothing from now on."""
        self.held = []

    def release(self) -> None:
        """Answer what was asked meanwhile."""
        held, self.held = self.held or [], None
        for message in held:
            self._asked.emit(message)

    def renders(self, slot: str) -> list[Render]:
        """Return the requests of a slot."""
        return [message for message in self.posted if isinstance(message, Render) and message.slot == slot]

    def _answer(self, message: object) -> None:
        if type(message) in self.others:
            answer = self.others[type(message)](message)
            if answer is not None:
                self.arrived.emit(answer)
        elif isinstance(message, OpenModel):
            self.arrived.emit(self._opened(message))
        elif isinstance(message, Render):
            levels = sum(_column(array) for array in message.given)
            grey = np.rint(np.abs(levels) * 60 % 256).astype(np.uint8)  # type: ignore[arg-type]
            pictures = np.broadcast_to(grey[:, None, None, None], (len(grey), SIDE, SIDE, 1)).copy()
            self.arrived.emit(Rendered(message.model, message.slot, message.request, pictures, 0.004))
        elif isinstance(message, WriteSheet):
            self.arrived.emit(SheetWritten(message.model, message.path))

    def _opened(self, message: OpenModel) -> ModelOpened | ModelFailed:
        try:
            model = read_model(message.path)
        except ValueError as error:
            return ModelFailed(message.model, message.stamp, str(error))
        found = principal(model.architecture, model.tensors)
        assert found is not None
        return ModelOpened(
            message.model,
            message.stamp,
            model.name,
            model.architecture.model_dump(mode="json"),
            model.card.model_dump(mode="json"),
            found.vectors.astype(np.float32),
            (),
            digest(model),
        )


def _column(array: np.ndarray) -> np.ndarray:
    rows = array[:, None] if array.ndim == 1 else array
    return rows @ np.arange(1, rows.shape[1] + 1)


MakeBench = Callable[..., ImagesBench]


@pytest.fixture
def make_bench(qtbot: QtBot, models_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeBench]:
    """Return a function that shows a bench on one of the models, 1000 x 640."""
    monkeypatch.setattr(resources, "models_folder", lambda: models_folder)
    benches: list[ImagesBench] = []

    def make(model: str = "b-codes", size: tuple[int, int] = (1100, 680)) -> ImagesBench:
        from ganstudio.gui.app import application

        application()
        session = ImageSession(FakeLink)
        bench = ImagesBench(session, MessageBar())
        session.setParent(bench)
        bench._messages.setParent(bench)
        qtbot.addWidget(bench)
        bench.resize(*size)
        bench.show_model(model)
        bench.show()
        qtbot.waitExposed(bench)
        qtbot.waitUntil(lambda: bench.grid.count > 0 and bench.rendering.shown is not None)
        benches.append(bench)
        return bench

    yield make
    for bench in benches:
        bench.stop()


@pytest.fixture
def bench(make_bench: MakeBench) -> ImagesBench:
    """Return a bench on the model with codes."""
    return make_bench()


def level(given: inputs.Given) -> int:
    """Return the grey level of a single sample, as the fake engine draws it."""
    return int(np.rint(abs(float(sum(_column(array)[0] for array in given))) * 60 % 256)) % 256
