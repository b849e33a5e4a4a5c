"""Files that are broken, or meant to do harm: one line that names the file and the reason, soon, and nothing else."""

from __future__ import annotations

import contextlib
import fractions
import io
import json
import os
import pickle
import re
import struct
import tarfile
import time
import warnings
import zipfile

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.foreign import opening, reading
from ganstudio.checkpoints.foreign.opening import read_foreign
from ganstudio.checkpoints.foreign.outlines import listed
from ganstudio.checkpoints.foreign.pickles import PickleProblemError, outlined
from ganstudio.checkpoints.foreign.sniffing import LEGACY, looked_into, sniffed
from ganstudio.checkpoints.opening import open_model

SUFFIXES = (".pt", ".pth", ".bin", ".ckpt", ".tar", ".safetensors", ".onnx", "")
SECONDS = 5.0
EMPTY = b'{"dtype":"F32","shape":[0],"data_offsets":[0,0]}'


class Runs:
    """Makes a file when it is unpickled."""

    def __init__(self, mark, way=os.system):
        self.mark, self.way = mark, way

    def __reduce__(self):
        return self.way, (f"touch {self.mark}",)


class Evaluates(Runs):
    def __reduce__(self):
        return eval, (f"open({str(self.mark)!r}, 'w')",)


def saved(value, **options):
    file = io.BytesIO()
    torch.save(value, file, **options)
    return file.getvalue()


def legacy(value):
    return saved(value, _use_new_zipfile_serialization=False)


def archive(entries, method=zipfile.ZIP_STORED, root="archive"):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for name, content in entries.items():
            made.writestr(f"{root}/{name}" if root else name, content)
    return file.getvalue()


def safetensors(header, body=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + body


def tensor(begin, end, shape=(1,), dtype="F32"):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}


def weights():
    return {"0.weight": torch.ones(4, 3, 4, 4), "0.bias": torch.zeros(3)}


def instructions(*parts):
    return b"\x80\x02" + b"".join(parts) + b"."


def overlapping_bomb():
    """Fifty entries that are all the same megabyte."""
    data = archive({"data.pkl": pickle.dumps({}, 2), "data/0": bytes(2**20)})
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        [_, entry] = made.infolist()
    place = data.rindex(b"PK\x05\x06")
    directory = struct.unpack_from("<I", data, place + 16)[0]
    head, entries = data[:directory], data[directory:place]
    second = entries[entries.rindex(b"PK\x01\x02") :]
    copies = b"".join(second.replace(b"data/0", f"data/{index}".encode()[-6:].rjust(6, b"x")) for index in range(1, 50))
    whole = entries + copies
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 51, 51, len(whole), len(head), 0)
    assert entry.file_size == 2**20
    return head + whole + end


def many_entries():
    """An archive that claims four thousand million entries."""
    end64 = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 2**32, 2**32, 0, 0)
    return b"PK\x03\x04" + bytes(60) + end64 + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 9, 9, 9, 0, 0)


def newer_legacy():
    data = legacy(weights())
    place = len(LEGACY)
    assert data[place : place + 6] == b"\x80\x02M\xe9\x03."
    return data[:place] + b"\x80\x02M\xe9\x04." + data[place + 6 :]


def in_third_pickle(mark):
    data = legacy(weights())
    place = len(LEGACY) + 6
    return data[:place] + pickle.dumps(Runs(mark), 2) + data[place:]


def with_sort_of(name):
    """A real archive with one more entry."""
    file = io.BytesIO(saved(weights()))
    with zipfile.ZipFile(file, "a") as made, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that is there already
        made.writestr(f"archive/{name}", b"1")
    return file.getvalue()


def tarred():
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as made:
        made.addfile(tarfile.TarInfo("storages"))
    return file.getvalue()


def not_a_number():
    from safetensors.torch import save

    return save(two_layers(torch.nan))


def two_numbers():
    from safetensors.torch import save

    return save({"0.weight": torch.ones(16, 8), "2.weight": torch.ones(2, 16)})


