"""What a table shows: enough to know a server by, and no secret."""

from __future__ import annotations

from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_notebook.client.configs import Entry, line, read, resolve, shown

SECRET = "hunter2-not-for-you"
TOKEN = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"


def entry(*args, **fields):
    return Entry(
        "a", "cursor", Path("/home/ada/mcp.json"), **{"kind": "stdio", "command": "x", "args": args, **fields}
    )


def test_a_row_says_what_the_server_is_and_hides_the_values(example):
    """Names of variables and headers are worth knowing."""
    search = {found.name: found for found in read(example("claude_desktop_config.json"))}["search"]

    row = shown(search)

    assert row["where"] == "uvx mcp-server-search --api-key •••"
    assert row["env"] == "SEARCH_API_KEY=•••, LOG_LEVEL=info"
    assert (row["name"], row["client"], row["kind"], row["state"]) == (
        "search",
        "claude-desktop",
        "stdio",
        "",
    )
    assert row["file"].endswith("claude_desktop_config.json")


def test_a_line_says_the_same_in_short(example):
    """With what keeps the server from being used."""
    developer, github, tracker, *_ = read(example("goose.yaml"))

    assert line(developer).startswith(
        "developer [goose, stdio]  (type 'builtin' is a part of the client itself"
    )
    assert line(github) == "github [goose, stdio] npx -y @modelcontextprotocol/server-github --retries 3"
    assert "GITHUB_TOKEN=•••" in shown(github)["env"]
    assert line(tracker) == "tracker [goose, http] https://tracker.example.com/mcp?••• (disabled)"


@pytest.mark.parametrize(
    "args",
    [
        ("--token", SECRET),
        (f"--token={SECRET}",),
        ("--github-access-token", SECRET),
        ("--api_key", SECRET),
        ("-api-key", SECRET),
        ("--password", SECRET),
        ("--client-secret", SECRET),
        ("--auth", SECRET),
        ("-H", f"Authorization: Bearer {SECRET}"),
        ("-H", f"X-Custom: {SECRET}"),
        ("--header", f"Authorization:{SECRET}"),
        (f"--header=X-Anything: {SECRET}",),
        ("-H", SECRET),
        (f"Authorization: Basic {SECRET}",),
        (f"Bearer {SECRET}",),
        ("-e", f"ANYTHING={SECRET}"),
        (f"--env=ANYTHING={SECRET}",),
        (f"GITHUB_TOKEN={SECRET}",),
        ("sh", "-c", f"API_KEY={SECRET} server --verbose"),
        ("sh", "-c", f"server --password '{SECRET}' --verbose"),
        ("sh", "-c", f"server --password 'two {SECRET}' --verbose"),
        (f"postgresql://bob:{SECRET}@db.local:5432/sales",),
        (f"postgresql://bob:a/{SECRET}@db.local/sales",),
        (f"postgresql://bob:1/{SECRET}@db.local/sales",),
        (f"postgresql://bob:a b{SECRET}@db.local/sales",),
        (f"https://{SECRET}@h/mcp",),
        (f"https://h/mcp?key={SECRET}#x",),
        (f"https://h/mcp#{SECRET}",),
        (f'{{"url": "https://h/mcp?key={SECRET}", "apiKey": "{SECRET}"}}',),
    ],
)
def test_secrets_on_a_command_line_are_hidden(args):
    """After options that take one, in URLs, headers and variables, inside a shell's line too."""
    for text in (shown(entry(*args))["where"], line(entry(*args))):
        assert "•••" in text
        assert "hunter2" not in text


@pytest.mark.parametrize(
    "token",
    [
        TOKEN,
        "sk-proj-4f9a8b7c6d5e4f3a",
        "glpat-abcDEF123456",
        "xoxb-1234-abcdefghijk",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
        "5f2b1a9e-8c3d-4e7f-9a1b-2c3d4e5f6a7b",
        "0123456789abcdef0123456789abcdef",
        "QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
    ],
)
def test_what_looks_like_a_token_is_hidden_wherever_it_stands(token):
    """Alone, or in the path of a URL, as some services have it."""
    assert shown(entry(token))["where"] == "x •••"
    assert token not in shown(entry(kind="http", url=f"https://h/s/{token}/mcp"))["where"]


