"""mcp_notebook, measured by the same rules as the peers: in a kernel, on a terminal, and seen from an agent."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import pexpect
from environments import ROOT, SERVER, installs
from finding import Finding, happened
from kernel import Cell, Kernel, kernel, saved, texts
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

PYTHON = Path(sys.executable)
BOUND_S = 120
LOOP = (
    "import mcp_notebook as mcpn, time\nfor _ in mcpn.track(range({steps}), 'pebbles'):\n    time.sleep(0.1)"
)
TOOL = "kept = 20\n@mcpn.tool\ndef double() -> int:\n    '''Double what the notebook has.'''\n    return kept * 2"


def measured(scratch: Path) -> list[Finding]:
    """Return what it does."""
    os.environ["JUPYTER_RUNTIME_DIR"] = str(scratch / "runtime")
    (scratch / "runtime").mkdir(mode=0o700)
    return [
        *_calling(scratch),
        *_watched(),
        _saved(),
        Finding(
            "places",
            "no",
            "its README: JupyterLab, Notebook 7 and terminals are tested, these are not",
            "read",
        ),
        Finding("size", "yes", f"{installs('.')} packages"),
    ]


def _calling(scratch: Path) -> list[Finding]:
    journal = scratch / "ours.jsonl"
    command = f"{sys.executable} {SERVER} {journal}"
    with kernel(PYTHON) as running:
        running.run("%load_ext mcp_notebook")
        running.run(f"%mcp_connect --name journal {command}")
        known = running.run("%mcp_call count steps=8 delay=0.5")
        unknown = running.run("%mcp_call count steps=8 delay=0.5 known=false")
        states = [_line(text) for text in unknown.texts if "count" in text]
        return [
            Finding(
                "shows",
                _verdict("pebble" in "".join(known.texts[:-2])),
                f"a bar; its text is {_middle(known)!r}",
            ),
            Finding("unknown", _verdict("%" not in "".join(states)), f"{_middle(unknown)!r}"),
            _cancel(running, journal),
            _silence(running),
            _question(command),
            _lists(running),
            _messages(running),
        ]


def _verdict(holds: bool) -> Any:
    return "yes" if holds else "no"


def _line(text: str) -> str:
    return " ".join(text.split())


def _middle(cell: Cell) -> str:
    """Return a state of the bar from the middle of the call."""
    states = [_line(text) for text in cell.texts if "pebble" in text]
    return states[len(states) // 2] if states else ""


def _cancel(running: Kernel, journal: Path) -> Finding:
    heard = []
    for arguments in ("steps=40", "steps=1 delay=15"):
        journal.unlink(missing_ok=True)
        running.run(f"%mcp_call count {arguments}", stop_when=lambda: happened(journal, "began"))
        heard.append(happened(journal, "cancelled"))
    words = "Stop during a tool that reports: {}; during one that is silent for 15 s: {}"
    told = words.format(*("cancelled" if ok else "it ran to its end" for ok in heard))
    return Finding("cancel", _verdict(all(heard)), told)


def _silence(running: Kernel) -> Finding:
    cell = running.run("%mcp_call -t 1 count steps=8 delay=0.25")
    told = "the result came" if any("counted 8" in text for text in cell.texts) else str(cell.error)
    return Finding(
        "silence", _verdict("came" in told), f"a timeout of 1 s, a report every 0.25 s for 2 s: {told}"
    )


def _question(command: str) -> Finding:
    shell = pexpect.spawn(
        sys.executable,
        ["-m", "IPython", "--simple-prompt", "--no-banner", "--colors=nocolor"],
        timeout=BOUND_S,
        encoding="utf-8",
        dimensions=(50, 160),
    )
    shell.sendline("%load_ext mcp_notebook")
    shell.sendline(f"%mcp_connect --name journal {command}")
    shell.sendline("%mcp_call choose")
    shell.expect("Which pebble")
    shell.expect(": *$")
    shell.sendline("green")
    answered = shell.expect(["chosen: green", pexpect.TIMEOUT, pexpect.EOF]) == 0
    shell.close(force=True)
    return Finding(
        "ask",
        _verdict(answered),
        "asked as text in a terminal's IPython; as a form in a notebook (tests/browser/test_questions.py)",
    )


def _lists(running: Kernel) -> Finding:
    """Look for any name that has to do with them."""
    cell = running.run(
        "import mcp_notebook as mcpn\nprint(*dir(mcpn.connections()['journal']), *get_ipython().magics_manager.magics['line'])"
    )
    names = [name for name in "".join(cell.texts).split() if "prompt" in name or "resource" in name]
    return Finding(
        "lists",
        "partly" if names else "no",
        f"names of a connection and magics that tell of them: {', '.join(names) or 'none'}",
    )


def _messages(running: Kernel) -> Finding:
    request = running.run("%mcp_call --dry-run count steps=2")
    running.run("%mcp_call -o r count steps=2")
    events = running.run("print(len(r.call.events), 'events,', type(r.raw).__name__)")
    words = f"`--dry-run` shows the request ({'tools/call' in ''.join(request.texts)}); a result keeps events and the SDK's object ({_line(''.join(events.texts))}); the messages themselves are not shown"
    return Finding("raw", "partly", words)


def _saved() -> Finding:
    left = [_line(text) for text in texts(saved(PYTHON, LOOP.format(steps=20))) if text.strip()]
    return Finding(
        "saved",
        _verdict(any("20/20" in text for text in left)),
        f"text in the file after 20 of 20: {left[-1]!r}",
    )


def _watched() -> list[Finding]:
    """Watch a loop from an agent that came through the bridge, while its cell runs."""
    with kernel(PYTHON) as running:
        running.run("%load_ext mcp_notebook\n%mcp_serve --name peers")
        running.run(LOOP.format(steps=1))
        running.run(TOOL)
        return [Finding("loops", "yes", "a bar in the notebook"), *anyio.run(_as_agent, running)]


async def _as_agent(running: Kernel) -> list[Finding]:
    bridge = StdioServerParameters(
        command=sys.executable,
        args=["-m", "mcp_notebook", "bridge", "--kernel", "peers"],
        env=dict(os.environ),
        cwd=ROOT,
    )
    async with Client(stdio_client(bridge)) as agent:
        names = sorted(tool.name for tool in (await agent.list_tools()).tools)
        fraction = await _fraction(agent, running)
        stop = await _stop(agent, running)
        doubled = await agent.call_tool("double", {})
    editing = [name for name in names if "cell" in name or "edit" in name]
    return [
        fraction,
        stop,
        Finding("edit", "yes" if editing else "no", f"its tools: {', '.join(names)}"),
        Finding(
            "functions",
            _verdict("40" in str(doubled.content)),
            "a function of the notebook, called by the agent, used the notebook's variable",
        ),
    ]


@contextmanager
def _running(running: Kernel, source: str) -> Iterator[list[Cell]]:
    """Run a cell beside what the agent does."""
    cells: list[Cell] = []
    thread = threading.Thread(target=lambda: cells.append(running.run(source)))
    thread.start()
    yield cells
    thread.join()


async def _fraction(agent: Client, running: Kernel) -> Finding:
    reports: list[str] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        reports.append(
            f"{progress:.0f} of {total:.0f} {message!r}" if total else f"{progress:.0f} {message!r}"
        )

    with _running(running, LOOP.format(steps=80)):
        await agent.call_tool("watch_loop", {"wait_s": 40}, progress_callback=note)
    words = f"{len(reports)} reports for a loop of 8 s, such as {reports[len(reports) // 2] if reports else 'none'}"
    return Finding("fraction", _verdict(len(reports) > 8), words)


async def _stop(agent: Client, running: Kernel) -> Finding:
    with _running(running, LOOP.format(steps=600)) as cells:
        for _ in range(100):
            listed = await agent.call_tool("list_loops", {"include_finished": False})
            if "/600" in str(listed.content):
                break
            await anyio.sleep(0.2)
        await agent.call_tool("stop_loop", {"loop": "pebbles"})
    after = running.run("print(kept)")
    words = f"`stop_loop` ended the cell with {(cells[0].error or '')[:60]!r}; memory kept: {''.join(after.texts).strip() == '20'}"
    return Finding("stop", _verdict((cells[0].error or "").startswith("LoopStopped")), words)