FILES = {
    "empty": (lambda: b"", "is empty"),
    "one byte": (lambda: b"\x80", "no checkpoint"),
    "zeros": (lambda: bytes(4096), "zeros"),
    "random": (lambda: np.random.default_rng(0).bytes(5000), "no checkpoint"),
    "text": (lambda: b"learning rate 0.1\n" * 20, "is text"),
    "a web page": (lambda: b"<!DOCTYPE html><html>no such file</html>" + b" " * 600, "web page"),
    "a PNG picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(400), "PNG"),
    "HDF5": (lambda: b"\x89HDF\r\n\x1a\n" + bytes(400), "HDF5"),
    "a NumPy array": (lambda: b"\x93NUMPY" + bytes(400), "NumPy"),
    "git-lfs": (lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n", "Git LFS"),
    "gzip": (lambda: b"\x1f\x8b\x08" + bytes(100), "gzip"),
    "tar": (tarred, "tar archive"),
    "cut zip": (lambda: saved(weights())[:-200], "cut off"),
    "half a zip": (lambda: saved(weights())[:700], "cut off"),
    "cut legacy": (lambda: legacy(weights())[:200], "cut off"),
    "only the magic number": (lambda: LEGACY, "cut off"),
    "a zip of texts": (lambda: archive({"a.txt": "a"}), "without PyTorch's"),
    "arrays": (lambda: archive({"a.npy": b"1"}, root=""), "without PyTorch's|NumPy"),
    "TorchScript": (lambda: with_sort_of("constants.pkl"), "TorchScript"),
    "TorchScript code": (lambda: with_sort_of("code/__torch__.py"), "TorchScript"),
    "pt2": (lambda: with_sort_of("archive_format"), "exported program"),
    "zip bomb": (lambda: archive({"data.pkl": b"N." + bytes(10**7)}, zipfile.ZIP_DEFLATED), "compressed"),
    "overlapping bomb": (overlapping_bomb, "overlap"),
    "many entries": (many_entries, "entries"),
    "an entry twice": (lambda: with_sort_of("data/0"), "2 times"),
    "newer zip": (lambda: archive({"data.pkl": pickle.dumps({}, 2), "version": "99\n"}), "newer PyTorch"),
    "newer legacy": (newer_legacy, "newer PyTorch"),
    "no pickle": (lambda: archive({"data.pkl": b"\xff" * 40}), "cut off or damaged"),
    "an unfinished pickle": (lambda: archive({"data.pkl": b"\x80\x02}q\x00("}), "cut off or damaged"),
    "a whole model": (lambda: saved(torch.nn.Linear(2, 2)), r"Linear.*state_dict"),
    "protocol 4": (lambda: saved(weights(), pickle_protocol=4), "pickle_protocol=2"),
    "another library's numbers": (
        lambda: saved({"w": torch.ones(2), "best": fractions.Fraction(1, 2)}),
        r"Fraction.*only tensors.*state_dict",
    ),
    "recursion": (lambda: archive({"data.pkl": instructions(b"(" * 100_000, b"t" * 100_000)}), "nested"),
    "endless pickle": (lambda: archive({"data.pkl": instructions(b"N0" * 400_000)}), "instructions|damaged"),
    "long pickle": (lambda: archive({"data.pkl": b"\x80\x02" + b"N" * 9_000_000}), "MB"),
    "a string of 2^62 bytes": (
        lambda: archive({"data.pkl": instructions(b"\x8d" + struct.pack("<Q", 2**62))}),
        "damaged",
    ),
    "header of 2^63": (lambda: safetensors({}, length=2**63), "header"),
    "header of 2^64 - 1": (lambda: safetensors({}, length=2**64 - 1), "header"),
    "header longer than the file": (lambda: safetensors({}, length=10**6), "header"),
    "a million empty tensors": (
        lambda: safetensors(b"{" + b",".join(b'"%d":%s' % (i, EMPTY) for i in range(10**6)) + b"}"),
        "at most",
    ),
    "twenty thousand tensors": (
        lambda: safetensors(b"{" + b",".join(b'"%d":%s' % (i, EMPTY) for i in range(20_000)) + b"}"),
        "at most",
    ),
    "overlapping": (lambda: safetensors({"a": tensor(0, 8, [2]), "b": tensor(4, 8)}, bytes(8)), "overlap"),
    "a gap": (lambda: safetensors({"a": tensor(0, 4), "b": tensor(8, 12)}, bytes(12)), "gap"),
    "a name twice": (
        lambda: safetensors(b'{"a":' + json.dumps(tensor(0, 4)).encode() + b',"a":' + EMPTY + b"}", bytes(4)),
        "twice",
    ),
    "no JSON": (lambda: safetensors(b"{" + b"x" * 50), "JSON"),
    "deep JSON": (lambda: safetensors(b'{"a":' + b"[" * 100_000), "header|nested"),
    "a wrong size": (lambda: safetensors({"a": tensor(0, 4, [1000])}, bytes(4)), "shape"),
    "a huge shape": (lambda: safetensors({"a": tensor(0, 4, [2**62, 2**62])}, bytes(4)), "shape"),
    "no tensors": (lambda: safetensors({"__metadata__": {"a": "b"}}), "no tensors"),
    "no layers": (lambda: safetensors({"a": tensor(0, 4)}, bytes(4)), "no layers"),
    "NaN": (not_a_number, "not finite"),
    "points": (two_numbers, "2 numbers"),
}

HARMFUL = {
    "zip": lambda mark: saved({"netG": weights(), "x": Runs(mark)}),
    "zip, evaluated": lambda mark: saved({"netG": weights(), "x": Evaluates(mark)}),
    "zip, deep": lambda mark: saved({"netG": weights(), "x": [{"y": (1, [Runs(mark)])}]}),
    "legacy": lambda mark: legacy({"netG": weights(), "x": Runs(mark)}),
    "legacy, third pickle": in_third_pickle,
    "plain, protocol 0": lambda mark: pickle.dumps(Runs(mark), 0),
    "plain, protocol 2": lambda mark: pickle.dumps(Runs(mark), 2),
    "plain, protocol 4": lambda mark: pickle.dumps(Runs(mark), 4),
    "plain, protocol 5": lambda mark: pickle.dumps([Runs(mark)], 5),
    "zip, protocol 4": lambda mark: archive({"data.pkl": pickle.dumps(Runs(mark), 4), "version": "3"}),
    "inst": lambda mark: archive({"data.pkl": f"(S'touch {mark}'\nios\nsystem\n.".encode(), "version": "3"}),
    "torch's own": lambda mark: archive(
        {"data.pkl": instructions(b"ctorch.hub\nload\n(X", struct.pack("<I", 3), b"a/btR"), "version": "3"}
    ),
    "by number": lambda mark: archive({"data.pkl": instructions(b"\x82\x01)R"), "version": "3"}),
    "getattr": lambda mark: archive({"data.pkl": instructions(b"cbuiltins\ngetattr\n"), "version": "3"}),
}


def refused(path):
    """Open a file in the usual way, and return the one line that says why it is not."""
    begun = time.process_time()  # what others do at the same time is not its fault
    with pytest.raises(CheckpointError) as caught:
        open_model(path)
    assert time.process_time() - begun < SECONDS
    said = str(caught.value)
    assert said.startswith(f"{path}: ")
    assert "\n" not in said
    assert len(said) < 700
    return said.removeprefix(f"{path}: ")


@pytest.fixture
def no_process(monkeypatch):
    """What can be told without PyTorch is not worth the start of a process."""
    monkeypatch.setattr("subprocess.Popen", None)


@pytest.mark.usefixtures("no_process")
@pytest.mark.parametrize("what", FILES)
def test_a_broken_file_is_refused_for_its_reason(what, tmp_path):
    content, reason = FILES[what]
    path = tmp_path / "netG.pth"
    path.write_bytes(content())
    said = refused(path)
    assert re.search(reason, said), said


@pytest.mark.usefixtures("no_process")
@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("how", HARMFUL)
def test_what_would_run_never_runs_whatever_it_is_called(how, suffix, tmp_path):
    mark = tmp_path / "it-ran"
    path = tmp_path / f"netG{suffix}"
    path.write_bytes(HARMFUL[how](mark))
    assert "only tensors are read" in refused(path)
    assert not mark.exists()


@pytest.mark.usefixtures("no_process")
def test_what_is_no_regular_file_is_refused(tmp_path):
    assert "folder" in refused(tmp_path)
    assert "no such file" in refused(tmp_path / "missing.pth")
    (tmp_path / "dangling.pth").symlink_to(tmp_path / "nowhere")
    assert "no such file" in refused(tmp_path / "dangling.pth")
    os.mkfifo(tmp_path / "pipe.pth")
    assert "pipe" in refused(tmp_path / "pipe.pth")
    (tmp_path / "device.pth").symlink_to("/dev/zero")
    assert "device" in refused(tmp_path / "device.pth")
    if os.geteuid():
        (tmp_path / "mine.pth").write_bytes(saved(weights()))
        (tmp_path / "mine.pth").chmod(0)
        assert "ermission" in refused(tmp_path / "mine.pth")


def test_a_file_that_is_too_large_is_not_looked_at(tmp_path):
    path = tmp_path / "large.pth"
    with open(path, "wb") as file:
        file.truncate(2**40)
    assert "at most" in refused(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_bytes_are_answered_with_a_kind_or_a_reason(tmp_path, data):
    start = data.draw(
        st.sampled_from([b"", b"PK\x03\x04", LEGACY, b"\x80\x02", b"{", b"\x08\0\0\0\0\0\0\0{", REAL, OLD])
    )
    content = bytearray(start + data.draw(st.binary(max_size=300)))
    for place, value in data.draw(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=8)):
        if content:
            content[place % len(content)] = value
    cut = data.draw(st.integers(0, len(content)))
    path = tmp_path / "any"
    path.write_bytes(bytes(content if data.draw(st.booleans()) else content[:cut]))
    with contextlib.suppress(CheckpointError):
        assert sniffed(path) in ("zip", "legacy", "safetensors")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_pickle_is_answered_with_its_end_or_a_reason(content):
    with contextlib.suppress(PickleProblemError):
        assert 0 < outlined(content)[1] <= len(content)


REAL = saved({"a": torch.ones(2)})
OLD = legacy({"a": torch.ones(2)})


# ---- what PyTorch would have to be asked, and is not ----------------------------------------------------------------


def changed_pickle(change):
    """A real archive whose list of contents was changed."""
    with zipfile.ZipFile(io.BytesIO(saved(two_layers()))) as made:
        entries = {entry.filename.partition("/")[2]: made.read(entry) for entry in made.infolist()}
    before = entries["data.pkl"]
    entries["data.pkl"] = change(before)
    assert entries["data.pkl"] != before
    return archive(entries)


def two_layers(value=1.0):
    return {"0.weight": torch.full((8, 4, 4, 4), value), "2.weight": torch.full((4, 3, 4, 4), value)}


def number(value):
    return b"J" + struct.pack("<i", value) if value < 2**31 else b"\x8a\x08" + struct.pack("<q", value)


def larger_storage():
    """192 is how many numbers the second weight has."""
    return changed_pickle(lambda old: old.replace(b"K\xc0tq", number(2**40) + b"tq"))


def larger_shape():
    return changed_pickle(
        lambda old: old.replace(b"(K\x04K\x03K\x04K\x04tq", b"(" + number(2**40) + b"K\x03K\x04K\x04tq")
    )


def laughs():
    """Lists of the same list, thirty deep: few instructions, a thousand million things."""
    parts = [b"]q\x00"]
    parts += [b"]q" + bytes([index]) + b"(" + (b"h" + bytes([index - 1])) * 10 + b"e" for index in range(1, 30)]
    return archive({"data.pkl": instructions(*parts), "version": "3", "byteorder": "little"})


def without_storages():
    return archive({"data.pkl": REAL_PICKLE, "version": "3", "byteorder": "little"})


def deep():
    tree = {"w": torch.ones(2)}
    for _ in range(100):
        tree = {"x": tree}
    return saved(tree)


def many():
    """Twelve thousand tensors that share one number."""
    one = torch.ones(1)
    return saved([one] * 12_000)


with zipfile.ZipFile(io.BytesIO(REAL)) as _made:
    REAL_PICKLE = _made.read("archive/data.pkl")

BOMBS = {
    "a storage of 2^40 numbers": (larger_storage, "storage"),
    "a shape of 2^40 numbers": (larger_shape, "beyond"),
    "strides of 0": (lambda: saved({"w": torch.ones(1).as_strided((2**20, 2**20), (0, 0))}), "at most"),
    "laughs": (laughs, "no tensors"),
    "nothing": (lambda: saved({}), "no tensors"),
    "no tensors": (lambda: saved({"epoch": 3}), "no tensors"),
    "missing storage": (without_storages, "storage 0"),
    "deep dictionaries": (deep, "nested"),
    "many tensors": (many, "12,00.*tensors"),
    "cut storages": (lambda: legacy(two_layers())[:-300], "cut off"),
    "an entry set on a list": (lambda: archive({"data.pkl": instructions(b"]NNs"), "version": "3"}), "no sense"),
    "an empty stack": (lambda: archive({"data.pkl": b"\x80\x02.", "version": "3"}), "damaged"),
}


@pytest.mark.usefixtures("no_process")
@pytest.mark.parametrize("what", BOMBS)
def test_a_list_of_contents_that_makes_no_sense_never_reaches_pytorch(what, tmp_path):
    content, reason = BOMBS[what]
    path = tmp_path / "netG.pth"
    path.write_bytes(content())
    assert re.search(reason, refused(path))


def spoiled(value, kind=torch.float32, form=saved):
    tensors = {name: tensor.to(kind) for name, tensor in two_layers().items()}
    tensors["2.weight"][1, 2, 3, 0] = value
    return form({"netG": tensors, "epoch": 3})


def judge():
    torch.manual_seed(0)
    maps = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 4, 2, 1), torch.nn.LeakyReLU(), torch.nn.Conv2d(8, 1, 4))
    return saved({"netD": maps.state_dict()})


