"""Call a misbehaving tool as a user does, and write down what the user sees."""

from __future__ import annotations

import itertools
import json
import re
import time
import unicodedata
from collections.abc import Iterable

import mcp_notebook as mcpn

from .behaviours import Misbehaviour, Seen
from .opening import Servers, connect

PATIENT_S, SHORT_S = 30.0, 1.0
WORDS = 300


class Way:
    """A way to the hostile server, and what was seen of it so far."""

    def __init__(self, servers: Servers, name: str) -> None:
        self.name = name
        self._servers = servers
        self._connection: mcpn.Connection | None = None
        self._seen: dict[str, Seen] = {}
        self._warm: mcpn.Connection | None = None
        """the connection whose last call was a good one"""

    @property
    def connection(self) -> mcpn.Connection:
        """The connection; a new one where a ready-made transport was lost."""
        current = self._connection
        if current is not None and current.state != "open" and not self.name.startswith(("stdio", "http")):
            current.close()
            current = None
        if current is None:
            current = self._connection = connect(self._servers, self.name)
        return current

    def seen(self, one: Misbehaviour, beside: Iterable[Misbehaviour]) -> Seen:
        """Return what is to be seen of *one*; the silent ones are called together with those *beside* it."""
        if one.name not in self._seen:
            silent = [other for other in beside if other.is_silent(self.name) and other.goes(self.name)]
            chosen = silent if one in silent else [one]
            self._observe(chosen)
        return self._seen[one.name]

    def _observe(self, chosen: list[Misbehaviour]) -> None:
        connection = self.connection
        if self._warm is not connection or connection.state != "open":
            good(connection)
        strays = strays_of(connection)
        silent = chosen[0].is_silent(self.name)
        limit = {"timeout": SHORT_S if silent else PATIENT_S, "max_timeout": 3 * PATIENT_S}
        calls = [(one, connection.start(one.name, one.arguments, **limit)) for one in chosen]
        beside = [connection.start(one.name, one.arguments, **limit) for one in chosen if one.pair]
        ends = [end_of(call) for _, call in calls]
        for call in beside:
            end_of(call)
        state = state_of(connection, "lost" if chosen[0].wanted_by(self.name).state == "lost" else "")
        after = good(connection, self._servers)
        self._warm = connection
        more = strays_of(connection) - strays if state == connection.state == "open" else 0
        for (one, call), (end, problems) in zip(calls, ends, strict=True):
            now = call.progress
            self._seen[one.name] = Seen(
                end=end,
                status=call.status,
                progress=now.progress,
                total=now.total,
                message=now.message,
                stage=now.stage,
                repairs=tuple((k, getattr(now.repairs, k)) for k in KINDS if getattr(now.repairs, k)),
                strays=0 if silent else more,
                state=state,
                after=after,
                problems=(*problems, *unsteady(call)),
            )


KINDS = ("rejected", "held", "totals", "messages", "late")


def state_of(connection: mcpn.Connection, awaited: str) -> str:
    """Return the state, giving the *awaited* one a bounded time to come."""
    for _ in range(500):
        if not awaited or connection.state == awaited:
            break
        time.sleep(0.01)
    return connection.state


def strays_of(connection: mcpn.Connection) -> int:
    """Return how many notifications were for nobody."""
    session = connection._link._session
    return session.strays if session is not None else 0


def good(connection: mcpn.Connection, servers: Servers | None = None) -> str:
    """Make a good call; return its first word, or the class of its error."""
    call = connection.start("good", timeout=PATIENT_S)
    try:
        word, _, pid = call.result(2 * PATIENT_S).text.partition(" ")
    except mcpn.MCPNotebookError as error:
        return type(error).__name__
    if servers is not None and connection.name.startswith("stdio"):
        servers.pids.add(int(pid))
    full = (call.status, call.progress.progress, call.progress.total) == ("done", 2, 2)
    return word if full else repr(call.progress)


def end_of(call: mcpn.Call) -> tuple[str, tuple[str, ...]]:
    """Return the end of *call* in a word or two, and what a user would not like about it."""
    try:
        result = call.result(4 * PATIENT_S)
    except mcpn.MCPNotebookError as error:
        end, shown = f"{type(error).__name__}: {error}", str(error)
    else:
        end, shown = result.text, repr(result)
        result.data, result.images
        json.dumps(result._repr_mimebundle_())
    return end[:WORDS], tuple(f"shown: {word}" for word in unshowable(shown) + unshowable(repr(call)))


def unshowable(text: str) -> list[str]:
    """Return the characters of *text* that no terminal should see."""
    bad = {c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Cs"} and c not in "\n\t"}
    return sorted(f"{ord(c):#x}" for c in bad)


def unsteady(call: mcpn.Call) -> list[str]:
    """Return what is wrong with the history: a bar that goes back within a stage."""
    values = [event.progress for event in call.events]
    back = any(b < a for a, b in itertools.pairwise(values))
    return ["the bar went back"] if back and not call.progress.stage else []


def agrees(seen: Seen, wanted: Seen) -> list[str]:
    """Return the fields in which *seen* is not what is *wanted*."""
    differing = [
        f"{name}: {getattr(seen, name)!r}, wanted {getattr(wanted, name)!r}"
        for name in Seen.__dataclass_fields__
        if name not in {"end", "state"} and getattr(seen, name) != getattr(wanted, name)
    ]
    told = [
        f"{name}: {getattr(seen, name)!r}, wanted {getattr(wanted, name)!r}"
        for name in ("end", "state")
        if not re.match(getattr(wanted, name), getattr(seen, name), re.DOTALL)
    ]
    return [*told, *differing]
