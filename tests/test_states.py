"""A run's state as a file: it comes back whole, and nothing else gets in."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from ganstudio.experiment import Experiment
from ganstudio.states import StateError, pack, pack_all, unpack, unpack_all
from ganstudio.training import Trainer


def test_a_run_goes_on_from_a_file_as_if_nothing_had_happened() -> None:
    import torch

    trainer = Trainer(Experiment.of("wgan_gp"))
    trainer.train(20)
    content = pack({name: value.numpy() for name, value in trainer.saved().items()})
    trainer.train(2)
    again = Trainer(Experiment.of("wgan_gp"))
    again.start_from({name: torch.from_numpy(value) for name, value in unpack(content).items()})
    again.train(2)
    assert np.array_equal(again.samples(30), trainer.samples(30))


GOOD = {"step": np.array(3), "averaged": np.zeros((1, 4), np.float32), "generator.parameters": np.zeros((1, 4))}


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"step": np.array(-1)}, "step: a whole number"),
        ({"step": np.array([1, 2])}, "step: a whole number"),
        ({"draws.real.position": np.array(10**12)}, "draws.real.position: a whole number"),
        ({"averaged": np.array([np.nan])}, "averaged: not all numbers are finite"),
        ({"averaged": np.array(["a"])}, "averaged: only arrays of numbers"),
    ],
)
def test_wrong_arrays_are_named(arrays: dict[str, np.ndarray], said: str) -> None:
    with pytest.raises(StateError, match=said):
        unpack(pack(GOOD | arrays))


def test_pickles_damage_and_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = io.BytesIO()
    np.savez(content, step=np.array([{}], dtype=object))
    with pytest.raises(StateError, match="damaged"):
        unpack(content.getvalue())
    whole = pack(GOOD)
    with pytest.raises(StateError, match="damaged"):
        unpack(whole[: len(whole) // 2])
    with pytest.raises(StateError, match="missing"):
        unpack(pack({"step": np.array(1)}))
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("step.npy", b"\0" * 2**20)
    monkeypatch.setattr("ganstudio.states.LARGEST", 2**19)
    with pytest.raises(StateError, match="too large"):
        unpack(bomb.getvalue())


def test_states_of_several_runs_share_a_file() -> None:
    second = {**GOOD, "step": np.array(7)}
    first, none, last = unpack_all(pack_all([GOOD, None, second]), 3)
    assert none is None
    assert first is not None
    assert last is not None
    assert (int(first["step"]), int(last["step"])) == (3, 7)
    assert set(first) == set(GOOD)
    with pytest.raises(StateError, match=r"2\.step: of no run; names of arrays begin with 0\. to 1\."):
        unpack_all(pack_all([GOOD, None, {"step": np.array(1)}]), 2)
    with pytest.raises(StateError, match=r"1\.averaged: missing"):
        unpack_all(pack_all([GOOD, {"step": np.array(1)}]), 2)
    with pytest.raises(StateError, match=r"1\.draws\.real\.position: a whole number"):
        unpack_all(pack_all([GOOD, {**GOOD, "draws.real.position": np.array(10**12)}]), 2)
    with pytest.raises(StateError, match="step: of no run"):
        unpack_all(pack(GOOD), 1)
