"""The line of a perfect sampler: fresh perfect samples lie on it, and a broken cache does no harm."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ganstudio.data import DISTRIBUTIONS
from ganstudio.data.ring import GaussianRing
from ganstudio.metrics import METRICS, measure, perfect, perfect_sampler, perfect_sampler_turns, reference
from ganstudio.metrics.table import usual

RING = GaussianRing()
DATA = [kind() for kind in DISTRIBUTIONS.values()]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache on disk and in memory."""
    monkeypatch.setenv("GANSTUDIO_CACHE", str(tmp_path / "cache"))
    perfect._lines.clear()
    yield tmp_path / "cache"
    perfect._lines.clear()


@pytest.mark.parametrize("data", DATA, ids=lambda data: data.name)
@pytest.mark.parametrize("count", [1000, 2500])
def test_fresh_perfect_samples_lie_on_the_line(data: GaussianRing, count: int) -> None:
    line = perfect_sampler(data, count)
    assert list(line) == list(usual(data))
    fresh = [measure(data.sample(count, np.random.default_rng(seed)), data) for seed in range(4)]
    for name, (mean, deviation) in line.items():
        values = np.array([score[name] for score in fresh])
        # Means of 4 and of 16: 4.5 standard errors, because deviations are themselves estimated.
        assert abs(values.mean() - mean) <= 4.5 * deviation * math.sqrt(1 / 4 + 1 / 16), name
        if METRICS[name].better == "low" and name != "mmd":
            assert mean > 0.0, name


def test_the_ring_s_line() -> None:
    line = perfect_sampler(RING)
    assert line["modes"] == (8.0, 0.0)
    # Within 3 standard deviations: 1 - exp(-9/2) = 98.889 %, binomial about it.
    assert line["high_quality"][0] == pytest.approx(0.98889, abs=4 * math.sqrt(0.989 * 0.011 / 40_000))
    assert METRICS["high_quality"].format(line["high_quality"][0], RING) == "98.9 %"
    # n times twice a KL divergence is chi-square with 7 degrees of freedom.
    assert line["reverse_kl"][0] == pytest.approx(7 / 5000, rel=0.5)
    assert abs(line["mmd"][0]) < 0.002


def test_the_line_is_not_drawn_from_the_reference_samples() -> None:
    # Those are at distance nearly 0 from themselves.
    assert perfect._SEED != reference._SEED


def test_bad_samples_are_far_from_the_line() -> None:
    line = perfect_sampler(RING)
    smeared = RING.sample(2500, np.random.default_rng(0)) + 0.2 * np.random.default_rng(1).standard_normal((2500, 2))
    scores = measure(smeared, RING)
    for name in ("high_quality", "grid_kl", "grid_js", "mmd"):
        mean, deviation = line[name]
        assert abs(scores[name] - mean) > 10 * deviation, name


def test_the_line_is_read_back_from_disk(cache: Path) -> None:
    first = perfect_sampler(RING, 50, 3)
    (file,) = cache.iterdir()
    perfect._lines.clear()
    assert perfect_sampler(RING, 50, 3) == first
    marked = {**first, "modes": (1.0, 2.0)}
    file.write_text(json.dumps(marked))
    perfect._lines.clear()
    assert perfect_sampler(RING, 50, 3) == marked


@pytest.mark.parametrize(
    "other", [{"count": 60}, {"repeats": 4}, {"distribution": GaussianRing(radius=2.5)}, {"names": ["mmd"]}]
)
def test_another_question_has_another_file(cache: Path, other: dict) -> None:
    perfect_sampler(RING, 50, 3)
    perfect_sampler(**{"distribution": RING, "count": 50, "repeats": 3} | other)
    assert len(list(cache.iterdir())) == 2


def test_another_version_has_another_file(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    perfect_sampler(RING, 50, 3)
    monkeypatch.setattr(perfect, "VERSION", perfect.VERSION + 1)
    perfect._lines.clear()
    perfect_sampler(RING, 50, 3)
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize(
    "rubbish", [b"", b"{", b"[]", b"7", b"\xff", b'{"modes": 3}', b'{"modes": [1, 2]}', b"[" * 99999]
)
def test_a_damaged_file_is_replaced(cache: Path, rubbish: bytes) -> None:
    first = perfect_sampler(RING, 50, 3)
    (file,) = cache.iterdir()
    file.write_bytes(rubbish)
    perfect._lines.clear()
    assert perfect_sampler(RING, 50, 3) == first
    assert json.loads(file.read_text())["modes"] == list(first["modes"])


def test_a_cache_that_cannot_be_made_does_no_harm(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = perfect_sampler(RING, 50, 3)
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("GANSTUDIO_CACHE", str(tmp_path / "file" / "folder"))
    perfect._lines.clear()
    assert perfect_sampler(RING, 50, 3) == first


def test_callers_may_change_what_they_get() -> None:
    perfect_sampler(RING, 50, 3).clear()
    assert perfect_sampler(RING, 50, 3)


def test_a_deviation_needs_two_repeats() -> None:
    with pytest.raises(ValueError, match=r"^repeats: 1 is not allowed"):
        perfect_sampler(RING, 50, 1)


def test_the_turns_end_with_the_line(cache: Path) -> None:
    turns = list(perfect_sampler_turns(RING, 50, 3))
    assert len(turns) > 3
    assert turns[:-1] == [None] * (len(turns) - 1)
    assert turns[-1] == perfect_sampler(RING, 50, 3)
    perfect._lines.clear()
    for _ in ("from disk", "from memory"):
        assert list(perfect_sampler_turns(RING, 50, 3)) == [turns[-1]]


def test_every_turn_measures_once_at_most(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = []
    monkeypatch.setattr(perfect, "measure", lambda *arguments: measured.append(1) or measure(*arguments))
    for _ in perfect_sampler_turns(RING, 50, 3):
        assert sum(measured) <= 1
        measured.clear()


def test_who_waits_for_the_same_line_gets_it_as_soon_as_it_is_there(cache: Path) -> None:
    slow = perfect_sampler_turns(RING, 50, 3)
    assert next(slow) is None
    line = perfect_sampler(RING, 50, 3)
    assert list(slow) == [line]


def test_memory_keeps_a_few_lines_only(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perfect, "_KEPT", 2)
    lines = {count: perfect_sampler(RING, count, 2, ["modes"]) for count in (10, 20, 30)}
    assert [question[1] for question in perfect._lines] == [20, 30]
    assert perfect_sampler(RING, 10, 2, ["modes"]) == lines[10]


def test_the_line_of_an_optional_metric(cache: Path) -> None:
    pytest.importorskip("ot")
    line = perfect_sampler(RING, 100, 2, names=["wasserstein"])
    assert list(line) == ["wasserstein"]
    assert 0.1 < line["wasserstein"][0] < 2.0