def transposed_nan():
    """A part of a larger storage, read with strides."""
    whole = torch.ones(6, 4, 4, 8)
    whole[3, 0, 0, 0] = torch.nan
    return saved(
        {"0.weight": whole[2:].permute(3, 1, 2, 0)[:, :, :, :4].transpose(1, 3), "2.weight": two_layers()["2.weight"]}
    )


UNFIT = {
    "NaN": (lambda: spoiled(torch.nan), "netG.2.weight has values that are not finite"),
    "infinity": (lambda: spoiled(-torch.inf), "netG.2.weight has values that are not finite"),
    "NaN, before 1.6": (lambda: spoiled(torch.nan, form=legacy), "netG.2.weight has values that are not finite"),
    "NaN in half precision": (lambda: spoiled(torch.nan, torch.float16), "netG.2.weight has values"),
    "NaN in bfloat16": (lambda: spoiled(torch.nan, torch.bfloat16), "netG.2.weight has values"),
    "too large for float32": (lambda: spoiled(1e300, torch.float64), "netG.2.weight has values"),
    "NaN with strides": (transposed_nan, "0.weight has values"),
    "a discriminator": (judge, "holds a discriminator"),
    "two numbers": (lambda: saved({"0.weight": torch.ones(16, 8), "2.weight": torch.ones(2, 16)}), "2 numbers"),
}


