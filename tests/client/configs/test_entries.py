"""Every client's format, by its own example, and what is made of entries that are wrong."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_notebook.client.configs import Entry, read
from mcp_notebook.errors import ConnectError


def by_name(path):
    return {entry.name: entry for entry in read(path)}


def said(tmp_path, content, name="servers.json"):
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return read(path)


def only(tmp_path, server):
    (entry,) = said(tmp_path, {"mcpServers": {"a": server}})
    return entry


def test_claude_desktop(example):
    """Commands with arguments and variables, beside other settings."""
    found = by_name(example("claude_desktop_config.json"))

    assert list(found) == ["filesystem", "search"]
    assert found["filesystem"].command == "npx"
    assert found["filesystem"].args[1:] == ("@modelcontextprotocol/server-filesystem", "/home/ada/Documents")
    assert found["search"].env == {"SEARCH_API_KEY": "${SEARCH_API_KEY}", "LOG_LEVEL": "info"}
    assert {entry.client for entry in found.values()} == {"claude-desktop"}
    assert {entry.kind for entry in found.values()} == {"stdio"}


def test_claude_code_in_a_project(example):
    """All three types; a helper for headers is not run, and that is said."""
    found = by_name(example("project.mcp.json"))

    assert [entry.kind for entry in found.values()] == ["stdio", "http", "sse", "http"]
    assert {entry.client for entry in found.values()} == {"claude-code"}
    assert found["database"].timeout == 600
    assert found["issues"].headers == {"Authorization": "Bearer ${ISSUES_TOKEN}"}
    assert "headersHelper is not run" in found["signed"].notes[0]


def test_claude_code_of_the_user_has_servers_for_one_folder_too(example, tmp_path):
    """The same name may stand in both; which one applies depends on the folder of the work."""
    everywhere, local = read(example("claude.json"))

    assert (everywhere.name, everywhere.kind, everywhere.project) == ("notes", "stdio", None)
    assert (local.name, local.kind, local.project) == ("notes", "http", "/home/ada/work")
    assert everywhere.applies(tmp_path)
    assert not local.applies(tmp_path)
    assert local.applies(type(tmp_path)("/home/ada/work/deep"))


def test_cursor(example):
    """A missing type is told from the fields; an address that ends in /sse is SSE."""
    found = by_name(example("cursor.json"))

    assert [(entry.client, entry.kind) for entry in found.values()] == [
        ("cursor", "stdio"),
        ("cursor", "http"),
        ("cursor", "sse"),
    ]
    assert found["local"].env_file == "${workspaceFolder}/.env"


def test_vscode(example):
    """Comments and trailing commas are allowed; numbers are texts, a null takes a variable out."""
    found = by_name(example("vscode.json"))

    assert list(found) == ["search", "github", "keyed"]
    assert found["search"].env == {"SEARCH_KEY": "${input:key}", "RETRIES": "3"}
    assert found["keyed"].url == "https://keyed.example.com/mcp//v1"
    key, region, made = found["search"].inputs
    assert (key.id, key.description, key.password) == ("key", "The API key", True)
    assert (region.options, region.default) == (("eu", "us"), "eu")
    assert made.type == "command"


def test_vscode_before_it_had_a_file_of_its_own(tmp_path):
    """`mcp.servers` of `settings.json`."""
    settings = {"editor.fontSize": 12, "mcp": {"inputs": [{"id": "k"}], "servers": {"a": {"command": "x"}}}}

    (entry,) = said(tmp_path, settings, "settings.json")

    assert (entry.client, entry.command, entry.inputs[0].id) == ("vscode", "x", "k")


def test_gemini(example):
    """Seconds from milliseconds, `httpUrl`, and the list of excluded servers."""
    found = by_name(example("gemini.json"))

    assert [entry.kind for entry in found.values()] == ["stdio", "http", "sse", "http", "stdio"]
    assert found["python-tools"].timeout == 15
    assert found["python-tools"].cwd == "./mcp-servers"
    assert [entry.name for entry in found.values() if entry.disabled] == ["off"]


def test_gemini_takes_the_url_where_there_is_a_command_too(tmp_path):
    """Source: `createTransport` of its `mcp-client.ts` looks at the URL first."""
    entry = only(tmp_path, {"command": "x", "httpUrl": "http://h/mcp", "trust": True})

    assert (entry.client, entry.kind, entry.problems) == ("gemini", "http", ())


def test_goose(example):
    """YAML; what is part of Goose itself is listed with its reason, what is off is disabled."""
    found = by_name(example("goose.yaml"))

    assert "part of the client itself" in found["developer"].problems[0]
    assert found["github"].args == ("-y", "@modelcontextprotocol/server-github", "--retries", "3")
    assert found["github"].env == {"HOST": "github.example.com", "PORT": "0443"}
    assert found["github"].env_keys == ("GITHUB_TOKEN",)
    assert found["github"].timeout == 120
    assert found["tracker"].disabled
    assert found["tracker"].kind == "http"
    assert found["old"].kind == "sse"
    assert "Unix socket" in found["piped"].problems[0]


@pytest.mark.parametrize(
    ("name", "client", "server"),
    [
        ("project.mcp.json", "generic", "database"),
        ("claude.json", "claude-code", "notes"),
        ("cursor.json", "cursor", "local"),
        ("vscode.json", "vscode", "search"),
        ("gemini.json", "gemini", "python-tools"),
        ("goose.yaml", "goose", "github"),
    ],
)
def test_a_file_given_by_hand_is_known_by_its_content(example, name, client, server):
    """The copy stands where no client keeps its own."""
    found = by_name(example(name, f"elsewhere/copy{name[-5:]}"))

    assert found[server].client == client
    assert not found[server].problems


def test_goose_as_json_and_servers_without_a_heading(tmp_path):
    """The content decides, whatever the name of the file."""
    (goose,) = said(tmp_path, {"extensions": {"a": {"type": "stdio", "cmd": "x", "args": []}}}, "a.txt")
    (bare,) = said(tmp_path, {"a": {"command": "x"}}, "b.json")

    assert (goose.client, goose.command) == ("goose", "x")
    assert (bare.client, bare.command) == ("generic", "x")


@pytest.mark.parametrize("name", [".claude.json", ".mcp.json", "claude_desktop_config.json"])
@pytest.mark.parametrize("content", ["", "{}", '{"theme": "dark"}', '{"mcpServers": null}'])
def test_a_clients_own_file_may_name_no_server(tmp_path, name, content):
    """Most settings are about something else."""
    assert said(tmp_path, content, name) == []


@pytest.mark.parametrize(
    ("server", "words"),
    [
        ("npx", "it is a text, not an object"),
        (None, "it is nothing, not an object"),
        ({}, "neither a command nor a URL"),
        ({"command": ""}, "neither a command nor a URL"),
        ({"command": ["npx", "x"]}, "command is a list, not a text"),
        ({"command": "x", "args": "a b"}, "args is a text, not a list"),
        ({"command": "x", "args": ["a", {}]}, "args[1] is an object, not a text"),
        ({"command": "x", "env": ["A=1"]}, "env is a list, not an object"),
        ({"command": "x", "env": {"A": ["secret"]}}, "env.A is a list, not a text"),
        ({"command": "x", "cwd": 7}, "cwd is a number, not a text"),
        ({"url": 5}, "url is a number, not a text"),
        ({"url": "http://h", "headers": "X: 1"}, "headers is a text, not an object"),
        ({"type": "stdio"}, "type stdio and has no command"),
        ({"type": "http", "command": "x"}, "type http and has no URL"),
        ({"type": "ws", "url": "ws://h"}, "type 'ws' is not known; there are: stdio, http, sse"),
        ({"type": "sdk", "name": "x"}, "part of the client itself"),
        ({"command": "x", "url": "http://h"}, "both a command and a URL"),
        ({"command": "x\0y"}, "command holds a character that no program can be given"),
        ({"command": "x", "args": ["\ud800"]}, "args holds a character that no program can be given"),
        ({"command": "x", "env": {"A=B": "1"}}, "env has a name that is empty or holds a '='"),
    ],
)
def test_an_entry_that_is_wrong_stays_with_its_problem_and_spoils_no_other(tmp_path, server, words):
    """The words name the field and the type, and never hold a value of `env` or `headers`."""
    wrong, right = said(tmp_path, {"mcpServers": {"wrong": server, "right": {"command": "x"}}})

    assert words in "; ".join(wrong.problems)
    assert "secret" not in "; ".join(wrong.problems)
    assert right.problems == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[1]", "holds a list where a client's settings are an object"),
        ('"text"', "holds a text"),
        ("42", "not an object"),
        ("{}", "lists no MCP servers"),
        ('{"a": 1}', "lists no MCP servers"),
        ('{"mcpServers": []}', "mcpServers is a list, not an object"),
        ('{"servers": "x"}', "servers is a text, not an object"),
        ('{"projects": {"/p": {"mcpServers": 3}}}', "mcpServers is a number, not an object"),
        ('{"mcpServers": {"a": {"command": "s3cret" "x"}}}', "is not JSON: expecting ',' delimiter, line 1"),
    ],
)
def test_what_is_no_configuration_is_refused_with_the_file_and_the_cure(tmp_path, content, words):
    """Nothing of the content is quoted: what is next to a mistake may be a password."""
    with pytest.raises(ConnectError) as caught:
        said(tmp_path, content)

    assert words.replace("not an object", "") in str(caught.value)
    assert "servers.json" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_the_line_of_a_mistake_is_the_files_own(tmp_path):
    """Comments before it are counted."""
    with pytest.raises(ConnectError, match="line 4, column 3"):
        said(tmp_path, '{ /* one\n two */ "a": 1, // three\n\n  ] }')


def test_a_name_that_is_given_twice_counts_once_and_says_so(tmp_path):
    """JSON takes the last one, as every client does."""
    (entry,) = said(
        tmp_path, '{"mcpServers": {"a": {"command": "x"}, "a": {"command": "y", "command": "z"}}}'
    )

    assert entry.command == "z"
    assert entry.notes == (
        "command is given twice; the last one counts",
        "the file names it twice; the last one counts",
    )


@pytest.mark.parametrize("value", [0, -1, True, "soon", [], 1e400, 10**400])
def test_a_time_that_is_none_is_ignored_with_a_note(tmp_path, value):
    """It keeps nobody from connecting."""
    text = json.dumps({"mcpServers": {"a": {"command": "x", "timeout": value}}})
    (entry,) = said(tmp_path, text)

    assert entry.timeout is None
    assert entry.problems == ()
    assert "timeout is not a number above 0" in entry.notes[0]


def test_what_is_disabled_is_listed(tmp_path):
    """`disabled` and `enabled` are read; what is neither true nor false is ignored with a note."""
    found = [
        only(tmp_path, {"command": "x", **more})
        for more in ({"disabled": True}, {"enabled": False}, {"disabled": "true"}, {"disabled": []}, {})
    ]

    assert [entry.disabled for entry in found] == [True, True, True, False, False]
    assert "disabled is a list, not true or false" in found[3].notes[0]


def test_an_entry_shows_no_secret_of_itself():
    """A cell's last line, a log and a traceback show its representation."""
    entry = Entry(
        "a", "cursor", None, "http", env={"K": "s3cret"}, headers={"A": "s3cret"}, url="http://s3cret"
    )

    assert "s3cret" not in repr(entry)


