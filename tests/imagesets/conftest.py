"""Folders that nobody else uses, and a web server that misbehaves as it is told to."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ganstudio.imagesets import base, own
from ganstudio.imagesets import download as downloads


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let no test see this machine's sets; return the folder that `GANSTUDIO_DATA` names, with "cache" beside it."""
    folder = tmp_path_factory.mktemp("sets") / "data"
    folder.mkdir()
    monkeypatch.setenv("GANSTUDIO_DATA", str(folder))
    monkeypatch.setenv("GANSTUDIO_CACHE", str(folder.parent / "cache"))
    caches = (base._loaded, own._class_names)
    for cache in caches:
        cache.cache_clear()
    yield folder
    for cache in caches:
        cache.cache_clear()


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Mirror]]:
    """Return what starts a server with some content, which ends with the test."""
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(downloads, "PAUSE", 0.0)
    with ExitStack() as stack:
        yield lambda content=b"", **how: stack.enter_context(serving(Mirror(content, **how)))


@dataclass
class Mirror:
    """A web server with one file: what it does, and what it was asked for."""

    content: bytes = b""
    etag: str = '"one"'
    modified: str = ""
    ranges: bool = True
    status: int = 200
    cut_after: list[int] = field(default_factory=list)
    """Bytes after which each answer in turn ends; then no more are cut."""
    silent: bool = False
    wrong_range: bool = False
    length_told: bool = True
    asked: list[str] = field(default_factory=list)
    """The ranges asked for, "" for the whole file."""
    url: str = ""
    stopped: threading.Event = field(default_factory=threading.Event)

    def begin(self, wanted: str, condition: str) -> tuple[int, int]:
        """Return the status and the first byte of the answer."""
        match = re.fullmatch(r"bytes=(\d+)-", wanted)
        same = condition in (self.etag or self.modified, "")
        if not (match and self.ranges and same):
            return self.status, 0
        first = int(match[1])
        return (206, first) if first < len(self.content) else (416, 0)


@contextmanager
def serving(mirror: Mirror) -> Iterator[Mirror]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            mirror.asked.append(self.headers.get("Range", ""))
            if mirror.silent:
                mirror.stopped.wait(10)
                return
            status, first = mirror.begin(self.headers.get("Range", ""), self.headers.get("If-Range", ""))
            body = mirror.content[first:] if status in (200, 206) else b"sorry"
            self.send_response(status)
            if mirror.etag:
                self.send_header("ETag", mirror.etag)
            if mirror.modified:
                self.send_header("Last-Modified", mirror.modified)
            if status == 206:
                told = first + (7 if mirror.wrong_range else 0)
                self.send_header("Content-Range", f"bytes {told}-{len(mirror.content) - 1}/{len(mirror.content)}")
            if status == 416:
                self.send_header("Content-Range", f"bytes */{len(mirror.content)}")
            if mirror.length_told:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: mirror.cut_after.pop(0)] if mirror.cut_after else body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = False

        def handle_error(self, *args: Any) -> None:
            """Say nothing: that a client goes away is a part of the test."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    mirror.url = f"http://127.0.0.1:{server.server_address[1]}/"
    try:
        yield mirror
    finally:
        mirror.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()
