"""Bearer tokens, credentials and queries of URLs: in no error, no repr, no record of a log."""

from __future__ import annotations

import logging
import traceback

import pytest

import mcp_notebook as mcpn

from .test_http_call_endings import ERAS

SECRETS = ("s3cret-token", "s3cret-user", "s3cret-word", "s3cret-query")
HEADERS = {"Authorization": "Bearer s3cret-token", "X-Api-Key": "s3cret-token"}
HOWS = ("401", "404", "500", "202", "page", "cut json", "drop", "reset", "no answer", "redirect loop")


def private(url: str) -> str:
    """Return *url* with credentials and a query."""
    return url.replace("//", "//s3cret-user:s3cret-word@", 1) + "?key=s3cret-query"


def told(text: str) -> list[str]:
    """Return the secrets that *text* gives away."""
    return [secret for secret in SECRETS if secret in text]


def whole(error: BaseException) -> str:
    """Return everything that can be shown of *error*, its causes included."""
    ours = error._render_traceback_() if isinstance(error, mcpn.MCPNotebookError) else []
    return "\n".join([repr(error), *ours, *traceback.format_exception(error)])


@pytest.fixture
def records(caplog):
    """Record every logger, at every level."""
    caplog.set_level(logging.DEBUG)
    return caplog


def fare(web, connect, era):
    """Connect with secrets, let calls end in many ways, and return all that was said."""
    server = web(era)
    server.elsewhere = web().url + "?state=theirs"
    connection = connect(private(server.url), name="web", headers=HEADERS)
    said = [repr(connection), connection.address, repr(connection.tools), connection.name]
    for how in (*HOWS, "redirect elsewhere"):
        with pytest.raises(mcpn.MCPNotebookError) as caught:
            connection.call("work", how=how, timeout=20)
        said.append(whole(caught.value))
    with pytest.raises(mcpn.CallTimeoutError) as caught:
        connection.call("work", how="silent", timeout=0.2)
    said.append(whole(caught.value))
    server.plan["*"] = "500"
    with pytest.raises(mcpn.ConnectError) as caught:
        connect(private(server.url), name="other", headers=HEADERS)
    said.append(whole(caught.value))
    connection.close()
    server.stop()
    with pytest.raises(mcpn.ConnectError) as caught:
        connect(private(server.url), name="other", headers=HEADERS)
    return [*said, whole(caught.value)]


@pytest.mark.parametrize("era", ERAS)
def test_no_error_gives_a_secret_away(web, connect, era):
    """Neither its words nor its traceback, causes included."""
    assert [told(text) for text in fare(web, connect, era) if told(text)] == []


@pytest.mark.parametrize(
    ("level", "era"), [(logging.INFO, "legacy"), (logging.DEBUG, "modern")], ids=["info", "debug"]
)
def test_no_record_of_a_log_gives_a_secret_away(web, connect, records, era, level):
    """Whoever's logger it is: the records of the HTTP client are kept with the notebook, too."""
    fare(web, connect, era)

    heard = [(r.name, r.levelname, r.getMessage()) for r in records.records if r.levelno >= level]
    assert heard
    assert {(name, kind) for name, kind, text in heard if told(text)} == set()


def test_a_url_that_is_refused_is_quoted_without_its_secrets(connect):
    """A slip in the URL is answered before anything is sent."""
    for url in (
        "ftp://s3cret-user:s3cret-word@127.0.0.1/mcp?key=s3cret-query",
        "http://s3cret-user:s3cret-word@127.0.0.1:99999/mcp?key=s3cret-query",
        "http://s3cret-user:s3cret-word@127.0.0.1/a b?key=s3cret-query",
    ):
        with pytest.raises(mcpn.ConnectError) as caught:
            connect(url)
        assert told(whole(caught.value)) == []
