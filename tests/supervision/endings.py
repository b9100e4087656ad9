"""The ways a request may end over HTTP: a name for each, and what the server does."""

from __future__ import annotations

import gzip
import json
import socket
import struct
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .web import Exchange

ENDINGS: dict[str, Callable[[Exchange], None]] = {}
STATUSES = (401, 403, 404, 405, 429, 500, 503)
HUGE = 100_000_000


def ending(name: str) -> Callable[[Callable[[Exchange], None]], Callable[[Exchange], None]]:
    """Enter a function under *name*."""

    def enter(function: Callable[[Exchange], None]) -> Callable[[Exchange], None]:
        ENDINGS[name] = function
        return function

    return enter


def _status(status: int) -> Callable[[Exchange], None]:
    return lambda it: it.reply(status, b"<h1>no</h1>", "text/html")


def _redirect(status: int, where: str) -> Callable[[Exchange], None]:
    def go(it: Exchange) -> None:
        to = where or str((it.params.get("arguments") or {}).get("to") or it.web.elsewhere)
        it.reply(status, b"", "", f"location: {to}")

    return go


for number in STATUSES:
    ENDINGS[str(number)] = _status(number)

ENDINGS.update(
    {
        "202": lambda it: it.reply(202),
        "204": lambda it: it.head(204),
        "page": lambda it: it.reply(200, b"<!doctype html><title>Sign in</title>", "text/html"),
        "empty": lambda it: it.head(200, "application/json", "content-length: 0"),
        "text": lambda it: it.reply(200, it.body, "text/plain"),
        "cut json": lambda it: it.reply(200, it.body[:-9], "application/json"),
        "an error": lambda it: it.error(400, -32050, "quota used up"),
        "silent": lambda it: it.linger("silent"),
        "drop": lambda it: it.drop(),
        "good": lambda it: it.good(),
        "redirect elsewhere": _redirect(307, ""),
        "found elsewhere": _redirect(302, ""),
        "redirect to https": _redirect(307, "https://127.0.0.1:9/mcp?key=of-theirs"),
        "redirect loop": _redirect(307, "/mcp"),
        "found here": _redirect(302, "/mcp/"),
    }
)


@ending("redirect here")
def _redirect_here(it: Exchange) -> None:
    if it.path == "/mcp/":
        it.good()
    else:
        it.reply(307, b"", "", "location: /mcp/")


@ending("endless json")
def _endless_json(it: Exchange) -> None:
    it.head(200, "application/json", "transfer-encoding: chunked")
    it.chunk(b'{"jsonrpc": "2.0", "id": 1, "result": {"x": "')
    _forever(it, lambda: it.chunk(b"x" * 100))


@ending("endless drip")
def _endless_drip(it: Exchange) -> None:
    it.stream()
    _forever(it, lambda: it.chunk(b":"))


@ending("drip")
def _drip(it: Exchange) -> None:
    it.stream()
    for byte in it.progress(1, 2) + it.answer():
        it.chunk(bytes([byte]))
        time.sleep(0.0005)
    it.chunk(b"")


@ending("drop after headers")
def _drop_after_headers(it: Exchange) -> None:
    it.stream()
    it.drop()


@ending("drop after progress")
def _drop_after_progress(it: Exchange) -> None:
    it.stream()
    it.chunk(it.progress(3, 10))
    it.drop()


@ending("drop in event")
def _drop_in_event(it: Exchange) -> None:
    it.stream()
    it.chunk(it.progress(3, 10) + it.answer()[:40])
    it.drop()


@ending("drop in json")
def _drop_in_json(it: Exchange) -> None:
    it.head(200, "application/json", f"content-length: {len(it.body)}")
    it.raw(it.body[:-20])
    it.drop()


@ending("no answer")
def _no_answer(it: Exchange) -> None:
    it.stream()
    it.chunk(it.progress(3, 10))
    it.chunk(b"")


@ending("reset")
def _reset(it: Exchange) -> None:
    _rst(it)


@ending("reset after progress")
def _reset_after_progress(it: Exchange) -> None:
    it.stream()
    it.chunk(it.progress(3, 10))
    time.sleep(0.05)
    _rst(it)


@ending("length too long")
def _length_too_long(it: Exchange) -> None:
    it.head(200, "application/json", f"content-length: {len(it.body) + 1000}")
    it.raw(it.body)
    it.linger("length too long")


@ending("gzip")
def _gzip(it: Exchange) -> None:
    it.stream("content-encoding: gzip")
    it.chunk(gzip.compress(it.progress(1, 2) + it.answer()))
    it.chunk(b"")


@ending("huge")
def _huge(it: Exchange) -> None:
    result: dict[str, Any] = it.result
    result["content"][0]["text"] = "@"
    before, _, after = json.dumps({"jsonrpc": "2.0", "id": it.id, "result": result}).encode().partition(b"@")
    it.head(200, "application/json", f"content-length: {len(before) + HUGE + len(after)}")
    it.raw(before)
    block = b"x" * 1_000_000
    for _ in range(HUGE // len(block)):
        it.raw(block)
    it.raw(after)


@ending("wait")
def _wait(it: Exchange) -> None:
    """Report, and answer when the server is told to."""
    it.stream()
    it.chunk(it.progress(1))
    it.web.release.wait(60)
    it.chunk(it.answer())
    it.chunk(b"")


@ending("report and stay silent")
def _report(it: Exchange) -> None:
    it.stream()
    it.chunk(it.progress(3, 10))
    it.linger("report and stay silent")


@ending("cut and resumed")
def _cut_and_resumed(it: Exchange) -> None:
    """End a numbered stream without an answer; the older revisions may ask for the rest."""
    if it.verb == "GET":
        it.reply(405)
        return
    it.stream()
    it.chunk(b"retry: 10\n" + it.event({"method": "notifications/message", "params": {"level": "info"}}, "1"))
    it.drop()


def _rst(it: Exchange) -> None:
    it.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    it.drop()


def _forever(it: Exchange, send: Callable[[], None]) -> None:
    it.drop()
    try:
        while not it.web.release.wait(0.02):
            send()
    except OSError:
        it.web.note("endless")