TEXTS = st.text(st.characters(codec="utf-8", min_codepoint=1, max_codepoint=0xFFFF), max_size=20)
NAMES = st.text(st.characters(codec="ascii", exclude_characters="\0="), min_size=1, max_size=8)


@given(
    name=TEXTS,
    command=TEXTS.filter(lambda text: text not in ("", "~", "null")),
    args=st.lists(TEXTS, max_size=4),
    env=st.dictionaries(NAMES, TEXTS, max_size=3),
)
def test_what_was_written_is_read(tmp_path_factory, name, command, args, env):
    """Any text survives the way through a file, in JSON, JSON with comments, and YAML."""
    server = {"command": command, "args": args, "env": env}
    plain = json.dumps({"mcpServers": {name: server}})
    noted = "// a note\n" + plain.removesuffix("}}") + ", /* , } */ } /**/ ,\n}"
    goose = json.dumps({"extensions": {name: {"cmd": command, "args": args, "envs": env}}})
    folder = tmp_path_factory.mktemp("round")

    for file, text in (("a.json", plain), ("b.json", noted), ("c.yaml", goose)):
        (folder / file).write_text(text, encoding="utf-8")
        (entry,) = read(folder / file)
        assert (entry.name, entry.command, list(entry.args), dict(entry.env)) == (name, command, args, env)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["type", "command", "cmd", "args", "env", "envs", "url", "uri", "headers", "timeout", "disabled"]
FIELDS += ["enabled", "cwd", "envFile", "env_keys", "socket", "httpUrl", "transport"]


@given(
    key=st.sampled_from(["mcpServers", "servers", "extensions"]),
    server=st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6),
    rest=st.dictionaries(st.sampled_from(["inputs", "mcp", "projects"]), VALUES, max_size=3),
)
def test_whatever_stands_in_a_file_is_an_entry_or_our_error(tmp_path_factory, key, server, rest):
    """No type in any field gets further than a problem in words."""
    path = tmp_path_factory.mktemp("any") / "servers.json"
    path.write_text(json.dumps({key: {"a": server, "b": {"command": "x", "cmd": "x"}}, **rest}))
    try:
        found = read(path)
    except ConnectError as error:
        assert "servers.json" in str(error)  # noqa: PT017 - either outcome will do
        return

    assert [entry.command for entry in found if entry.name == "b"] == ["x"]
    for entry in found:
        assert all(
            isinstance(text, str) for text in (entry.command, entry.url, *entry.args, *entry.env.values())
        )
