"""Calling tools from cells: each magic parses its line, delegates, and returns something that shows itself."""

from __future__ import annotations

import sys
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import line_cell_magic, line_magic, magics_class, needs_local_scope, no_var_expand
from IPython.core.magic_arguments import argument, magic_arguments
from traitlets import Bool, Enum, Float, TraitError, observe, validate

from . import call_line, lines
from .base import Commands
from .scope import Scope
from .showing import Request

FORMATS = ("auto", "text", "json", "raw")


@magics_class
class MCPMagics(Commands):
    """Call MCP tools from cells: %mcp_call, its forms, jobs and history; and the defaults of all calls."""

    timeout = Float(
        300.0,
        allow_none=True,
        help="seconds a call may be silent, renewed by progress; None is no limit",
    ).tag(config=True)
    max_timeout = Float(
        3600.0,
        allow_none=True,
        help="seconds a call may take, whatever the progress; None is no limit",
    ).tag(config=True)
    format = Enum(FORMATS, "auto", help="how results are shown: auto, text, json or raw").tag(config=True)
    progress = Bool(True, help="ask servers for progress, and show bars").tag(config=True)
    keep_loop_alive = Bool(
        False,
        help="while a cell waits for a call, let the asyncio tasks, timers and async tools on the kernel's "
        "loop run; patches asyncio (nest-asyncio) until the kernel is restarted",
    ).tag(config=True)

    @magic_arguments("%mcp_call")
    @argument("-s", "--server", type=lines.plain, help="the server; default: the last connected")
    @argument(
        "-o", "--out", metavar="NAME", type=lines.name, help="assign the result to NAME, and don't display it"
    )
    @argument("-q", "--quiet", action="store_true", help="show nothing: no bar, no receipt, no result")
    @argument(
        "-t",
        "--timeout",
        metavar="SEC",
        type=lines.seconds,
        default=...,
        help="silence allowed; none: no limit",
    )
    @argument(
        "--max-timeout", metavar="SEC", type=lines.seconds, default=..., help="time allowed, whatever comes"
    )
    @argument("--bg", action="store_true", help="return a Call at once; its bar stays live")
    @argument("-f", "--format", choices=FORMATS, help="how the result is shown")
    @argument(
        "--no-raise-error", action="store_true", help="return a failed tool's result instead of raising"
    )
    @argument("--no-progress", action="store_true", help="ask for no progress, show no bar")
    @argument("--dry-run", action="store_true", help="show the request that would be sent; send nothing")
    @argument(
        "--py", action="store_true", help="%%%%mcp_call: the body is Python, its last expression a mapping"
    )
    @argument("words", nargs="*", metavar="[NAME <<] [SERVER.]TOOL [k=v | k:=json | k={expr} | k=$name]...")
    @needs_local_scope
    @no_var_expand
    @line_cell_magic
    def mcp_call(self, line: str, cell: str | None = None, local_ns: dict[str, Any] | None = None) -> Any:
        """Call a tool of a connected MCP server, with a live bar.

        Arguments are coerced by the tool's schema (n=5, items=a,b, flag=true);
        k:=json is JSON as written; k={expr} or k=$name passes the Python object,
        and inside longer text it is formatted ($$ and {{ escape); a.b=1 nests; a
        leading { makes the line one JSON object. As a cell magic the body holds
        the arguments: a JSON object, a YAML mapping, or with --py Python.
        `x = %mcp_call ...` assigns; the last result is also in _mcp.
        """
        line, silent = lines.silenced(line)
        call = call_line.read(self.mcp_call.parser, line)
        root = self._runtime()
        connection, tool = call_line.find_tool(root.servers, call.server, call.tool)
        schema = connection.tools[tool].input_schema if tool in connection.tools else {}
        scope = Scope(self.shell, local_ns or {})
        arguments = call_line.arguments(call, cell, schema, scope)
        if call.dry_run:
            return Request(connection.request(tool, arguments))
        limits = connection.limits(**call.limits)
        strict = not call.no_raise_error
        quiet = call.quiet or call.no_progress or not self.progress
        if call.bg:
            running = connection.calling.begin(
                tool, arguments, limits, shown_at_once=True, strict=strict, quiet=quiet
            )
            return self._hand_over(running, call, silent=silent)
        result = connection.calling.run(tool, arguments, limits, strict=strict, quiet=quiet)
        result = result.shown_as(call.format or self.format)  # type: ignore[arg-type]
        self.shell.user_ns["_mcp"] = result
        return self._hand_over(result, call, silent=silent)

    @needs_local_scope
    @no_var_expand
    @line_magic
    def mcp_form(self, line: str, local_ns: dict[str, Any] | None = None) -> Any:
        """Show the form of a tool, or of all tools of a server: %mcp_form [SERVER.]TOOL [k=v]... | %mcp_form [SERVER].

        Fill it in and run it; the bar and the result appear below. k=v fills in
        beforehand, written as for %mcp_call. `form = %mcp_form ...` assigns: the
        last `form.arguments`, `form.call`, `form.result`.
        """
        line, silent = lines.silenced(line)
        connection, tool, words = call_line.form(self._runtime().servers, line)
        if tool is None:
            return self._shown(connection.form(), silent=silent)
        schema = connection.tools[tool].input_schema if tool in connection.tools else {}
        prefill = call_line.prefill(words, schema, Scope(self.shell, local_ns or {}))
        return self._shown(connection.form(tool, prefill), silent=silent)

    @line_magic
    def mcp_jobs(self, line: str) -> Any:
        """List what is in flight: id, tool, how far, since when."""
        from ..progress import words
        from ..results import Table

        rows = tuple(
            (str(op.id), op.label, words.live(op.snapshot()), words.duration(op.snapshot().elapsed))
            for op in self._runtime().tracker.running()
        )
        table = Table(("id", "call", "progress", "running for"), rows, empty="nothing is running")
        return self._shown(table, silent=lines.silenced(line)[1])

    @line_magic
    def mcp_cancel(self, line: str) -> None:
        """Cancel a call in flight: %mcp_cancel [ID | --all]; without an id, the only one there is."""
        running = {str(op.id): op for op in self._runtime().tracker.running()}
        wanted = lines.silenced(line)[0].strip()
        if not running:
            raise UsageError("nothing is running")
        if not wanted and len(running) > 1:
            raise UsageError(f"several calls are running: {', '.join(running)}; give an id, or --all")
        if wanted and wanted != "--all" and wanted not in running:
            raise UsageError(f"no call {wanted!r} is running; there are: {', '.join(running)}")
        for number, operation in running.items():
            if wanted in ("", "--all", number) and (cancel := operation.cancel) is not None:
                cancel()

    @magic_arguments("%mcp_history")
    @argument("--last", metavar="N", type=lines.whole, help="only the last N")
    @argument("--plot", action="store_true", help="show a timeline: one lane each, with its progress")
    @argument("--logs", metavar="ID", type=lines.whole, help="what the server logged during that call")
    @line_magic
    def mcp_history(self, line: str) -> Any:
        """List every call and loop of this kernel: when, how long, how it ended, what was said.

        `h = %mcp_history` assigns: h.to_pandas(), h.to_json("file"), h.failed, h["demo.add"].
        The last 1,000 that have ended are remembered.
        """
        from ..api import history

        line, silent = lines.silenced(line)
        options = lines.options(self.mcp_history.parser, line)
        found = history(options.last)
        if options.logs is not None:
            asked = next((record for record in found if record.id == options.logs), None)
            if asked is None:
                raise UsageError(f"no call {options.logs} is remembered; %mcp_history lists those that are")
            return self._shown(asked.log(), silent=silent)
        if options.plot and not silent:
            from IPython.display import display

            display(found.plot())
        return self._shown(found, silent=silent or options.plot)

    def _runtime(self) -> Any:
        root = super()._runtime()
        self._set_limits(root)
        return root

    @validate("timeout", "max_timeout")
    def _is_limit(self, proposal: Any) -> float | None:
        value: float | None = proposal["value"]
        if value is not None and not value > 0:  # nan, too
            raise TraitError(
                f"{proposal['trait'].name} = {value!r} is not a number of seconds above 0, or None"
            )
        return value

    @validate("keep_loop_alive")
    def _keeps_loop_alive(self, proposal: Any) -> bool:
        from ..errors import MCPNotebookError
        from ..runtime import running, runtime

        on: bool = proposal["value"]
        try:
            if (root := runtime() if on else running()) is not None:
                root.keeper.switch(on=on)
        except MCPNotebookError as error:
            raise TraitError(str(error)) from None
        return on

    @observe("timeout", "max_timeout")
    def _follow(self, _change: Any) -> None:
        root = sys.modules.get("mcp_notebook.runtime")
        if root is not None and (current := root.running()) is not None:
            self._set_limits(current)

    def _set_limits(self, root: Any) -> None:
        from ..client.limits import Limits

        root.limits = Limits(self.timeout, self.max_timeout)

    def _hand_over(self, value: Any, call: call_line.CallLine, *, silent: bool) -> Any:
        """Assign *value* where the line says so, else return it for display."""
        if call.out is not None:
            self.shell.user_ns[call.out] = value
            return None
        return self._shown(value, silent=call.quiet or silent)
