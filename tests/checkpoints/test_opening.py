"""Models are opened by what they are, and found by the name that they come with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from ganstudio import resources
from ganstudio.checkpoints import opening
from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.model import Model, write_model
from ganstudio.checkpoints.opening import open_model, shipped


def test_a_file_or_a_name(tmp_path: Path, make: Callable[..., Model], monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mnist").mkdir()
    write_model(tmp_path / "mnist" / "dcgan.safetensors", make(name="one"))
    write_model(tmp_path / "a.safetensors", make(name="two"))
    write_model(tmp_path / "no_ending", make(name="three"))
    monkeypatch.setattr(resources, "models_folder", lambda: tmp_path)
    assert list(shipped()) == ["a", "dcgan"]
    assert open_model("dcgan").name == "one"
    assert open_model(tmp_path / "a.safetensors").name == "two"
    assert open_model(str(tmp_path / "no_ending")).name == "three"
    with pytest.raises(CheckpointError, match=r"dcgam: there is no such file, and no such model .*\(a, dcgan\)"):
        open_model("dcgam")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pth", b"PK\3\4 and more", "is cut off"),
        (
            "a.pkl",
            b"cos\nsystem\n(S'touch /tmp/pwned'\ntR.",
            r"holds Python objects \(os.system\); only tensors are read",
        ),
        ("a.txt", b"", "is empty"),
        ("a.safetensors", b"PK\3\4 and more", "is cut off"),
        ("a.SafeTensors", b"", "is empty"),
        ("a.bin", safetensors.numpy.save({"x": np.ones(2)}), "holds no layers"),
    ],
)
def test_other_files(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CheckpointError, match=said):
        open_model(tmp_path / name)


def test_readers_in_order(tmp_path: Path, make: Callable[..., Model], monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.other").write_bytes(b"other")
    other = make(name="other")
    own, *others = opening.READERS
    readers = (own, lambda path, choices: other if choices == {"a": 1} else None, *others)
    monkeypatch.setattr(opening, "READERS", readers)
    assert open_model(tmp_path / "x.other", {"a": 1}) is other
    with pytest.raises(CheckpointError, match="is text"):
        open_model(tmp_path / "x.other")
