"""The `mcp-notebook` command. Each subcommand is one function that declares itself."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from ._version import __version__
from .errors import MCPNotebookError

if TYPE_CHECKING:
    from .host.discovery import Entry

Run = Callable[[argparse.Namespace], int]
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line *argv* and return the exit status; argparse ends a bad one with status 2."""
    parser = argparse.ArgumentParser(prog="mcp-notebook", description="MCP tools and notebooks.")
    parser.add_argument("--version", action="version", version=f"mcp-notebook {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _demo(commands)
    _bridge(commands)
    _list(commands)
    _config(commands)
    options = parser.parse_args(argv)
    run: Run = options.run
    try:
        return run(options)
    except MCPNotebookError as error:
        sys.stderr.write(f"mcp-notebook: {error}\n")
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def _demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from .loopback import LOOPBACK

    parser = commands.add_parser(
        "demo", help="run the demo server", description="Run the demo server by itself."
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--stdio", action="store_true", help="over stdin and stdout (the default)")
    how.add_argument("--http", action="store_true", help="over Streamable HTTP; prints its URL first")
    parser.add_argument("--host", choices=LOOPBACK, help="with --http: a loopback address (127.0.0.1)")
    parser.add_argument("--port", type=int, help="with --http: default a free one")

    def run(options: argparse.Namespace) -> int:
        if options.http:
            return _demo_over_http(options.host or LOOPBACK[0], options.port or 0)
        if options.host is not None or options.port is not None:
            parser.error("--host and --port need --http")
        return _demo_over_stdio()

    parser.set_defaults(run=run)


def _demo_over_stdio() -> int:
    from .demo import build, serving

    serving.over_stdio(build())
    return 0


def _demo_over_http(host: str, port: int) -> int:
    from .demo import build, serving
    from .loopback import listen, url_of

    try:
        listening = listen(host, port)
    except (OSError, OverflowError) as error:
        sys.stderr.write(f"mcp-notebook: cannot listen on {host}:{port}: {error}\n")
        return 1
    server = build()
    sys.stdout.write(url_of(host, listening) + "\n")
    sys.stdout.flush()
    serving.over_http(server, host, listening)
    return 0


def _bridge(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "bridge",
        help="reach running notebook kernels from an MCP client",
        description="A stdio MCP server that forwards to the notebook kernel that serves.",
    )
    parser.add_argument(
        "--kernel", metavar="NAME", help="its name, notebook, kernel id or pid (default: the newest)"
    )

    def run(options: argparse.Namespace) -> int:
        from .bridge import serving

        return serving.over_stdio(options.kernel)

    parser.set_defaults(run=run)


def _list(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "list", help="show the kernels that serve", description="Show the notebook kernels that serve."
    )
    parser.add_argument("--json", action="store_true", help="as JSON; tokens are never shown")

    def run(options: argparse.Namespace) -> int:
        from .host import discovery

        found = discovery.entries()
        if options.json:
            sys.stdout.write(json.dumps([_public(entry) for entry in found], indent=2) + "\n")
        elif found:
            sys.stdout.write(_table(found, time.time()))
        else:
            sys.stderr.write(f"mcp-notebook: {discovery.NONE}\n")
        return 0

    parser.set_defaults(run=run)


def _public(entry: Entry) -> dict[str, object]:
    return {key: value for key, value in asdict(entry).items() if key != "token"}


def _table(found: Sequence[Entry], now: float) -> str:
    from .progress.words import duration
    from .text import one_line

    rows = [("NAME", "NOTEBOOK", "PID", "STARTED")]
    for entry in found:
        ago = f"{duration(max(0.0, now - entry.started))} ago"
        rows.append((one_line(entry.name), one_line(entry.notebook or "-"), str(entry.pid), ago))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "".join(f"{line}\n" for line in lines)


def _config(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from .host.clients import CLIENTS

    parser = commands.add_parser(
        "config", help="print what an MCP client needs", description="Print what an MCP client needs."
    )
    parser.add_argument("client", metavar="CLIENT", help=f"one of {', '.join(CLIENTS)}")
    parser.add_argument("--kernel", metavar="NAME", help="always this kernel; default the newest one")

    def run(options: argparse.Namespace) -> int:
        from .host.clients import snippet

        found = snippet(options.client, options.kernel)
        sys.stderr.write("".join(f"# {line}\n" for line in found.places))
        sys.stderr.flush()
        sys.stdout.write(f"{found.text}\n")
        return 0

    parser.set_defaults(run=run)
