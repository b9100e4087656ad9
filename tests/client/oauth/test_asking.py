"""How a person is asked: in a real kernel's cell, in a terminal, with and without a browser of one's own."""

from __future__ import annotations

import io
import os
import sys
import webbrowser

import httpx2
import pytest
from driver import Kernel

from mcp_notebook.client.oauth import Visit
from mcp_notebook.notebook import signing_in
from mcp_notebook.notebook.signing_in import SigningIn, is_near

FOLLOW = "import sys, httpx2; httpx2.Client(follow_redirects=True).get(sys.argv[1])"


@pytest.fixture
def kernel(tmp_path):
    """A kernel with a data directory of its own, and no screen."""
    started = []

    def make(**environ):
        hidden = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "BROWSER": ""}
        own = {
            "JUPYTER_DATA_DIR": str(tmp_path / "kernel-data"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }
        started.append(Kernel(sys.executable, forked=True, env={**os.environ, **hidden, **own, **environ}))
        return started[-1]

    yield make
    for one in started:
        one.close()


def shown(cell) -> dict[str, dict]:
    """Return what each display of *cell* holds now, by its id."""
    found = {}
    for message in cell.of("display_data", "update_display_data"):
        found[message["content"]["transient"]["display_id"]] = message["content"]["data"]
    return found


def question(cell) -> str:
    """Return the address that is asked for, or nothing."""
    texts = [data.get("text/plain", "") for data in shown(cell).values()]
    return next((text.rpartition(" ")[2] for text in texts if " asks you to sign in at " in text), "")


def form_of(cell) -> str:
    """Return the comm id of the form, or nothing."""
    opened = [m["content"] for m in cell.of("comm_open")]
    return next((c["comm_id"] for c in opened if "spec" in c["data"]["state"].get("state", {})), "")


CONNECT = "import mcp_notebook as mcpn\nc = mcpn.connect({url!r}, auth='oauth')\nprint(c.call('add', a=1, b=2).data)"


def test_a_cell_shows_a_link_and_takes_a_pasted_address(guarded, kernel):
    """While it blocks; afterwards nothing of the address is in its outputs."""
    server = guarded()
    running = kernel()
    cell = running.begin(CONNECT.format(url=server.url))
    running.until(lambda: question(cell) and form_of(cell))
    (html,) = [
        data["text/html"] for data in shown(cell).values() if "Sign in at" in data.get("text/html", "")
    ]
    assert f'href="{question(cell).replace("&", "&amp;")}"' in html
    assert 'rel="noopener noreferrer"' in html

    with httpx2.Client() as browser:
        address = browser.get(question(cell)).headers["location"]
    for number, text in enumerate(("http://127.0.0.1/wrong", address)):
        entry = {"fields": {"address": {"text": text}}, "extra": []}
        running.tell(form_of(cell), {"type": "button", "name": "accept", "entry": entry, "id": f"m{number}"})
    running.finish(cell)

    assert cell.status == "ok", cell.error
    assert cell.stdout == "3\n"
    faults = [
        m["content"]["data"]["content"] for m in cell.of("comm_msg") if "content" in m["content"]["data"]
    ]
    assert [f["faults"][0]["path"] for f in faults if f.get("type") == "faults"] == [["address"]]
    saved = str(shown(cell))
    assert "signed in" in saved
    assert "state=" not in saved
    assert "widget-view" not in saved
    everything = str([m["content"] for _, m in cell.messages])
    assert [secret for secret in server.authority.issued if secret in everything] == []


def test_a_browser_of_the_same_screen_is_opened(guarded, kernel, tmp_path):
    """And `%mcp_connect URL --oauth` says the same; Stop at the question ends it."""
    server = guarded()
    follow = tmp_path / "follow.py"
    follow.write_text(FOLLOW)
    running = kernel(BROWSER=f"{sys.executable} {follow} %s &", SSH_CONNECTION="")
    running.ok("%load_ext mcp_notebook")

    cell = running.ok(f"c = %mcp_connect {server.url} --oauth\nprint(c.call('add', a=1, b=2).data)")
    assert cell.stdout == "3\n"
    assert "signed in" in str(shown(cell))

    running.ok("import os; os.environ['BROWSER'] = ''; import mcp_notebook as mcpn")
    running.ok(f"mcpn.forget_tokens({server.url!r}); c.close()")
    cell = running.begin(f"%mcp_connect {server.url} --oauth")
    running.until(lambda: question(cell))
    running.interrupt()
    running.finish(cell)
    assert cell.status == "error"
    assert "KeyboardInterrupt" in cell.error
    running.until(lambda: "stopped" in str(shown(cell)))
    assert "state=" not in str(shown(cell))
    assert running.ok("print(mcpn.connections())").stdout == "{}\n"


class Terminal:
    """A place where a person types."""

    answers = "prompt"


def test_in_a_terminal_an_address_can_be_pasted(monkeypatch, capsys):
    """A line at a time, while the main thread is blocked; the address is printed before."""
    reader, writer = os.pipe()
    pasted: list[str] = []

    def paste(text: str) -> str:
        pasted.append(text)
        return "" if text == "right" else "this is not it"

    person = SigningIn(Terminal(), environ={})
    with os.fdopen(reader) as stdin, os.fdopen(writer, "w") as keyboard:
        monkeypatch.setattr(sys, "stdin", stdin)
        close = person.ask(
            Visit("https://example.org/mcp", "as.example", "https://as.example/a?state=s", paste)
        )
        person.poll()
        for line in ("wrong\n", "\n", "right\n"):
            keyboard.write(line)
            keyboard.flush()
            person.poll()
        close("signed in")
        keyboard.write("later\n")
        keyboard.flush()
        person.poll()

    assert pasted == ["wrong", "right"]
    said = capsys.readouterr().err
    assert "sign in at as.example:\nhttps://as.example/a?state=s\n" in said
    assert "this is not it" in said
    assert said.endswith("https://example.org/mcp: signed in\n")


@pytest.mark.parametrize(
    ("environ", "platform", "near"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "w"}, "linux", True),
        ({"DISPLAY": ":10", "SSH_CONNECTION": "a b"}, "linux", False),
        ({}, "darwin", True),
        ({"JUPYTERHUB_SERVICE_PREFIX": "/user/x/"}, "win32", False),
    ],
)
def test_a_browser_is_opened_on_the_persons_own_screen_only(environ, platform, near):
    """Else it would open where nobody looks."""
    assert is_near(environ, platform) == near


def test_a_browser_that_runs_in_the_terminal_is_not_started(monkeypatch):
    """lynx, w3m: they would take the terminal of the kernel."""
    started: list[str] = []
    monkeypatch.setattr(webbrowser.GenericBrowser, "open", lambda self, url: started.append(url))
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser("lynx"))

    signing_in._browse("https://as.example")
    assert started == []

    monkeypatch.setattr(webbrowser, "get", lambda: type("Window", (webbrowser.GenericBrowser,), {})("x"))
    signing_in._browse("https://as.example")
    assert started == ["https://as.example"]


def test_nobody_is_there_without_a_terminal(monkeypatch):
    """A script in the background, or nbclient."""
    from mcp_notebook.notebook.place import Place

    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert not SigningIn(Place(alone=True)).present
