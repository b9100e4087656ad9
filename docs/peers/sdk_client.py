"""The MCP SDK's `Client`, used directly in the cells of a notebook."""

from __future__ import annotations

import re
from pathlib import Path

from environments import SERVER, Python, installs
from finding import Finding, happened
from kernel import Kernel, kernel

VERSION = "2.3.0"
ENVIRONMENT = Python("sdk", (f"mcp=={VERSION}", "ipykernel==7.4.0"))

SETUP = """
import sys
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types import ElicitResult

def client(**options):
    command = StdioServerParameters(command=sys.executable, args={arguments!r})
    return Client(stdio_client(command), **options)

async def report(progress, total, message):
    print("report:", progress, total, message)

async def answer(context, question):
    return ElicitResult(action="accept", content={{"colour": "green"}})

async def listen(message):
    print("heard:", type(message).__name__)
"""
CALL = """
async with client({client}) as c:
    print((await c.call_tool({tool!r}, {arguments}{call})).content[0].text)
"""
LISTS = """
async with client() as c:
    print([r.uri for r in (await c.list_resources()).resources], [p.name for p in (await c.list_prompts()).prompts])
"""


def measured(scratch: Path) -> list[Finding]:
    """Return what it does."""
    with kernel(ENVIRONMENT.python) as running:
        journal = scratch / "sdk.jsonl"
        running.run(SETUP.format(arguments=[str(SERVER), str(journal)]))
        return [
            *_progress(running),
            _cancel(running, journal),
            _silence(running),
            _question(running),
            Finding("lists", "code", f"`list_resources`, `list_prompts`: {_text(running, LISTS)}"),
            _messages(running),
            Finding("size", "yes", f"{installs(f'mcp=={VERSION}')} packages"),
        ]


def call(tool: str, arguments: str = "{}", call: str = "", client: str = "") -> str:
    """Return a cell that calls a tool."""
    return CALL.format(tool=tool, arguments=arguments, call=call, client=client)


def _text(running: Kernel, source: str) -> str:
    cell = running.run(source)
    return "".join(cell.texts).strip() or cell.error or ""


def _progress(running: Kernel) -> list[Finding]:
    plain = _text(running, call("count", "dict(steps=4)"))
    asked = _text(running, call("count", "dict(steps=4)", ", progress_callback=report")).splitlines()
    unknown = _text(running, call("count", "dict(steps=4, known=False)", ", progress_callback=report"))
    return [
        Finding(
            "shows",
            "code",
            f"by itself the cell shows {plain!r}; a `progress_callback` is given {asked[0]!r}",
        ),
        Finding("unknown", "code", f"the callback is given {unknown.splitlines()[0]!r}"),
    ]


def _cancel(running: Kernel, journal: Path) -> Finding:
    heard = []
    for arguments in ("dict(steps=40)", "dict(steps=1, delay=15)"):
        journal.unlink(missing_ok=True)
        source = call("count", arguments, ", progress_callback=report")
        running.run(source, stop_when=lambda: happened(journal, "began"))
        heard.append(happened(journal, "cancelled"))
    words = "Stop during a tool that reports: {}; during one that is silent for 15 s: {}"
    told = words.format(*("cancelled" if ok else "it ran to its end" for ok in heard))
    return Finding("cancel", "yes" if all(heard) else "partly" if any(heard) else "no", told)


def _silence(running: Kernel) -> Finding:
    told = _text(running, call("count", "dict(steps=8, delay=0.25)", ", read_timeout_seconds=1.0"))
    verdict = "yes" if "counted" in told else "no"
    ended = (
        "the result came" if verdict == "yes" else " ".join(re.findall(r"Request '.*' timed out", told)[:1])
    )
    return Finding("silence", verdict, f"a timeout of 1 s, a report every 0.25 s for 2 s: {ended}")


def _question(running: Kernel) -> Finding:
    told = _text(running, call("choose", client="elicitation_callback=answer"))
    return Finding("ask", "code", f"an `elicitation_callback` of yours: {told!r}")


def _messages(running: Kernel) -> Finding:
    told = _text(
        running, call("count", "dict(steps=2)", ", progress_callback=report", "message_handler=listen")
    )
    kinds = sorted({line for line in told.splitlines() if line.startswith("heard")})
    return Finding(
        "raw", "code", f"a `message_handler` is given notifications, parsed: {', '.join(kinds) or 'none'}"
    )
