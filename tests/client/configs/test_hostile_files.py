"""Files that were not written by a client: they end in our error, soon, and quote nothing."""

from __future__ import annotations

import os
import sys

import pytest

from mcp_notebook.client.configs import files, read
from mcp_notebook.errors import ConnectError

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\xff", "is not UTF-8 text"),
        (b"\xff\xfe{\x00}\x00", "is not UTF-8 text"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a":' * 200_000, "nested too deeply"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "a number too long"),
        (b'{"mcpServers": {"a": {"command": "x"', "is not JSON"),
        (b'{"a": "' + b'\\"' * 100_000, "is not JSON"),
        (b"{" + b"/*" * 100_000, "is not JSON"),
        (b"{" + b"," * 100_000 + b"]", "is not JSON"),
        (b"{'a': 1}", "is not JSON"),
        (b"\x00" * 1000, "servers"),
    ],
)
def test_what_is_no_text_of_settings_is_refused(tmp_path, content, words):
    """Binary, cut off, nested, quoted without end."""
    path = tmp_path / "servers.json"
    path.write_bytes(content)

    with pytest.raises(ConnectError, match=words):
        read(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a: &a [*a]", "is not YAML"),
        ("extensions: !!python/object/apply:os.system [echo]", "extensions is a list, not an object"),
        ("{" * 5_000, "nested too deeply|is not YAML"),
        ("- " * 5_000, "nested too deeply|is not YAML"),
        ("a: [\n", "is not YAML, line"),
        ("? [a]\n: 1", "is not YAML"),
        ("--- 1\n--- 2", "is not YAML"),
        ("just a text", "holds a text"),
        ("a: \x07", "is not YAML"),
        ("#" + "x" * files.YAML_LIMIT, "KiB of YAML"),
    ],
)
def test_what_is_no_yaml_of_settings_is_refused(tmp_path, content, words):
    """Loops, tags that would run something, nesting, two documents."""
    path = tmp_path / "config.yaml"
    path.write_text(content)

    with pytest.raises(ConnectError, match=words):
        read(path)


def test_a_bomb_of_references_stays_small(tmp_path):
    """Each level names the one before nine times; nothing multiplies it out, merge keys neither."""
    levels = ["a0: &a0 {cmd: x}"]
    for n in range(1, 30):
        before = ", ".join([f"*a{n - 1}"] * 9)
        levels.append(f"a{n}: &a{n} {{list: [{before}], <<: [{before}]}}")
    path = tmp_path / "config.yaml"
    path.write_text("\n".join([*levels, "extensions: {a: *a0, b: *a29}"]))

    first, second = read(path)

    assert first.command == "x"
    assert "neither a command nor a URL" in second.problems[0]


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path):
    """A sparse file of many gigabytes costs what the limit allows."""
    path = tmp_path / "servers.json"
    with path.open("wb") as file:
        file.truncate(files.LIMIT * 1000)

    with pytest.raises(ConnectError, match="over 32 MiB"):
        read(path)


def test_many_names_that_are_given_twice_are_counted_once(tmp_path):
    """Work grows with the file, not with its square."""
    path = tmp_path / "servers.json"
    path.write_text('{"mcpServers": {' + ", ".join(['"a": {}', '"b": {}'] * 20_000) + "}}")

    assert [entry.name for entry in read(path)] == ["a", "b"]


def test_what_is_not_there_or_no_file_says_so(tmp_path):
    """A path by hand is often wrong."""
    with pytest.raises(ConnectError, match=r"there is no file .*nowhere"):
        read(tmp_path / "nowhere")
    with pytest.raises(ConnectError, match="is a folder; give the file in it"):
        read(tmp_path)
    with pytest.raises(ConnectError, match="cannot be read"):
        read("a\0b")


@POSIX
def test_a_loop_of_links_and_a_pipe_hold_nobody(tmp_path):
    """Opening a pipe would wait for whoever writes into it."""
    loop, pipe = tmp_path / "loop", tmp_path / "pipe"
    loop.symlink_to(loop)
    os.mkfifo(pipe)

    with pytest.raises(ConnectError, match="cannot be read"):
        read(loop)
    with pytest.raises(ConnectError, match="is not a file of text"):
        read(pipe)


@POSIX
def test_a_file_of_somebody_else_says_so(tmp_path, monkeypatch):
    """The administrator may read everything, so the refusal is simulated."""
    path = tmp_path / "servers.json"
    path.write_text("{}")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)

    with pytest.raises(ConnectError, match="may not be read"):
        read(path)


def test_a_name_that_would_move_the_terminal_is_shown_without(tmp_path):
    """Errors are printed."""
    path = tmp_path / "a\x1b[2Jb.json"
    path.write_text("[]")

    with pytest.raises(ConnectError) as caught:
        read(path)

    assert "\x1b" not in str(caught.value)
