"""Discovery: what is written, what is believed, what is taken away, and which kernel is meant."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from mcp_notebook import MCPNotebookError
from mcp_notebook.errors import UnknownServerError
from mcp_notebook.host import discovery
from mcp_notebook.host.discovery import Entry, choose, entries, publish, withdraw
from mcp_notebook.loopback import address_of, listen, url_of

SECRET = "s3cr3t-t0ken"
FORKS = """
import os, sys
from mcp_notebook.host.discovery import Entry, publish, withdraw

path = publish(Entry("forked", sys.argv[1], "token", os.getpid(), 1.0))
if (child := os.fork()) == 0:
    withdraw(path)
    os._exit(0)
os.waitpid(child, 0)
print(path.exists())
withdraw(path)
print(path.exists())
"""


@pytest.fixture(autouse=True)
def runtime_dir(tmp_path, monkeypatch):
    """A runtime directory that no Jupyter uses."""
    path = tmp_path / "runtime"
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(path))
    return path


@pytest.fixture
def url():
    """The URL of something that listens."""
    with listen("127.0.0.1", 0) as listening:
        yield url_of("127.0.0.1", listening)


@pytest.fixture
def entry(url):
    """An entry of this very process, which lives."""
    return Entry(
        "analysis", url, SECRET, os.getpid(), 1_700_000_000.0, "/home/me/work.ipynb", "abcd-1234", "1.0"
    )


def ended_pid() -> int:
    """Return the pid of a process that has ended."""
    with subprocess.Popen([sys.executable, "-S", "-c", ""]) as process:
        process.wait()
    return process.pid


def test_the_directory_is_jupyters_and_private(runtime_dir):
    """Where it is missing it is made, for its owner alone."""
    assert discovery.directory() == runtime_dir
    assert stat.S_IMODE(runtime_dir.stat().st_mode) == 0o700


def test_what_is_published_is_found_until_it_is_withdrawn(entry, runtime_dir):
    """All of it, token included; nothing else stays in the directory."""
    path = publish(entry)

    assert path.parent == runtime_dir
    assert path.name == f"mcp-notebook-{os.getpid()}-{address_of(entry.url)[1]}.json"
    assert entries() == (entry,)
    assert entries()[0].token == SECRET

    withdraw(path)
    assert list(runtime_dir.iterdir()) == []
    assert entries() == ()
    withdraw(path)


def test_the_file_is_its_owners_alone_from_the_first_byte(entry, monkeypatch):
    """Whatever the umask; and it gets its name when it is whole."""
    modes = []
    move = Path.replace

    def look(path, target):
        modes.append(stat.S_IMODE(path.stat().st_mode))
        assert json.loads(path.read_text())["token"] == SECRET
        return move(path, target)

    monkeypatch.setattr(Path, "replace", look)
    before = os.umask(0)
    try:
        path = publish(entry)
    finally:
        os.umask(before)

    assert [*modes, stat.S_IMODE(path.stat().st_mode)] == [0o600, 0o600]


def test_no_token_is_in_what_an_entry_says_of_itself(entry):
    """Tracebacks and logs show representations."""
    assert SECRET not in f"{entry!r} {entry} {(entry,)}"


def test_two_servers_of_one_process_have_a_file_each(entry):
    """The newest is first, and one can go without the other."""
    with listen("127.0.0.1", 0) as other:
        second = replace(entry, name="second", url=url_of("127.0.0.1", other), started=entry.started + 1)
        first_path = publish(entry)
        publish(second)
        assert entries() == (second, entry)
        assert choose(entries(), str(os.getpid())) == second

        withdraw(first_path)
        assert entries() == (second,)


def test_publishing_again_replaces(entry):
    """A kernel that was renamed is one kernel."""
    publish(entry)
    publish(replace(entry, name="renamed"))

    assert [e.name for e in entries()] == ["renamed"]


def test_a_killed_kernel_leaves_nothing(entry):
    """Its pid is free, or another process has it and the port is closed."""
    with listen("127.0.0.1", 0) as closed:
        gone = url_of("127.0.0.1", closed)
    paths = [publish(replace(entry, pid=ended_pid())), publish(replace(entry, url=gone))]

    assert entries() == ()
    assert [path.exists() for path in paths] == [False, False]


def test_a_killed_kernel_that_nobody_has_reaped_is_gone(entry):
    """A zombie has a pid that answers; its port does not."""
    serves = "import socket, sys, time; s = socket.create_server(('127.0.0.1', 0))\n"
    serves += "print(s.getsockname()[1], flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", serves], stdout=subprocess.PIPE, text=True) as kernel:
        port = int(kernel.stdout.readline())
        path = publish(replace(entry, pid=kernel.pid, url=f"http://127.0.0.1:{port}/mcp"))
        assert [e.pid for e in entries()] == [kernel.pid]

        kernel.send_signal(signal.SIGKILL)
        os.waitid(os.P_PID, kernel.pid, os.WEXITED | os.WNOWAIT)

        os.kill(kernel.pid, 0)
        assert entries() == ()
        assert not path.exists()


def test_a_fork_does_not_withdraw_its_parent(url):
    """A worker process runs the same exit code as the kernel it was copied from."""
    done = subprocess.run([sys.executable, "-c", FORKS, url], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["True", "False"]


def test_another_machines_kernel_is_left_alone(entry):
    """In a shared home its process cannot be seen from here: not listed, not removed."""
    path = publish(replace(entry, pid=ended_pid()))
    path.write_text(json.dumps({**json.loads(path.read_text()), "host": "node-7.cluster"}))

    assert entries() == ()
    assert path.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_a_file_that_others_may_read_or_write_is_not_trusted(entry, mode):
    """Its token may be known, or its words another's."""
    path = publish(entry)
    path.chmod(mode)

    assert entries() == ()
    assert path.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_not_trusted(entry):
    """In a directory that others can write to."""
    path = publish(entry)
    os.chown(path, 12345, 12345)

    assert entries() == ()


