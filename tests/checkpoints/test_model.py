"""Model files: what is written is read, other programs can read it, and nothing else is believed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st

from ganstudio.architecture import Architecture, Dense, Input
from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.model import Card, Distance, Model, read_model, write_model
from ganstudio.checkpoints.safetensors_content import packed
from ganstudio.files import FileError

CARD = Card(
    title="Tiny",
    data="Nothing",
    seed=3,
    steps=10,
    distance=Distance(name="Frechet", value=1.25, samples=100),
    class_names=("a", "b", "ä", "d"),
    code_meanings={"c1": "slant"},
)
RESUME = {"optimiser.step": np.array(9, np.int64), "optimiser.moment": np.array([np.inf, 1.0])}
INPUTS = (Input(kind="latent", size=3), Input(kind="label", size=4, embedding=2))

Change = Callable[[dict[str, str], dict[str, np.ndarray]], Any]


@pytest.fixture(scope="module")
def model(make: Callable[..., Model]) -> Model:
    return replace(make(*INPUTS, card=CARD), resume=RESUME)


def same(found: Model, wanted: Model) -> None:
    assert (found.name, found.architecture, found.card, found.experiment) == (
        wanted.name,
        wanted.architecture,
        wanted.card,
        wanted.experiment,
    )
    assert found.networks.keys() == wanted.networks.keys()
    for name, part in wanted.networks.items():
        assert found.networks[name].architecture == part.architecture
        assert found.networks[name].tensors.keys() == part.tensors.keys()
        for key, array in part.tensors.items():
            read = found.networks[name].tensors[key]
            assert (read.dtype, read.shape, read.tobytes()) == (array.dtype, array.shape, array.tobytes())


def test_what_is_written_is_read(tmp_path: Path, model: Model) -> None:
    path = tmp_path / "x.safetensors"
    write_model(path, model)
    found = read_model(path)
    same(found, model)
    assert found.resume is None
    resume = read_model(path, with_resume=True).resume
    assert resume is not None
    assert {name: (array.dtype, array.tolist()) for name, array in resume.items()} == {
        "optimiser.step": (np.dtype("int64"), 9),
        "optimiser.moment": (np.dtype("float64"), [np.inf, 1.0]),
    }


def test_same_model_same_bytes_which_the_library_reads(tmp_path: Path, model: Model) -> None:
    one, two = tmp_path / "1.safetensors", tmp_path / "2.safetensors"
    write_model(one, model)
    write_model(two, read_model(one, with_resume=True))
    assert one.read_bytes() == two.read_bytes()
    arrays = safetensors.numpy.load_file(one)
    assert np.array_equal(arrays["generator.1.weight"], model.tensors["1.weight"])
    with safetensors.safe_open(one, "numpy") as file:
        assert file.metadata()["format"] == "ganstudio-model"
        assert file.metadata()["version"] == "1.1"


def test_halves_stay_halves(tmp_path: Path, model: Model) -> None:
    half = replace(model, tensors={name: array.astype(np.float16) for name, array in model.tensors.items()})
    write_model(tmp_path / "x", half)
    same(read_model(tmp_path / "x"), half)


def changed(model: Model, change: Change) -> bytes:
    """Return a file of which metadata and tensors were changed."""
    tensors = {f"{part}.{name}": value for part, own in model.networks.items() for name, value in own.tensors.items()}
    told = {
        "format": "ganstudio-model",
        "version": "1.0",
        "name": model.name,
        "architecture": model.architecture.model_dump_json(),
        "parts": json.dumps({name: part.architecture.model_dump(mode="json") for name, part in model.parts.items()}),
    }
    change(told, tensors)
    return packed(tensors, told)


def with_tree(told: dict[str, str], name: str, change: Callable[[dict[str, Any]], Any]) -> None:
    tree = json.loads(told.get(name, "{}"))
    change(tree)
    told[name] = json.dumps(tree)


def newer(told: dict[str, str], tensors: dict[str, np.ndarray]) -> None:
    """Change a file as a later minor version might."""
    told.update(version="1.7", mood="good", card=json.dumps({"title": "T", "colour": "red", "distance": None}))
    tensors["aura.weight"] = np.ones(3, np.float32)
    with_tree(told, "architecture", lambda tree: tree.update(purpose="art"))
    with_tree(told, "architecture", lambda tree: tree["layers"][1].update(dilation_hint=1))
    with_tree(told, "architecture", lambda tree: tree["inputs"][0].update(unit="sigma"))


def test_a_newer_minor_version_is_read(tmp_path: Path, model: Model) -> None:
    path = tmp_path / "x"
    path.write_bytes(changed(model, newer))
    found = read_model(path)
    same(replace(found, card=CARD, experiment=model.experiment), model)
    assert found.card == Card(title="T")


WRONG: list[tuple[Change, str]] = [
    (lambda told, tensors: (newer(told, tensors), told.update(version="1.0")), "purpose|mood|dilation_hint|unit"),
    (lambda told, tensors: tensors.update({"aura.x": np.ones(1)}), "tensor 'aura.x': belongs to no network"),
    (
        lambda told, tensors: told.update(version="2.0"),
        r"\(format 2.0\); this one reads up to format 1.1",
    ),
    (lambda told, tensors: told.update(version="one"), "its version 'one' is not known"),
    (lambda told, tensors: told.update(version="0.9"), "the first was 1.0"),
    (lambda told, tensors: told.pop("version"), "its version '' is not known"),
    (lambda told, tensors: told.update(format="pt"), "is no model of GAN Studio"),
    (lambda told, tensors: told.pop("architecture"), "has no architecture"),
    (lambda told, tensors: told.pop("name"), "has no name"),
    (lambda told, tensors: told.update(name="a\nb"), "is one line"),
    (lambda told, tensors: told.update(architecture="{"), "architecture is not valid JSON"),
    (lambda told, tensors: told.update(architecture="[]"), "architecture is no table"),
    (lambda told, tensors: told.update(architecture='{"a": 1, "a": 1}'), "has 'a' twice"),
    (lambda told, tensors: told.update(architecture="{}"), "generator: layers"),
    (lambda told, tensors: told.update(card='{"title": 3}'), "card: title"),
    (lambda told, tensors: told.update(card='{"title": "%s"}' % ("x" * 201)), "card: title"),
    (lambda told, tensors: told.update(card='{"seed": -1}'), "card: seed"),
    (lambda told, tensors: told.update(card='{"class_names": ["a"]}'), "names 1 classes; the generator has 4"),
    (lambda told, tensors: told.update(experiment="3"), "experiment is no table"),
    (lambda told, tensors: told.update(card="[" * 1_000_001), "card has 1,000,001 characters; at most 1,000,000"),
    (lambda told, tensors: told.update(experiment='{"a": Infinity}'), "Infinity"),
    (lambda told, tensors: told.update(experiment='{"a":' * 5000 + "1" + "}" * 5000), "nested too deeply"),
    (lambda told, tensors: told.update(parts='{"../x": {}}'), "is no network's architecture"),
    (lambda told, tensors: told.update(parts='{"resume": {}}'), "is no network's architecture"),
    (lambda told, tensors: told.update(parts='{"critic": 3}'), "is no network's architecture"),
    (lambda told, tensors: tensors.pop("generator.1.weight"), "tensor generator.1.weight: is missing"),
    (lambda told, tensors: tensors.pop("encoder.1.bias"), "tensor encoder.1.bias: is missing"),
    (lambda told, tensors: tensors.update({"generator.9.x": np.ones(1)}), "belongs to no layer"),
    (
        lambda told, tensors: tensors.update({"generator.4.bias": np.ones(7, np.float32)}),
        r"generator.4.bias: has the shape \(7,\); \(1,\) is needed",
    ),
    (lambda told, tensors: tensors.update({"generator.4.bias": np.ones(1)}), "holds F64; F32 or F16 is needed"),
    (
        lambda told, tensors: tensors.update({"critic.0.bias": np.array([1, np.nan], np.float32)}),
        "critic.0.bias: has values that are not finite",
    ),
    (
        lambda told, tensors: tensors.update({"generator.4.bias": np.array([-np.inf], np.float32)}),
        "generator.4.bias: has values that are not finite",
    ),
]


@pytest.mark.parametrize(("change", "said"), WRONG, ids=range(len(WRONG)))
def test_what_is_refused(tmp_path: Path, model: Model, change: Change, said: str) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(changed(model, change))
    with pytest.raises(CheckpointError, match=said) as caught:
        read_model(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_tensors_are_compared_first(tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """An architecture of 16 GB in a small file costs nothing."""
    vast = Architecture(inputs=(Input(kind="latent", size=65_536),), layers=(Dense(inputs=65_536, outputs=65_536),))
    path = tmp_path / "x"
    path.write_bytes(changed(model, lambda told, tensors: told.update(architecture=vast.model_dump_json())))
    monkeypatch.setattr(np, "fromfile", lambda *_: pytest.fail("was read"))
    with pytest.raises(CheckpointError, match="missing"):
        read_model(path)


@given(data=st.data())
@settings(max_examples=60)
def test_a_damaged_file_is_a_typed_error_or_a_model(
    tmp_path_factory: pytest.TempPathFactory, model: Model, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.safetensors"
    whole = bytearray(changed(model, lambda told, tensors: None))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(whole[: len(whole) - data.draw(st.sampled_from([0, 0, 0, 1, 500]))])
    try:
        found = read_model(path)
    except CheckpointError:
        return
    assert all(np.isfinite(array).all() for array in found.tensors.values())


def test_what_does_not_go_together_is_not_written(tmp_path: Path, model: Model) -> None:
    path = tmp_path / "x.safetensors"
    for wrong, said in [
        (replace(model, name=""), "is one line"),
        (replace(model, tensors={}), "is missing"),
        (replace(model, tensors={**model.tensors, "4.bias": np.array([np.nan], np.float32)}), "not finite"),
        (replace(model, tensors={**model.tensors, "4.bias": np.array([1.0])}), "holds float64"),
        (replace(model, parts={"Critic!": model.parts["critic"]}), "network 'Critic!'"),
        (replace(model, architecture=model.parts["critic"].architecture), "no network that makes pictures"),
        (replace(model, resume={"a": np.array(["text"])}), "cannot be written"),
        (replace(model, experiment={"a": float("nan")}), "JSON"),
        (replace(model, experiment={"a": "x" * 1_000_000}), "at most 1,000,000 are allowed"),
        (replace(model, experiment={"a": tmp_path}), "not JSON serializable"),
        (replace(model, architecture=model.architecture.changed(output_range=(1.0, 1.0))), "nothing can be seen"),
    ]:
        with pytest.raises(CheckpointError, match=said):
            write_model(path, wrong)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(FileError, match="cannot be written"):
        write_model(tmp_path / "missing" / "x", model)
