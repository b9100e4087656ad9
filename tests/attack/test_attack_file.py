"""The discovery file: planted before, left behind, written by others; and who else is sent its token."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx2
import pytest
from forked import prefix

from mcp_notebook.cli import main
from mcp_notebook.host import discovery
from mcp_notebook.host.clients import CLIENTS
from mcp_notebook.loopback import LOOPBACK, address_of, listen

from .kernels import Victim

BRIDGE = [sys.executable, "-m", "mcp_notebook", "bridge"]
HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
NOBODY = 65534
SERVES = """
import os, signal, sys
import mcp_notebook as mcpn
server = mcpn.serve(name="gone")
print(server._path, flush=True)
{}
"""
LISTENS = """
import os, socket, sys
listening = socket.socket()
listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
os.setuid(int(sys.argv[1]))
listening.close()
listening = socket.create_server(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
while True:
    connection, _ = listening.accept()
    print(connection.recv(65536), flush=True)
    connection.close()
"""


def mode(path: Path) -> int:
    """Return the permission bits of *path*."""
    return stat.S_IMODE(path.lstat().st_mode)


def told(env: dict[str, str], *words: str) -> str:
    """Return everything that the command says."""
    command = [sys.executable, "-m", "mcp_notebook", *words]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def free_port() -> int:
    """Return a port that nobody has."""
    with listen("127.0.0.1", 0) as listening:
        return listening.getsockname()[1]


def entry(**what) -> dict:
    """Return what a file of this process may hold."""
    whole = {
        "name": "planted",
        "url": "http://127.0.0.1:1/mcp",
        "token": "the-token",
        "pid": os.getpid(),
        "started": time.time(),
        "notebook": None,
        "kernel": None,
        "version": "1",
        "host": socket.gethostname(),
    }
    return {**whole, **what}


def plant(env: dict[str, str], number: int, content: bytes) -> Path:
    """Write a file that looks like one of ours."""
    home = Path(env["JUPYTER_RUNTIME_DIR"])
    home.mkdir(mode=0o700, exist_ok=True)
    path = home / f"mcp-notebook-{os.getpid()}-{number}.json"
    path.touch(mode=0o600)
    path.write_bytes(content)
    return path


def test_the_file_is_private_whatever_the_umask_and_goes_when_the_server_does(env):
    """Its directory, too, if it is ours; nothing else is left in it."""
    victim = Victim(env, umask=0)
    try:
        home = victim.path.parent
        assert (mode(victim.path), mode(home)) == (0o600, 0o700)
        assert json.loads(victim.path.read_text())["token"] == victim.token
        assert list(home.iterdir()) == [victim.path]

        victim.ask(do="stop")
        assert list(home.iterdir()) == []
    finally:
        victim.close()


@pytest.mark.parametrize("kind", ["link", "dangling link", "hard link", "open file", "pipe", "socket"])
def test_what_was_planted_at_its_place_is_replaced_and_not_written_to(hasty, tmp_path, kind):
    """A link is not followed; a file that anybody can read is not taken over; a pipe is not waited for."""
    hasty.ask(do="stop")
    target = tmp_path / "precious"
    port = free_port()
    path = Path(hasty.env["JUPYTER_RUNTIME_DIR"]) / f"mcp-notebook-{hasty.pid}-{port}.json"
    if kind != "dangling link":
        target.write_text("mine")
    if kind.endswith("link") and kind != "hard link":
        path.symlink_to(target)
    elif kind == "hard link":
        path.hardlink_to(target)
    elif kind == "open file":
        path.touch()
        path.chmod(0o666)
    elif kind == "pipe":
        os.mkfifo(path, 0o666)
    else:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(str(path))

    hasty.serve(port)

    assert stat.S_ISREG(path.lstat().st_mode)
    assert mode(path) == 0o600
    assert target.exists() == (kind != "dangling link")
    assert kind == "dangling link" or target.read_text() == "mine"


def test_a_server_that_cannot_tell_where_it_is_does_not_stay_open(hasty):
    """A directory was planted: an error with the cure, and nothing listens; later it works."""
    hasty.ask(do="stop")
    port = free_port()
    planted = Path(hasty.env["JUPYTER_RUNTIME_DIR"]) / f"mcp-notebook-{hasty.pid}-{port}.json"
    planted.mkdir()

    answer = hasty.ask(do="serve", port=port)
    assert "cannot write" in answer["error"]
    assert hung_up(port)

    planted.rmdir()
    assert hasty.serve(port) == port
    assert [path.name for path in planted.parent.glob(f"*-{port}.json*")] == [planted.name]


def hung_up(port: int) -> bool:
    """Wait until nobody listens on *port*."""
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    ("end", "stays"),
    [
        ("", False),
        ("raise KeyboardInterrupt", False),
        ("os._exit(0)", True),
        ("os.kill(os.getpid(), signal.SIGKILL)", True),
    ],
)
def test_a_kernel_that_ended_is_not_found_however_it_ended(env, monkeypatch, end, stays):
    """At an end in good order it takes its file away; what stays is taken away by whoever looks."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", env["JUPYTER_RUNTIME_DIR"])
    command = [sys.executable, "-c", SERVES.format(end)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    path = Path(done.stdout.strip())

    assert path.exists() == stays
    assert discovery.entries() == ()
    assert not path.exists()


def test_hostile_files_hide_no_kernel(fresh, env):
    """Huge, broken, of other types, for other addresses: `list` shows what serves, and no token."""
    hostile = [
        b"[" * 1_000_000,
        b'{"a":' * 10_000,
        b" " * 50_000_000,
        b'{"pid":' + b"9" * 10_000 + b"}",
        b"\xff\xfe\x00",
        b"null",
        json.dumps([entry()]).encode(),
        json.dumps(entry(pid=10**30)).encode(),
        json.dumps(entry(name={"a": 1})).encode(),
        json.dumps(entry(started="now")).encode(),
        json.dumps(entry(token="a\r\nX-Evil: 1")).encode(),
        json.dumps(entry(url="http://evil.example:80/mcp")).encode(),
        json.dumps(entry(url="http://169.254.169.254:80/mcp")).encode(),
        json.dumps(entry(name="\x1b]0;owned\x07" * 10, url=f"http://127.0.0.1:{fresh.port}/mcp")).encode(),
    ]
    for number, content in enumerate(hostile):
        plant(env, number, content)

    said = told(env, "list") + told(env, "list", "--json")

    assert "victim" in said
    assert "\x1b" not in said
    assert "evil.example" not in said
    assert "169.254" not in said
    assert fresh.token not in said


def test_no_configuration_holds_the_token_or_the_address(hasty, monkeypatch, capsys):
    """It is committed, and sent around."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", hasty.env["JUPYTER_RUNTIME_DIR"])
    for client in CLIENTS:
        assert main(["config", client, "--kernel", "victim"]) == 0
    said = "".join(capsys.readouterr())

    assert said.count("victim") >= len(CLIENTS)
    assert hasty.token not in said
    assert str(hasty.port) not in said


URLS = [
    "http://127.0.0.1:8000\\@evil.example/mcp",
    "http://127.0.0.1:8000\\.evil.example/mcp",
    "http://evil.example\\@127.0.0.1:8000/mcp",
    "http://evil.example#@127.0.0.1:8000/mcp",
    "http://evil.example?@127.0.0.1:8000/mcp",
    "http://127.0.0.1:8000@evil.example:8000/mcp",
    "http://127.0.0.1%2eevil.example:8000/mcp",
    "http://127.0.0.1\u3002evil.example:8000/mcp",
    "http://\uff11\uff12\uff17.0.0.1:8000/mcp",
    "http://127.0.0.1.:8000/mcp",
    "http://localhost.:8000/mcp",
    "http://127.0.0.2:8000/mcp",
    "http://0.0.0.0:8000/mcp",
    "http://2130706433:8000/mcp",
    "http://0177.0.0.1:8000/mcp",
    "http://[::ffff:10.0.0.1]:8000/mcp",
    "http://[::1%25eth0]:8000/mcp",
    "http://\tevil.example:8000/mcp",
    "http:///127.0.0.1:8000/mcp",
    "http:127.0.0.1:8000/mcp",
    "//127.0.0.1:8000/mcp",
    "https://127.0.0.1:8000/mcp",
    "ftp://127.0.0.1:8000/mcp",
    "file:///etc/passwd",
    "http://127.0.0.1:8000/mcp",
    "http://127.0.0.1:8000\n/mcp",
    "http://LOCALHOST:8000/mcp",
    "http://127.0.0.1:8000//evil.example/mcp",
    "http://127.0.0.1:8000/mcp?x=@evil.example",
    "http://127.0.0.1:8000#@evil.example",
    " http://127.0.0.1:8000/mcp",
]


@pytest.mark.parametrize("url", URLS)
def test_an_address_is_believed_only_if_the_http_client_reads_it_as_this_machine(url):
    """Two parsers that differ are how a token leaves a machine."""
    believed = address_of(url)
    if believed is None:
        return
    try:
        read = httpx2.URL(url)
    except httpx2.InvalidURL:
        return

    if read.host:  # without one it leads nowhere
        assert read.host in LOOPBACK
        assert (read.host, read.port) == believed


@pytest.fixture
def asking(env):
    """Start a bridge, ask it for its tools, and return what it says; it ends with the test."""
    started = []

    def ask() -> tuple[str, str]:
        bridge = subprocess.Popen(
            [*prefix(), *BRIDGE[1:]],
            env=env,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        started.append(bridge)
        lines = [
            {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": HELLO},
            {"jsonrpc": "2.0", "method": "notifications/initialized"},
            {
                "jsonrpc": "2.0",
                "id": 2,
                "method": "tools/call",
                "params": {"name": "list_loops", "arguments": {}},
            },
        ]
        for line in lines:
            bridge.stdin.write(json.dumps(line) + "\n")
            bridge.stdin.flush()
        heard = ""
        while '"id":2' not in heard.replace(" ", ""):
            line = bridge.stdout.readline()
            assert line
            heard += line
        return heard, bridge.communicate()[1]

    yield ask
    for bridge in started:
        bridge.kill()
        bridge.wait()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_another_user_who_has_a_dead_kernels_port_is_sent_nothing(env, asking):
    """Not the token, and not what an agent asks: the kernel's pid lives again, and its port is another's."""
    command = [sys.executable, "-S", "-c", LISTENS, str(NOBODY)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as thief:
        port = int(thief.stdout.readline())
        path = plant(env, port, json.dumps(entry(url=f"http://127.0.0.1:{port}/mcp")).encode())
        try:
            heard, said = asking()
            assert "no notebook kernel is serving" in heard
            assert "the-token" not in heard + said
            assert "planted" not in told(env, "list")
            assert path.exists()
        finally:
            thief.kill()
        assert set(thief.stdout.read().split()) <= {"b''"}


class Impostor:
    """A server of this user on a port where a kernel was: it answers every request with *answer*."""

    def __init__(self, answer: bytes) -> None:
        self.heard = b""
        self.listening = listen("127.0.0.1", 0)
        self.port = self.listening.getsockname()[1]
        self._answer = answer
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                self.heard += connection.recv(65536)
                connection.sendall(self._answer)

    def close(self) -> None:
        """Serve no more."""
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()


@pytest.mark.parametrize("status", [302, 307, 401])
def test_nothing_is_sent_where_an_answer_leads(env, asking, status):
    """A redirect is not followed, an authorization server is not looked for; what is said has no token in it."""
    elsewhere = Impostor(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    there = f"http://127.0.0.1:{elsewhere.port}/"
    answer = (
        f"HTTP/1.1 {status} X\r\nLocation: {there}mcp\r\nContent-Type: text/html\r\n"
        f'WWW-Authenticate: Bearer resource_metadata="{there}"\r\nSet-Cookie: a=b\r\n'
        "Content-Length: 0\r\nConnection: close\r\n\r\n"
    )
    impostor = Impostor(answer.encode())
    plant(env, impostor.port, json.dumps(entry(url=f"http://127.0.0.1:{impostor.port}/mcp")).encode())
    try:
        heard, said = asking()
    finally:
        impostor.close()
        elsewhere.close()

    assert b"POST /mcp" in impostor.heard
    assert elsewhere.heard == b""
    assert "the-token" not in heard + said
    assert '"isError":true' in heard.replace(" ", "")


def test_no_proxy_of_the_environment_is_sent_the_token(fresh, env, asking):
    """Proxies are for the internet."""
    proxy = Impostor(b"HTTP/1.1 502 X\r\nContent-Length: 0\r\n\r\n")
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        env[name] = f"http://127.0.0.1:{proxy.port}"
    try:
        heard, said = asking()
    finally:
        proxy.close()

    assert "no loop is running" in heard
    assert proxy.heard == b""
    assert fresh.token not in heard + said


def test_neither_arguments_nor_environment_of_any_process_hold_the_token(hasty):
    """Of the kernel, and of a bridge that is connected to it: other users can read arguments."""
    with subprocess.Popen(
        BRIDGE, env=hasty.env, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as bridge:
        assert "using kernel 'victim'" in bridge.stderr.readline()
        for pid in (hasty.pid, bridge.pid):
            for what in ("cmdline", "environ"):
                assert hasty.token.encode() not in Path(f"/proc/{pid}/{what}").read_bytes()
        bridge.send_signal(signal.SIGINT)
