"""The page of a comparison: one file that needs nothing else, with a figure for each cell."""

from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser

import pytest
from PIL import Image

from ganstudio.cli import main

SMALL = ["--steps", "4", "--set", "generator.width=8", "--set", "critic.width=8", "--set", "training.batch=16"]
LABEL = '<script>alert(1)</script> & "quotes"'


class Reader(HTMLParser):
    """Notes tags with their attributes, and that every tag that is opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("page")
    label = LABEL.replace(chr(34), chr(92) + chr(34))
    (folder / "odd.toml").write_text(f'label = "{label}"\n', encoding="utf-8")
    what = ["compare", "wgan_gp", str(folder / "odd.toml"), "--data", "ring", "swiss_roll", "--seeds", "3"]
    assert main([*what, *SMALL, "--workers", "1", "--out", str(folder / "out")]) == 0
    return (folder / "out" / "index.html").read_text(encoding="utf-8")


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


def test_it_needs_no_network_and_no_scripts(page: str) -> None:
    reader = read(page)
    assert "script" not in {tag for tag, _ in reader.tags}
    assert "link" not in {tag for tag, _ in reader.tags}
    assert "http" not in re.sub(r"base64,[^\"]*", "", page)
    assert "url(" not in page
    for tag, attributes in reader.tags:
        assert not any(name.startswith("on") for name in attributes)
        if tag == "a":
            assert (attributes["href"] or "").startswith("#")


def test_a_picture_for_each_seed_says_in_words_what_it_shows(page: str) -> None:
    images = [attributes for tag, attributes in read(page).tags if tag == "img"]
    assert len(images) == 2 * (1 + 2 * 3), "real data, and three seeds of two methods, on two data sets"
    for image in images:
        start, _, data = (image["src"] or "").partition(",")
        assert start == "data:image/png;base64"
        with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
            assert picture.size == (int(image["width"] or 0), int(image["height"] or 0))
    alternatives = [image["alt"] or "" for image in images]
    assert any(re.match(r"WGAN-GP on Swiss roll, seed 2: sliced W₂ \d", text) for text in alternatives)
    assert any(text.startswith(f"{LABEL} on Ring of Gaussians, seed 0: ") for text in alternatives)


def test_what_a_person_wrote_is_text(page: str) -> None:
    words = read(page).words
    assert LABEL in words
    assert "ganstudio compare wgan_gp" in words
    assert "perfect sampler" in words


def test_hundreds_of_cells_stay_small(page: str) -> None:
    images = [attributes for tag, attributes in read(page).tags if tag == "img"]
    large = [len(image["src"] or "") for image in images if image["width"] == "264"]
    small = [len(image["src"] or "") for image in images if image["width"] == "88"]
    assert 180 * max(large) + 720 * max(small) < 15_000_000
