"""FastMCP: its command line in a terminal, and its `Client` in a script."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pexpect
from environments import SERVER, Python, config
from finding import Finding, events, happened

# The newest, 4.1.6, wants a certifi that could not be had on the day; this is the newest that installs.
VERSION = "4.1.2"
ENVIRONMENT = Python("fastmcp", (f"fastmcp=={VERSION}",))
BOUND_S = 90

SCRIPT = """
import asyncio, sys
from fastmcp import Client
from fastmcp.client.transports import StdioTransport

async def report(progress, total, message):
    print("report:", progress, total, message)

async def listen(message):
    print("heard:", type(message).__name__)

async def main():
    server = StdioTransport(command={python!r}, args={arguments!r})
    async with Client(server{client}) as c:
        print((await c.call_tool("count", {call})).data)

try:
    asyncio.run(main())
except Exception as error:
    print(type(error).__name__, error)
"""


def measured(scratch: Path) -> list[Finding]:
    """Return what it does."""
    journal = scratch / "fastmcp.jsonl"
    servers = str(config(journal))
    return [
        _shows(servers, journal),
        Finding(
            "unknown", "code", f"the handler is given {_script(journal, REPORT, UNKNOWN).splitlines()[0]!r}"
        ),
        _cancel(servers, journal),
        _silence(journal),
        _question(servers),
        _lists(servers),
        Finding("raw", "code", f"a `message_handler` is given notifications, parsed: {_heard(journal)}"),
        Finding("size", "yes", f"{ENVIRONMENT.packages} packages"),
    ]


REPORT = ", progress_handler=report"
KNOWN = "dict(steps=4)"
UNKNOWN = "dict(steps=4, known=False)"


def _run(*arguments: str) -> str:
    """Return what a command shows in a terminal."""
    command = str(ENVIRONMENT.bin / "fastmcp")
    shown = pexpect.run(
        " ".join([command, *arguments]), timeout=BOUND_S, encoding="utf-8", env=None, dimensions=(50, 200)
    )
    return str(shown)


def _script(journal: Path, client: str, call: str) -> str:
    source = SCRIPT.format(
        python=sys.executable, arguments=[str(SERVER), str(journal)], client=client, call=call
    )
    done = subprocess.run(
        [ENVIRONMENT.python, "-c", source], capture_output=True, text=True, timeout=BOUND_S, check=False
    )
    return done.stdout.strip()


def _shows(servers: str, journal: Path) -> Finding:
    shown = _run("call", servers, "count", "steps=4")
    asked = any(event.get("asks_for_progress") for event in events(journal))
    words = (
        "the command asks for progress and shows" if asked else "the command asks for no progress; it shows"
    )
    seen = "it" if "pebble" in shown else "the result only"
    handled = _script(journal, REPORT, KNOWN).splitlines()[0]
    verdict = "yes" if "pebble" in shown else "code"
    return Finding("shows", verdict, f"{words} {seen}; a `progress_handler` is given {handled!r}")


def _cancel(servers: str, journal: Path) -> Finding:
    heard = []
    for arguments in (["steps=40"], ["steps=1", "delay=15"]):
        journal.unlink(missing_ok=True)
        command = pexpect.spawn(
            str(ENVIRONMENT.bin / "fastmcp"), ["call", servers, "count", *arguments], timeout=BOUND_S
        )
        while not happened(journal, "began") and command.isalive():
            command.expect(["\n", pexpect.TIMEOUT, pexpect.EOF], timeout=0.1)
        command.sendintr()
        command.expect(pexpect.EOF)
        command.close()
        heard.append(happened(journal, "cancelled"))
    words = "Ctrl-C during a tool that reports: {}; during one that is silent for 15 s: {}"
    told = words.format(*("cancelled" if ok else "not cancelled" for ok in heard))
    return Finding("cancel", "yes" if all(heard) else "partly" if any(heard) else "no", told)


def _silence(journal: Path) -> Finding:
    told = _script(journal, f"{REPORT}, timeout=1.0", "dict(steps=8, delay=0.25)").splitlines()[-1]
    verdict = "yes" if "counted" in told else "no"
    return Finding(
        "silence", verdict, f"`Client(timeout=1.0)`, a report every 0.25 s for 2 s: {told.split('. ')[0]!r}"
    )


def _question(servers: str) -> Finding:
    command = pexpect.spawn(
        str(ENVIRONMENT.bin / "fastmcp"), ["call", servers, "choose"], timeout=BOUND_S, encoding="utf-8"
    )
    command.expect("colour")
    command.expect(": ")
    command.sendline("green")
    answered = command.expect(["chosen: green", pexpect.EOF]) == 0
    command.close()
    return Finding("ask", "yes" if answered else "no", "the command asks in the terminal: 'chosen: green'")


def _lists(servers: str) -> Finding:
    listed = _run("list", servers, "--resources", "--prompts")
    read = _run("call", servers, "pebble://first")
    both = "describe" in listed and "grey pebble" in read
    return Finding(
        "lists", "yes" if both else "partly", "`fastmcp list --resources --prompts`, `fastmcp call … URI`"
    )


def _heard(journal: Path) -> str:
    told = _script(journal, f"{REPORT}, message_handler=listen", KNOWN)
    return ", ".join(sorted({line for line in told.splitlines() if line.startswith("heard")})) or "none"