@pytest.mark.usefixtures("no_process")
@pytest.mark.parametrize("what", UNFIT)
def test_what_is_no_generator_or_not_finite_is_refused_before_pytorch_is_started(what, tmp_path):
    content, reason = UNFIT[what]
    path = tmp_path / "netG.pth"
    path.write_bytes(content())
    assert re.search(reason, refused(path))


@pytest.mark.parametrize("form", [saved, legacy])
def test_the_list_of_contents_tells_the_names_and_shapes_that_pytorch_reads(form, tmp_path):
    path = tmp_path / "netG.pth"
    tree = {"a": [torch.ones(2), {"b": torch.ones(1, 3), 7: torch.ones(())}], "epoch": 3, "x": torch.ones(1) * 1j}
    tree["again"] = tree["a"][1]
    path.write_bytes(form(tree))
    tensors, values = listed(looked_into(path).tree)
    contents = reading.read(path)
    assert {name: tensor.shape for name, tensor in tensors.items()} == {
        name: array.shape for name, array in contents.tensors.items()
    }
    assert list(tensors) == list(contents.tensors)
    assert values == contents.values == {"epoch": 3}


# ---- the second line of defence: a process of its own ----------------------------------------------------------------

SLOW = pytest.mark.slow
BEHIND = [
    pytest.param(HARMFUL["zip"], "Python objects \\(posix.system\\)", id="zip"),
    pytest.param(HARMFUL["legacy"], "posix.system", id="legacy", marks=SLOW),
    pytest.param(HARMFUL["zip, evaluated"], "eval", id="eval", marks=SLOW),
    pytest.param(HARMFUL["zip, protocol 4"], "damaged", id="protocol 4", marks=SLOW),
    pytest.param(lambda _: larger_shape(), "memory|damaged|as float32", id="shape", marks=SLOW),
    pytest.param(BOMBS["strides of 0"][0], "MB as float32", id="strides", marks=SLOW),
    pytest.param(lambda _: laughs(), "no tensors", id="laughs", marks=SLOW),
    pytest.param(lambda _: deep(), "nested", id="deep", marks=SLOW),
    pytest.param(lambda _: saved(two_layers())[:-400], "damaged", id="cut", marks=SLOW),
    pytest.param(
        lambda _: archive(
            {"data.pkl": instructions(b"cbuiltins\nbytearray\n" + number(2**33) + b"\x85R"), "version": "3"}
        ),
        "memory",
        id="bytearray",
        marks=SLOW,
    ),
    pytest.param(lambda _: saved(two_layers(torch.nan)), "not finite", id="NaN", marks=SLOW),
    pytest.param(lambda _: saved({"w": torch.ones(3, dtype=torch.complex64)}), "no tensors", id="complex", marks=SLOW),
]


