"""The `mcp-notebook` command. Each subcommand is one function that declares itself."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from ._version import __version__

Run = Callable[[argparse.Namespace], int]
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line *argv* and return the exit status; argparse ends a bad one with status 2."""
    parser = argparse.ArgumentParser(prog="mcp-notebook", description="MCP tools and notebooks.")
    parser.add_argument("--version", action="version", version=f"mcp-notebook {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _demo(commands)
    options = parser.parse_args(argv)
    run: Run = options.run
    try:
        return run(options)
    except KeyboardInterrupt:
        return INTERRUPTED


def _demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from .demo.serving import LOOPBACK

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

    try:
        listening = serving.listen(host, port)
    except (OSError, OverflowError) as error:
        sys.stderr.write(f"mcp-notebook: cannot listen on {host}:{port}: {error}\n")
        return 1
    server = build()
    sys.stdout.write(serving.url_of(host, listening) + "\n")
    sys.stdout.flush()
    serving.over_http(server, host, listening)
    return 0
