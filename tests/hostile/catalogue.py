"""All tools of the hostile server, by the files that hold them."""

from __future__ import annotations

from . import (
    tools_answers,
    tools_messages,
    tools_numbers,
    tools_pipe,
    tools_results,
    tools_stream,
    tools_unasked,
)
from .behaviours import MISBEHAVIOURS, WAYS, Misbehaviour
from .greetings import GREETINGS
from .listings import LISTINGS
from .protocol import Server

FILES = (
    tools_numbers,
    tools_messages,
    tools_answers,
    tools_results,
    tools_unasked,
    tools_pipe,
    tools_stream,
)

ENDLESS = (
    tools_results.schema_of_slow_patterns,
    tools_results.schema_of_doubles,
    tools_stream.stream_to_be_resumed_for_ever,
    tools_stream.resumptions,
)
"""tools that would disturb the others: test_stuck.py calls them"""


def server(era: str, greeting: str = "") -> Server:
    """Return a hostile server that greets as *greeting* says."""
    plays = {name: one.play for name, one in MISBEHAVIOURS.items()} | {
        play.__name__: play for play in ENDLESS
    }
    return Server(era, plays, LISTINGS, GREETINGS.get(greeting))


def cells(*groups: str) -> list[tuple[str, Misbehaviour]]:
    """Return the matrix: each way with each misbehaviour of *groups* that goes there."""
    chosen = [one for one in MISBEHAVIOURS.values() if not groups or one.group in groups]
    return [(way, one) for way in WAYS for one in chosen if one.goes(way)]