def test_links_pipes_and_directories_are_not_read(entry, runtime_dir):
    """A link may lead to anything, a pipe would be waited for."""
    elsewhere = runtime_dir.parent / "elsewhere.json"
    publish(entry).rename(elsewhere)
    (runtime_dir / "mcp-notebook-1-1.json").symlink_to(elsewhere)
    os.mkfifo(runtime_dir / "mcp-notebook-1-2.json", 0o600)
    (runtime_dir / "mcp-notebook-1-3.json").mkdir(0o700)

    assert entries() == ()
    assert len(list(runtime_dir.iterdir())) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"url": "http://192.168.1.7:8000/mcp"},
        {"url": "https://127.0.0.1:8000/mcp"},
        {"url": "http://127.0.0.1/mcp"},
        {"url": "http://127.0.0.1:99999/mcp"},
        {"url": "http://127.0.0.1:8000@evil.example/mcp"},
        {"url": "http://me@127.0.0.1:8000/mcp"},
        {"url": "http://127.0.0.1.evil.example:8000/mcp"},
        {"url": "http://[::1"},
        {"url": None},
        {"token": ""},
        {"token": "two\r\nlines"},
        {"token": 7},
        {"pid": True},
        {"pid": 0},
        {"pid": -1},
        {"pid": "1"},
        {"started": float("nan")},
        {"started": float("-inf")},
        {"started": 10**400},
        {"notebook": 1},
        {"name": None},
    ],
)
def test_an_entry_that_cannot_be_is_ignored(entry, change):
    """Every part of it is checked before any of it is used."""
    path = publish(entry)
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))

    assert entries() == ()
    assert path.exists()


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 60_000, b'{"pid":' + b"9" * 5_000]
)
def test_garbage_is_ignored(entry, raw):
    """Neither an error nor a kernel."""
    path = publish(entry)
    path.write_bytes(raw)

    assert entries() == ()


def test_a_directory_that_cannot_be_written_is_an_error_with_the_cure(entry, runtime_dir):
    """A read-only home is no traceback, and leaves no half-written file."""
    runtime_dir.write_text("a file, no directory")
    with pytest.raises(MCPNotebookError, match="set JUPYTER_RUNTIME_DIR"):
        publish(entry)

    runtime_dir.unlink()
    taken = discovery.directory() / f"mcp-notebook-{os.getpid()}-{address_of(entry.url)[1]}.json"
    taken.mkdir()
    with pytest.raises(MCPNotebookError, match=r"cannot write .*\.json: .*; set JUPYTER_RUNTIME_DIR"):
        publish(entry)
    assert list(runtime_dir.iterdir()) == [taken]


def test_only_this_machine_is_published(entry):
    """A token must not be sent elsewhere."""
    with pytest.raises(
        MCPNotebookError, match=r"'http://example\.org/mcp' is not an http URL of this machine"
    ):
        publish(replace(entry, url="http://example.org/mcp"))


WORK = Entry("work", "http://127.0.0.1:1/mcp", SECRET, 11, 1.0, "/home/me/a/work.ipynb", "aaaa-bbbb")
TRAIN = Entry("training", "http://127.0.0.1:2/mcp", SECRET, 12, 2.0, "/home/me/b/train.v2.ipynb", "aaac-dddd")
BARE = Entry("terminal\x1b[31m", "http://127.0.0.1:3/mcp", SECRET, 13, 3.0)


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        (None, BARE),
        ("work", WORK),
        ("training", TRAIN),
        ("train.v2.ipynb", TRAIN),
        ("train.v2", TRAIN),
        ("/home/me/a/work.ipynb", WORK),
        ("aaaa-bbbb", WORK),
        ("aaac", TRAIN),
        ("13", BARE),
    ],
)
def test_a_kernel_is_meant_by_any_of_its_names(wanted, meant):
    """Name, notebook, kernel id or its beginning, pid; nothing means the newest."""
    assert choose((WORK, BARE, TRAIN), wanted) == meant


@pytest.mark.parametrize("wanted", ["aaa", "wor", "", "99", "train"])
def test_a_kernel_that_is_not_there_is_an_error_that_lists_what_is(wanted):
    """One line, without what a name could do to a terminal, and without a token."""
    with pytest.raises(UnknownServerError) as caught:
        choose((WORK, BARE), wanted)

    said = str(caught.value)
    assert said.startswith(f"no kernel that serves is called {wanted!r}; there are: 'work' (pid 11), ")
    assert "'terminal' (pid 13)" in said
    assert "\x1b" not in said
    assert SECRET not in said


def test_a_name_of_two_kernels_is_not_guessed():
    """The same notebook's name in two folders: the pid decides."""
    twin = replace(WORK, pid=14, notebook="/home/me/b/work.ipynb")

    with pytest.raises(UnknownServerError, match=r"'work' could be 2 kernels; .*\(pid 14\).*; give a pid"):
        choose((WORK, twin), "work")
    assert choose((WORK, twin), "14") == twin
    assert choose((WORK, twin), "/home/me/a/work.ipynb") == WORK


def test_no_kernel_at_all_is_an_error_that_says_how_to_start_one():
    """Whatever was asked for."""
    for wanted in (None, "work"):
        with pytest.raises(UnknownServerError, match=r"no notebook kernel is serving; .* %mcp_serve"):
            choose((), wanted)


def test_a_busy_port_is_not_a_dead_one(entry):
    """A kernel that holds the GIL still has a socket that accepts."""
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        publish(replace(entry, url=url_of("127.0.0.1", busy)))
        assert len(entries()) == 1
