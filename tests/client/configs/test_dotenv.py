"""Env files, as VS Code reads them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_notebook.client.configs import Entry, resolve
from mcp_notebook.client.configs.dotenv import parse
from mcp_notebook.errors import ConnectError


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A=1\nB = two words \r\nC=", {"A": "1", "B": "two words", "C": ""}),
        ("# no\n\nexport A=1\n  B: 2", {"A": "1", "B": "2"}),
        ("A=\"x # y\\nz\" # note\nB='a\\n#b'\nC=`c`", {"A": "x # y\nz", "B": "a\\n#b", "C": "c"}),
        ("A=a#b\nURL=http://h:1/p?a=b", {"A": "a", "URL": "http://h:1/p?a=b"}),
        ("A=it's # mine\nB=\"open\nC=$A ${B}", {"A": "it's # mine", "B": '"open', "C": "$A ${B}"}),
        ("A=1\nA=2\nno sign\n=3\n\x00", {"A": "2"}),
    ],
)
def test_lines_are_read_as_vscode_reads_them(text, found):
    """Source: `src/vs/base/common/envfile.ts`."""
    assert parse(text) == found


@given(st.dictionaries(st.from_regex(r"[A-Z_]{1,8}", fullmatch=True), st.text("aZ9 #='`$\\", max_size=12)))
def test_what_is_written_in_double_quotes_is_read(values):
    """Only a backslash means something there."""
    kept = {name: value.replace("\\", "/") for name, value in values.items()}

    assert parse("\n".join(f'{name}="{value}"' for name, value in kept.items())) == kept


@given(st.text(st.sampled_from("A=:#\"'`\\\n export"), max_size=60))
def test_no_text_is_an_accident(text):
    """What sets nothing is skipped."""
    assert all(isinstance(value, str) for value in parse(text).values())


def entry_of(home, kind="stdio", client="vscode", env_file="~/my.env"):
    return Entry("a", client, home / "mcp.json", kind, "x", url="http://h", env_file=env_file)


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "no such file"), (b"\xff\xff", "is not UTF-8 text"), (b"A" * (1 << 21), "over 1 MiB")],
)
def test_a_file_that_cannot_be_read_keeps_the_server_from_starting(home, content, words):
    """As in VS Code; the error names the server, the file and the field."""
    if content is not None:
        (home / "my.env").write_bytes(content)

    with pytest.raises(ConnectError, match=f"server 'a' in .*mcp.json': envFile '{home}/my.env' .*{words}"):
        resolve(entry_of(home), {}, home, home)


def test_a_folder_is_no_file_of_variables(home):
    """Nor is a pipe or a device."""
    with pytest.raises(ConnectError, match="is not a file; give one with NAME=value lines"):
        resolve(entry_of(home, env_file=str(home)), {}, home, home)


@pytest.mark.parametrize(("kind", "client"), [("http", "cursor"), ("stdio", "claude-code")])
def test_where_a_client_knows_no_env_file_none_is_read(home, kind, client):
    """Cursor documents it for stdio only, Claude Code not at all."""
    assert resolve(entry_of(home, kind, client), {}, Path("/"), home).env == {}
