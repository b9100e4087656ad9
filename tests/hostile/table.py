"""Run the matrix and print what was seen, as Markdown: `python tests/hostile/table.py [PART OF A NAME …]`."""

from __future__ import annotations

import logging
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from hostile.behaviours import MISBEHAVIOURS, WAYS, Seen
from hostile.catalogue import cells
from hostile.observing import Way, agrees
from hostile.opening import Servers

import mcp_notebook as mcpn


def main(words: list[str]) -> None:
    """Print a row for each misbehaviour, and in it each different sight with the ways that have it."""
    logging.disable(logging.CRITICAL)
    servers = Servers()
    ways = {name: Way(servers, name) for name in WAYS}
    sights: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, one in cells():
        if words and not any(word in one.name or word in one.group for word in words):
            continue
        beside = [other for other in MISBEHAVIOURS.values() if other.group == one.group]
        seen = ways[name].seen(one, beside)
        mark = "" if not agrees(seen, one.wanted_by(name)) else " **(not as it should be)**"
        sights[one.name][line(seen) + mark].append(name)
    print("| misbehaviour | what it does | what the user sees |\n|---|---|---|")
    for name, rows in sights.items():
        told = [f"{which(ways, name)}{sight}" for sight, ways in rows.items()]
        print(f"| `{name}` | {cell(MISBEHAVIOURS[name].says)} | {'<br>'.join(told)} |")
    for connection in mcpn.connections().values():
        connection.close()
    servers.close()


def which(ways: list[str], name: str) -> str:
    """Return the *ways* in short, nothing where they are all that the misbehaviour goes."""
    every = [way for way in WAYS if MISBEHAVIOURS[name].goes(way)]
    if ways == every:
        return ""
    by_transport = {way.partition("-")[0]: [] for way in every}
    for way in every:
        by_transport[way.partition("-")[0]].append(way)
    short = [transport for transport, whole in by_transport.items() if set(whole) <= set(ways)]
    rest = [way for way in ways if not way.startswith(tuple(short))] if short else ways
    return f"*{', '.join([*short, *rest])}:* "


def line(seen: Seen) -> str:
    """Return *seen* as a line."""
    total = "" if seen.total is None else f"/{seen.total:g}"
    message = f" {seen.message[:24]!r}" if seen.message else ""
    parts = [f"{seen.status}: {seen.end[:150]}", f"bar {seen.progress:g}{total}{message}"]
    parts += [f"round {seen.stage + 1}"] if seen.stage else []
    parts += [f"{count} {kind}" for kind, count in seen.repairs]
    parts += [f"{seen.strays} strays"] if seen.strays else []
    parts += [f"connection {seen.state}"] if seen.state != "open" else []
    parts += [f"then {seen.after}"] if seen.after != "good" else []
    return cell("; ".join([*parts, *seen.problems]))


def cell(text: str) -> str:
    """Return *text* as a cell of a table."""
    shown = "".join(c if c.isprintable() or c.isspace() else "\ufffd" for c in text)
    return " ".join(shown.replace("|", "\\|").replace("<", "&lt;").split())


if __name__ == "__main__":
    main(sys.argv[1:])
