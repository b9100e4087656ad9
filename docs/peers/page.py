"""The page docs/comparison.md, made of what the scripts found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Results = dict[str, Any]

CALLING = {
    "shows": "a running tool's progress is shown",
    "unknown": "… and without a total, without an invented percentage",
    "cancel": "a person stops a call, and the server hears of it",
    "silence": "progress renews the timeout",
    "ask": "a person answers what the server asks (elicitation)",
    "lists": "prompts and resources are listed and read",
    "raw": "the messages themselves can be looked at",
}
LOOPS = {
    "loops": "a bar for the notebook's own loops",
    "saved": "the saved notebook tells how the loop ended",
    "fraction": "an agent sees how far a loop is while its cell runs",
    "stop": "an agent ends a loop; the kernel keeps its memory",
    "functions": "an agent calls functions of the notebook as tools",
    "edit": "an agent edits and runs cells",
    "places": "VS Code and Colab too",
}
BOTH = {"size": "what is installed with it"}
TABLES = (
    ("Calling a server's tools", CALLING, ("mcp_notebook", "inspector", "fastmcp", "sdk")),
    ("The notebook's loops, and agents", LOOPS, ("mcp_notebook", "tqdm", "rich", "jupyter-mcp")),
)
TITLES = {
    "mcp_notebook": "mcp_notebook",
    "inspector": "MCP Inspector",
    "fastmcp": "FastMCP",
    "sdk": "MCP SDK's `Client` in a cell",
    "tqdm": "tqdm.notebook",
    "rich": "rich.progress",
    "jupyter-mcp": "jupyter-mcp-server",
}
SCRIPTS = {
    "mcp_notebook": "ours.py",
    "inspector": "inspector.py",
    "fastmcp": "fastmcp_client.py",
    "sdk": "sdk_client.py",
    "tqdm": "bars.py",
    "rich": "bars.py",
    "jupyter-mcp": "jupyter_mcp.py",
}
WORDS = {"yes": "yes", "partly": "partly", "code": "with your code", "no": "no"}
HEAD = """# Compared with others

Made by [`docs/peers/run.py`](peers/run.py) on {date}: every peer was run for real, in an environment of its own, against one
server that keeps a journal of what reaches it, or in a kernel. Don't edit this page; change the scripts and run them. Other
versions may differ.

“With your code” means: the library can, if you write a function for it. A cell marked ° was not run: its evidence names what
was read. Each number leads to the evidence below.
"""

OTHERS = """## Where others are better

- **MCP Inspector** is the place to look at a server: prompts, resources and templates, every message as it was sent, replay,
  both eras, a load test. We have no prompts, no browsing of resources and no view of the raw messages.
- **FastMCP** is a whole framework: servers, proxies, typed clients, sign-in, a command line. We connect to its servers; we don't replace it.
- **The SDK's `Client`** comes with less and does all that the protocol can; in a script without a person it is all that is needed.
- **tqdm** and **rich** are small, have been in use everywhere for years, and work in consoles, scripts and front ends that we have
  not tried; tqdm's text bar leaves true text in a saved notebook. `mcpn.capture()` shows their bars to agents as they are.
- **jupyter-mcp-server** lets an agent write, edit and run cells, on any Jupyter deployment. We don't, on purpose: an agent of
  ours watches loops and calls the functions that you offer.
"""
SEARCHED = """## What was looked for

PyPI's and npm's lists of packages (November 2026) by name and summary, for MCP together with Jupyter, IPython, notebook or
magic; each of the few hits that have magics was opened. Magics that call the tools of any MCP server were not found.
`instrmcp` 2.5.0 has magics that start a server of its own in the kernel (`servers/jupyter_qcodes/jupyter_mcp_extension.py`);
`jupyter-ai-magics` 2.31.7 does not mention MCP in its source. Dozens of packages are notebook servers for agents
(`jupyter-mcp-live`, `mcp-jupyter`, `jupyter-server-mcp`, `nteract`, …); jupyter-mcp-server stands
for them here, and the others may do more or less. Command-line clients besides the two above (`mcporter`, `mcp-cli`, `mcp2cli`) were not measured.
FastMCP 4.1.6, the newest, could not be installed that day: a release of certifi that it asks for was not to be had.
"""


def page(results: Results) -> str:
    """Return the page as Markdown."""
    parts = [HEAD.format(date=results["date"]), _versions(results)]
    number = 0
    evidence = []
    for title, rows, peers in TABLES:
        asked = {**rows, **BOTH}
        numbers = {row: number + place for place, row in enumerate(asked, 1)}
        number += len(asked)
        parts.append(f"## {title}\n\n{_table(results, asked, numbers, peers)}")
        evidence += [_evidence(results, row, words, numbers[row], peers) for row, words in asked.items()]
    parts.append(OTHERS)
    parts.append("## Evidence\n\n" + "\n".join(evidence))
    parts.append(SEARCHED)
    return "\n".join(parts)


def _versions(results: Results) -> str:
    peers = results["peers"]
    words = ", ".join(f"{TITLES[name]} {peers[name]['version']}" for name in TITLES if name in peers)
    return f"Versions: {words}. {results['machine']}.\n"


def _found(results: Results, peer: str, row: str) -> dict[str, str] | None:
    for finding in results["peers"].get(peer, {}).get("findings", ()):
        if finding["row"] == row:
            return dict(finding)
    return None


def _cell(finding: dict[str, str] | None, row: str) -> str:
    if finding is None:
        return ""
    told = finding["evidence"] if row in BOTH else WORDS[finding["verdict"]]
    return told + ("°" if finding["how"] == "read" else "")


def _table(results: Results, rows: dict[str, str], numbers: dict[str, int], peers: Iterable[str]) -> str:
    peers = list(peers)
    lines = ["| | | " + " | ".join(TITLES[peer] for peer in peers) + " |", "|--:|---|" + "---|" * len(peers)]
    for row, words in rows.items():
        cells = [_cell(_found(results, peer, row), row) for peer in peers]
        lines.append(f"| {numbers[row]} | {words} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _evidence(results: Results, row: str, words: str, number: int, peers: Iterable[str]) -> str:
    if row in BOTH:
        return ""
    lines = [f"**{number}. {words}**\n"]
    for peer in peers:
        finding = _found(results, peer, row)
        if finding is not None:
            lines.append(
                f"- {TITLES[peer]} (`{SCRIPTS[peer]}`): {WORDS[finding['verdict']]}. {finding['evidence']}."
            )
    return "\n".join(lines) + "\n"