@pytest.mark.parametrize(("make", "reason"), BEHIND)
def test_the_process_that_reads_keeps_to_tensors_and_limits_by_itself(make, reason, tmp_path, monkeypatch):
    """Even if nothing had been checked before it was started."""
    resource = pytest.importorskip("resource")
    mark = tmp_path / "it-ran"
    path = tmp_path / "netG.pth"
    path.write_bytes(make(mark) if make.__code__.co_argcount else make())
    kind = "legacy" if path.read_bytes().startswith(LEGACY) else "zip"
    monkeypatch.setattr(reading, "sniffed", lambda _: kind)
    monkeypatch.setattr(opening, "refuse_early", lambda *_: None)
    begun = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with pytest.raises(CheckpointError, match=reason) as caught:
        read_foreign(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert not mark.exists()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime - begun < SECONDS
    assert after.ru_maxrss < 2**20  # kilobytes


@pytest.mark.slow
def test_a_process_that_does_not_end_is_ended(tmp_path, monkeypatch):
    path = tmp_path / "netG.pth"
    path.write_bytes(saved(two_layers()))
    endless = tmp_path / "child.py"
    endless.write_text(reading.CHILD.read_text().replace("tree = loaded(", "while True: pass\n    tree = loaded("))
    monkeypatch.setattr(reading, "CHILD", endless)
    with pytest.raises(CheckpointError, match="takes longer"):
        read_foreign(path)
    monkeypatch.setattr(reading, "START", 0.0)
    with pytest.raises(CheckpointError, match="too long"):
        read_foreign(path)
