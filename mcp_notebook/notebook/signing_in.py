"""Ask a person to sign in: a link in the cell, a browser where there is one, a way to paste where it does not come back.

Rules: the address is shown with its host, and is gone from the output when the
question is over, whichever way it ended; a browser is opened only on the
person's own screen; what is pasted is in no synced state and no history.
"""

from __future__ import annotations

import asyncio
import logging
import os
import select
import sys
import threading
import webbrowser
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ..results.html import host, join, link, muted, root, tag
from ..text import one_line
from .forms.widget import FormModel
from .place import Place

logger = logging.getLogger(__name__)

ELSEWHERE = (
    "JUPYTERHUB_API_URL",
    "JUPYTERHUB_SERVICE_PREFIX",
    "SSH_CONNECTION",
    "CODESPACES",
    "COLAB_RELEASE_TAG",
    "KUBERNETES_SERVICE_HOST",
)
"""variables of kernels whose screen is not the person's"""
NOT_BACK = "If the browser ends at an address that it cannot open, paste that address here."


WORDS = 300
SCHEMA = {
    "type": "object",
    "properties": {
        "address": {"type": "string", "title": "Address", "description": NOT_BACK, "format": "password"}
    },
    "required": ["address"],
}


class Visit(Protocol):
    """What a person is asked for; see `client.oauth.person`."""

    @property
    def server(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def paste(self) -> Callable[[str], str]: ...


class SigningIn:
    """The person at the notebook, as one who can sign in."""

    def __init__(self, place: Place, environ: Mapping[str, str] = os.environ) -> None:
        self._place = place
        self._environ = environ
        self._asked: dict[Visit, None] = {}

    @property
    def present(self) -> bool:
        """Whether anybody is here."""
        return self._place.answers != "nobody"

    def ask(self, visit: Visit) -> Callable[[str], None]:
        """Show *visit*; returns what takes it back, and says how it ended. On the background loop."""
        if is_near(self._environ, sys.platform):
            threading.Thread(
                target=_browse, args=(visit.url,), name="mcp_notebook-browser", daemon=True
            ).start()
        if self._place.answers == "form":
            return Card(visit, self._place.listener()).close
        _say(f"\n{visit.server} asks you to sign in at {visit.host}:\n{visit.url}\n{NOT_BACK}")
        self._asked[visit] = None

        def close(words: str) -> None:
            self._asked.pop(visit, None)
            _say(f"{visit.server}: {one_line(words, WORDS)}")

        return close

    def poll(self) -> None:
        """Take what was pasted in a terminal; for the blocked main thread."""
        if not self._asked or os.name != "posix" or not select.select([sys.stdin], [], [], 0)[0]:
            return
        line = sys.stdin.readline().strip()
        for visit in tuple(self._asked) if line else ():
            if not (why := visit.paste(line)):
                return
            _say(one_line(why, WORDS))


class Card:
    """The question in a cell's output: a link, and a field below it."""

    def __init__(self, visit: Visit, clicks: Any) -> None:
        from IPython.display import display

        from ..forms import Form

        self._visit = visit
        self._loop = asyncio.get_running_loop()
        self._handle = display(Words(visit, ""), display_id=True)
        self._fields = Form(SCHEMA)
        self._form = FormModel(_state(self._fields.spec), self._hear, clicks)
        self._form_handle = display(self._form.box, display_id=True)

    def close(self, words: str) -> None:
        """Take the address off the page, and say how it ended."""
        self._form.forget()
        self._form_handle.update(Words(None, ""))
        self._form.close()
        self._handle.update(Words(self._visit, words))

    def _hear(self, message: dict[str, Any]) -> None:
        if message.get("type") == "button":
            self._loop.call_soon_threadsafe(self._take, message.get("entry"))

    def _take(self, entry: Any) -> None:
        found = self._fields.read(entry).arguments or {}
        if why := self._visit.paste(str(found.get("address", ""))):
            self._form.send(
                {"type": "faults", "faults": [{"path": ["address"], "message": one_line(why, WORDS)}]}
            )


class Words:
    """The question, or how it ended, as static output."""

    def __init__(self, visit: Visit | None, ended: str) -> None:
        self._visit = visit
        self._ended = one_line(ended, WORDS)

    def __repr__(self) -> str:
        visit = self._visit
        if visit is None:
            return ""
        if self._ended:
            return f"{visit.server}: {self._ended}"
        return f"{visit.server} asks you to sign in at {visit.host}: {visit.url}"

    def _repr_html_(self) -> str:
        visit = self._visit
        if visit is None:
            return ""
        if self._ended:
            return root(tag("div", tag("bdi", visit.server), ": ", tag("bdi", self._ended)))
        where = link(visit.url, f"Sign in at {visit.host}") if host(visit.url) else tag("code", visit.url)
        return root(tag("div", tag("b", where), muted(join([" ", tag("bdi", visit.server), " asks for it"]))))


def is_near(environ: Mapping[str, str], platform: str) -> bool:
    """Return whether a browser that this process opens is on the person's own screen."""
    if any(environ.get(name) for name in ELSEWHERE):
        return False
    drawn = bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY") or environ.get("BROWSER"))
    return platform in ("darwin", "win32") or drawn


def _say(words: str) -> None:
    print(words, file=sys.stderr)  # noqa: T201 - a terminal's person


def _browse(url: str) -> None:
    """Open *url* in a browser with a window; one that runs in a terminal would take it from us."""
    try:
        browser = webbrowser.get()
        if type(browser) is not webbrowser.GenericBrowser:
            browser.open(url)
    except Exception:  # the link is there
        logger.debug("cannot open a browser", exc_info=True)


def _state(spec: dict[str, Any]) -> dict[str, Any]:
    buttons = [{"name": "accept", "label": "Use this address", "look": "plain"}]
    return {
        "view": "form",
        "title": "",
        "message": "",
        "spec": spec,
        "address": None,
        "compact": True,
        "buttons": buttons,
    }
