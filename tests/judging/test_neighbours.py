import numpy as np
import pytest

from ganstudio.judging import neighbours as module
from ganstudio.judging.neighbours import nearest, nearest_turns, neighbours


def brute(queries, references, k):
    distances = np.linalg.norm(queries[:, None].astype(float) - references[None].astype(float), axis=2)
    order = np.argsort(distances, axis=1, kind="stable")[:, :k]
    return order, np.take_along_axis(distances, order, 1)


@pytest.mark.parametrize("rows", [7, 1000])
def test_it_is_brute_force_in_chunks(monkeypatch, rows):
    random = np.random.default_rng(1)
    queries, references = random.normal(size=(5, 12)).astype(np.float32), random.normal(size=(90, 12))
    monkeypatch.setattr(module, "CHUNK_BYTES", 4 * 12 * rows)
    assert len(list(nearest_turns(queries, references, 4))) == -(-90 // rows) + 1
    found = nearest(queries, references, 4)
    order, distances = brute(queries, references, 4)
    assert np.array_equal(found.indices, order)
    assert np.allclose(found.distances, distances)


def test_small_distances_of_large_numbers_are_exact():
    """The usual formula has no correct digit here: squares are 10^8, their differences 1."""
    references = np.full((40, 3), 10_000.0)
    references[:, 0] += np.arange(40)
    found = nearest(references[[17]] + 0.25, references, 2)
    assert found.indices.tolist() == [[17, 16]] or found.indices.tolist() == [[17, 18]]
    assert found.distances[0, 0] == pytest.approx(np.sqrt(3) * 0.25)


def test_equals_come_in_the_sets_order_and_never_more_than_there_are():
    found = nearest(np.zeros((1, 2)), np.ones((3, 2), np.uint8), 10)
    assert found.indices.tolist() == [[0, 1, 2]]


def test_copies_are_found_in_both_measures(digits):
    real = digits.load()
    chosen = [3, 700, 1500]
    pictures = real.pixels[chosen].copy()
    found = neighbours(pictures, digits, 3)
    assert found.in_pixels.indices[:, 0].tolist() == chosen
    assert found.in_pixels.distances[:, 0].tolist() == [0, 0, 0]
    assert found.in_features.indices[:, 0].tolist() == chosen
    assert found.in_features.distances[:, 0].max() < 1e-3
    assert found.judge == "GAN Studio's MNIST classifier"
    # Others of the same class are nearer in the features than any in pixels of another class would be.
    same = real.labels[found.in_features.indices] == real.labels[chosen][:, None]
    assert same.mean() > 0.8
    # What is usual is measured between training pictures, each but with itself.
    flat = real.pixels.reshape(len(real), -1)
    own = np.linspace(0, len(real) - 1, module.COMPARED).astype(int)
    _, between = brute(flat[own], flat, 2)
    assert found.in_pixels.usual == pytest.approx(np.median(between[:, 1]) / (255 * 8))
    assert 0 < found.in_features.usual < found.in_features.distances.max() * 10
    # Black to white is 1.
    inverted = neighbours(255 - np.zeros_like(pictures), digits, 1).in_pixels.distances
    assert 0.4 < inverted.min() < 1


def test_pictures_of_another_size_have_none(digits):
    with pytest.raises(ValueError, match="1 x 16 x 16 numbers have no neighbours"):
        neighbours(np.zeros((1, 1, 16, 16), np.uint8), digits)
