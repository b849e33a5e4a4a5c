"""One request for a file, or for the rest of it, and what can be wrong with the answer."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Generator
from http import HTTPStatus
from typing import Any

from ganstudio import __version__
from ganstudio.imagesets.partial import Part
from ganstudio.imagesets.problems import MirrorError

__all__ = ["CHUNK", "chunks"]

CHUNK = 1 << 18
"""Bytes that are read at most at a time."""


def chunks(part: Part, url: str, timeout: float) -> Generator[bytes]:
    """Yield what a server sends of a file, after having told the part whether it begins again.

    Parameters
    ----------
    part
        What is here. Its rest is asked for, if it is from this address and the server can name its version.
    url
        Where the file is.
    timeout
        Seconds without a byte.

    Raises
    ------
    MirrorError
        If there is no network, no such file, a cut connection, a silent server or far too much data.
    DownloadError
        If the part cannot be written.
    """
    headers = {"User-Agent": f"ganstudio/{__version__}", "Accept-Encoding": "identity"}
    if part.resumes(url):
        headers |= {"Range": f"bytes={part.length}-", "If-Range": part.validator}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=timeout) as response:
            expected = _begun(part, url, response)
            yield from _body(part, response, url, expected)
    except urllib.error.HTTPError as error:
        with error:
            if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                if error.headers.get("Content-Range") == f"bytes */{part.length}":
                    return  # all of it is here already
                part.discard()
                raise MirrorError(f"{url} has another file now", begin_again=True) from None
        raise MirrorError(f"{url} answers {error.code} {error.reason}".rstrip()) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise MirrorError(_said(url, error, timeout)) from None


def _begun(part: Part, url: str, response: Any) -> int | None:
    """Decide whether an answer is the rest or all of the file; return the length of the whole, if it is told."""
    if response.status == HTTPStatus.PARTIAL_CONTENT:
        told = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", ""))
        if told and int(told[1]) == part.length and part.url == url:
            return None if told[2] == "*" else int(told[2])
        part.discard()
        raise MirrorError(f"{url} sends another part than was asked for", begin_again=True)
    part.begin(url, _validator(response.headers))
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() else None


def _validator(headers: Any) -> str:
    """Return what names exactly this version of the file: a strong ETag, else the date of its last change, or ""."""
    tag = str(headers.get("ETag", ""))
    if tag:
        return "" if tag.startswith("W/") else tag
    return str(headers.get("Last-Modified", ""))


def _body(part: Part, response: Any, url: str, expected: int | None) -> Generator[bytes]:
    source = part.source
    most = max(source.length, source.unpacked_length) * 2
    received = part.length
    while piece := response.read1(CHUNK):
        received += len(piece)
        if received > most:
            part.discard()
            raise MirrorError(f"{url} sends more than {most:,} bytes; {source.length:,} are expected")
        yield piece
    # http.client takes the end of the connection for the end of the file.
    if expected is not None and received < expected:
        raise MirrorError(f"{url}: the connection was cut after {received:,} of {expected:,} bytes")


def _said(url: str, error: BaseException, timeout: float) -> str:
    """Return in words what happened to a request."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    host = url.split("/")[2] if url.count("/") > 1 else url
    if isinstance(reason, socket.gaierror):
        return f"{host} is not found; is there a network?"
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"the certificate of {host} cannot be verified ({reason.verify_message})"
    if isinstance(reason, TimeoutError):
        return f"{host} did not answer within {timeout:g} seconds"
    text = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    return f"{url}: {text}"
