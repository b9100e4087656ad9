"""Codes, tokens and client secrets: in no output, error, representation, or record of a log."""

from __future__ import annotations

import logging
import traceback

import httpx2
import pytest

import mcp_notebook as mcpn
from mcp_notebook.client.oauth import key_of
from mcp_notebook.client.oauth.errors import AccessError
from mcp_notebook.client.oauth.office import refuse_bad

from .authority import BROWSER, redirect_of

ERAS = ("modern", "legacy")
WIRE = ("httpcore", "hpack", "h11")
"""loggers that write down whole requests at DEBUG: see SECURITY.md"""


def told(text: str, secrets: list[str]) -> list[str]:
    return [secret for secret in secrets if secret in text]


@pytest.mark.parametrize("era", ERAS)
def test_nothing_that_is_said_gives_a_secret_away(guarded, person, connect, caplog, capfd, era):
    """A whole life: signed in, renewed, refused, forgotten."""
    caplog.set_level(logging.DEBUG)
    server = guarded(era=era)
    said: list[str] = []
    connection = connect(server.url, auth="oauth")
    target = connection._link.target
    said += [repr(connection), repr(target), repr(target.auth), str(vars(target.auth)), connection.address]
    server.authority.revoke_all()
    said.append(repr(connection.call("add", a=1, b=2)))
    server.authority.revoke_all(refreshes=True)
    server.authority.deny = True
    with pytest.raises(mcpn.MCPNotebookError) as caught:
        connection.call("add", a=1, b=2)
    said += ["\n".join(traceback.format_exception(caught.value)), repr(caught.value)]
    connection.close()
    mcpn.forget_tokens(server.url)
    said += person.ended
    records = [r for r in caplog.records if r.threadName != BROWSER and not r.name.startswith(WIRE)]
    assert records
    said += [r.getMessage() + (r.exc_text or "") for r in records]
    said += capfd.readouterr()

    issued = server.authority.issued
    assert len(issued) >= 5
    assert [told(text, issued) for text in said if told(text, issued)] == []


def test_the_question_shows_no_secret(guarded, person, connect):
    """Its representation goes nowhere near the address with the state."""
    connect(guarded().url, auth="oauth")
    (asked,) = person.visits
    assert "state=" not in repr(asked)
    assert "127.0.0.1" in repr(asked)


def test_settings_do_not_show_the_client_secret():
    """They are written in notebooks, and echoed."""
    assert "s3cret" not in repr(mcpn.OAuth(client_id="c", client_secret="s3cret"))


def answer(status: int, content: bytes, kind: str = "application/x-www-form-urlencoded") -> httpx2.Response:
    body = b"code=c0de&code_verifier=v3rifier&refresh_token=r3fresh"
    request = httpx2.Request("POST", "https://as.example/token", content=body, headers={"content-type": kind})
    return httpx2.Response(status, content=content, request=request)


@pytest.mark.parametrize(
    ("status", "content", "words"),
    [
        (
            400,
            b'{"error": "invalid_grant", "error_description": "bad c0de / v3rifier"}',
            "invalid_grant: bad",
        ),
        (400, b'{"error": ["c0de"]}', "HTTP 400"),
        (500, b"c0de", "HTTP 500"),
        (400, b"[" * 9_000, "HTTP 400"),
        (200, b'{"access_token": 5, "refresh_token": "n3w"}', "what is no token"),
        (200, b"n3w", "what is no token"),
        (204, b"", "what is no token"),
    ],
)
def test_an_authorization_server_that_echoes_is_not_repeated(status, content, words):
    """Its own words, without what we have sent, and without what it was about to give."""
    with pytest.raises(AccessError, match=words) as caught:
        refuse_bad(answer(status, content))
    assert told(str(caught.value), ["c0de", "v3rifier", "r3fresh", "n3w"]) == []
    assert caught.value.__cause__ is None


def test_a_pasted_address_is_not_repeated(guarded, person, connect):
    """It holds the code."""
    said: list[str] = []

    def paste(asked):
        address = redirect_of(asked)
        said.append(asked.paste(address.replace("state=", "state=x")))
        asked.paste(address)

    person.act = paste
    server = guarded()
    connect(server.url, auth="oauth")
    assert said
    assert told(said[0], server.authority.issued) == []


def test_the_key_is_not_the_secret():
    """What a keyring shows in its list of entries."""
    assert key_of("https://me:s3cret@example.org/mcp?k=s3cret").count("s3cret") == 0