@pytest.mark.parametrize(
    "args",
    [
        ("-y", "@modelcontextprotocol/server-filesystem@2025.8.21", "/home/ada/Documents"),
        ("mcp-server-git", "--repository", "/srv/repo", "--author", "ada", "--verbose"),
        ("--token", "--verbose"),
        ("--port", "3000", "--model", "claude-3-5-sonnet-20241022"),
        ("http://127.0.0.1:8000/mcp", "https://[::1]:80/@scope/x"),
        ("-m", "my_server", "--timezone=Europe/Vienna", "monkey=1"),
    ],
)
def test_what_is_no_secret_is_shown(args):
    """A table in which everything is hidden helps nobody."""
    assert shown(entry(*args))["where"] == " ".join(["x", *args])


def test_variables_and_headers_are_never_shown_but_for_those_of_everybody():
    """Whatever they are called; a well-known one may still hold a URL with a password."""
    row = shown(
        entry(
            env={"COLOR": SECRET, "LOG_LEVEL": "debug", "HOST": f"http://u:{SECRET}@h"},
            headers={"X-Colour": SECRET, "Accept": "text/html"},
        )
    )

    assert row["env"] == "COLOR=•••, LOG_LEVEL=debug, HOST=http://•••@h"
    assert row["headers"] == "X-Colour: •••, Accept: text/html"


def test_what_a_stranger_wrote_is_one_line_of_bounded_length():
    """Terminal codes, controls of direction and unseen characters do not reach the table."""
    nasty = "a\x1b[31m\u202eb\u200bc\nd" * 500

    row = shown(entry(nasty, nasty, cwd=nasty, env={nasty: nasty}, problems=(nasty,)), limit=80)

    for text in [*row.values(), line(entry(nasty), 80)]:
        assert len(text) <= 80
        assert text.isprintable()
        assert "\u202e" not in text


def test_an_unseen_character_hides_no_secret_from_us():
    """The text is cleaned first: the option below reads `--token` on the screen."""
    assert SECRET not in shown(entry("--to\u200bken", SECRET))["where"]


def test_what_was_filled_in_is_not_shown_wherever_it_stands():
    """Nothing says of a bare argument that it is a secret, but that it came from a variable."""
    raw = entry("${env:PLAIN}", "name=${env:PLAIN}", "${env:HOME}", cwd=None)

    done = resolve(raw, {"PLAIN": "sesame", "HOME": "/home/ada"}, Path("/w"), Path("/h"))

    assert done.args == ("sesame", "name=sesame", "/home/ada")
    assert shown(done)["where"] == "x ••• name=••• /home/ada"


@given(
    secret=st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=8, max_size=30),
    before=st.sampled_from(["", "a=", "https://h/", "x-"]),
    after=st.sampled_from(["", "/p", " b"]),
)
def test_no_value_of_a_variable_is_ever_shown(secret, before, after):
    """In any field, beside any text."""
    text = f"{before}${{env:S}}{after}"
    raw = entry(text, env={"E": text}, headers={"H": text}, url=text)
    web = entry(kind="http", url=text)

    for done in (resolve(one, {"S": f"s{secret}"}, Path("/w"), Path("/h")) for one in (raw, web)):
        assert not [
            column for column in [*shown(done).values(), line(done), repr(done)] if f"s{secret}" in column
        ]


@given(
    args=st.lists(st.text(max_size=40), max_size=5),
    env=st.dictionaries(st.text(max_size=9), st.text(max_size=9)),
)
def test_every_entry_can_be_shown(args, env):
    """Whatever stands in it."""
    for text in shown(entry(*args, env=env, headers=env)).values():
        assert not [char for char in text if category(char) in ("Cc", "Cs", "Zl", "Zp")]
