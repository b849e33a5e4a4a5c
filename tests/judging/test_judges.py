"""The classifiers that come with the program, and how pictures of other sizes reach them."""

import numpy as np
import pytest

from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.opening import shipped
from ganstudio.imagesets import IMAGE_SETS
from ganstudio.judging import judge_for
from ganstudio.judging.judge import as_numbers
from ganstudio.judging.judge_file import read_judge, write_judge
from ganstudio.judging.real import chosen, looked_at, looked_at_turns
from ganstudio.resources import models_folder

FILES = sorted((models_folder() / "judges").glob("*.safetensors"))


def test_who_judges_what(digits):
    assert judge_for(digits).title == "GAN Studio's MNIST classifier"
    assert judge_for(IMAGE_SETS["mnist"]()).name == "mnist"
    assert judge_for(IMAGE_SETS["fashion_mnist"]()).name == "fashion_mnist"
    assert judge_for(IMAGE_SETS["cifar10"]()).name == "emoji"
    assert judge_for(IMAGE_SETS["pictures"](colour="grey")).name == "mnist"
    colour = judge_for(IMAGE_SETS["pictures"]())
    assert colour.distance_name == "Frechet distance in the features of GAN Studio's emoji classifier"


@pytest.mark.parametrize(("name", "least"), [("mnist", 0.99), ("fashion_mnist", 0.91), ("emoji", 0.4)])
def test_what_comes_with_the_program_is_small_and_was_tested(name, least):
    path = models_folder() / "judges" / f"{name}.safetensors"
    assert path.stat().st_size <= 400_000
    part, card = read_judge(path)
    assert card.accuracy >= least
    assert card.tested >= 300
    assert "--seed" in card.settings
    assert part.architecture.shapes()[-2] == (64,)


def test_judges_are_no_generators():
    assert FILES
    assert not {path.stem for path in FILES} & set(shipped())


def test_it_knows_small_digits(digits):
    """Pictures that it was not trained on, of another size: the card's 99 % is no accident of the file."""
    pictures = digits.load()
    judge = judge_for(digits)
    looked = judge.look(as_numbers(pictures.pixels[:300]))
    assert looked.features.shape == (300, judge.dimensions)
    assert (looked.features >= 0).all()
    assert (looked.logits.argmax(1) == pictures.labels[:300]).mean() > 0.93
    assert judge.knows(digits.class_names)
    assert not judge.knows(IMAGE_SETS["fashion_mnist"]().class_names)


@pytest.mark.parametrize("size", [8, 16, 28, 32])
def test_every_size_is_framed(size):
    judge = judge_for(IMAGE_SETS["mnist"](size=size))
    pictures = np.full((3, 1, size, size), -1.0, np.float32)
    alone = judge.features(pictures[:1])
    assert np.allclose(judge.features(pictures), alone, atol=1e-5)
    # Black is black at every size, however it is framed.
    full = judge_for(IMAGE_SETS["mnist"]()).features(np.full((1, 1, 28, 28), -1.0, np.float32))
    assert np.allclose(alone, full, atol=1e-4)


def test_padded_pictures_lose_their_border_only():
    random = np.random.default_rng(0)
    middle = random.uniform(-1, 1, (2, 1, 28, 28)).astype(np.float32)
    padded = np.pad(middle, ((0, 0), (0, 0), (2, 2), (2, 2)), constant_values=-1.0)
    own, other = judge_for(IMAGE_SETS["mnist"]()), judge_for(IMAGE_SETS["mnist"](size=32))
    assert np.allclose(own.features(middle), other.features(padded), atol=1e-5)


def test_colour_is_no_grey(digits):
    with pytest.raises(ValueError, match="takes \\(n, 1, h, w\\)"):
        judge_for(digits).classify(np.zeros((2, 3, 8, 8)))


def test_broken_files_say_so(tmp_path):
    part, card = read_judge(FILES[0])
    path = tmp_path / "one.safetensors"
    write_judge(path, part, card)
    assert read_judge(path)[1] == card
    write_judge(path, part, card.changed(class_names=("a", "b")))
    with pytest.raises(CheckpointError, match="no score to each of 2 classes"):
        read_judge(path)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"ganstudio-judge", b"ganstudio-model"))
    with pytest.raises(CheckpointError, match="is no judge of GAN Studio"):
        read_judge(path)
    name = min(part.tensors)
    broken = dict(part.tensors) | {name: np.full(part.tensors[name].shape, np.nan, np.float32)}
    write_judge(path, type(part)(part.architecture, broken), card)
    with pytest.raises(CheckpointError, match="no finite numbers"):
        read_judge(path)


def test_what_is_said_of_a_set_is_kept(digits, monkeypatch):
    turns = list(looked_at_turns(digits, most=50))
    assert len(turns) == 3
    shares, found = turns[:-1], turns[-1]
    assert all(isinstance(share, float) and 0 <= share < 1 for share in shares)
    again = list(looked_at_turns(digits, most=50))
    assert len(again) == 1
    assert again[0] is found
    monkeypatch.setattr("ganstudio.judging.real._memory", {})
    from_disk = looked_at(digits, most=50)
    assert np.array_equal(from_disk.features, found.features)
    assert len(looked_at(digits, most=40).features) == 40


def test_chosen_pictures_are_evenly_spaced():
    assert chosen(10, None).tolist() == list(range(10))
    assert chosen(10, 4).tolist() == [0, 2, 5, 7]
    assert chosen(3, 10).tolist() == [0, 1, 2]
