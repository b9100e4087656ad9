"""The magics of connections: connect, close, and list what is there."""

from __future__ import annotations

from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import line_magic, magics_class

from . import connect_line, lines
from .base import Commands


@magics_class
class MCPConnectionMagics(Commands):
    """Connect to MCP servers: %mcp_connect, %mcp_disconnect, %mcp_servers, %mcp_tools."""

    @line_magic
    def mcp_connect(self, line: str) -> Any:
        """Connect to an MCP server; the last one connected is the default of %mcp_call.

        %mcp_connect TARGET [--name N] [--header K:V]... [--env K=V]... [--timeout SEC] [--oauth]
        %mcp_connect --config FILE [NAME]...

        TARGET is `demo` (the embedded demo server), a command line, an http(s)
        URL, or a variable that holds a server object. `--` ends our options,
        so that what follows belongs to the command.

            %mcp_connect demo
            %mcp_connect npx -y some-server . --name files
            %mcp_connect http://127.0.0.1:8000/mcp --header "Authorization: Bearer {token}"

        --oauth: the server wants a person to sign in; opens a browser, and keeps the tokens safely.

        FILE is another client's list of servers, such as .vscode/mcp.json; each of
        them is connected, or those that are named. %mcp_servers --discover shows what there is.
        """
        line, silent = lines.silenced(line)
        request = connect_line.read(line, self.shell.user_ns)
        if request.config is not None:
            return self._shown(self._runtime().connect_listed(request.config, request.listed), silent=silent)
        connection = self._runtime().connect(
            request.target,
            name=request.name,
            headers=request.headers or None,
            env=request.env or None,
            auth=request.auth,
            **request.limits,
        )
        return self._shown(connection, silent=silent)

    @line_magic
    def mcp_disconnect(self, line: str) -> None:
        """Close a connection: %mcp_disconnect [NAME | --all]; without a name, the default one."""
        root = self._runtime()
        name = lines.silenced(line)[0].strip()
        closing = list(root.servers.values()) if name == "--all" else [root.servers.find(name or None)]
        for connection in closing:
            connection.close()

    @line_magic
    def mcp_servers(self, line: str) -> Any:
        """List the connections: name, state, protocol version, number of tools, address.

        %mcp_servers --discover lists what other clients on this machine are set up with instead.
        """
        from ..results import Table

        line, silent = lines.silenced(line)
        if line.strip() == "--discover":
            from ..client.listed import known_servers

            return self._shown(known_servers(), silent=silent)
        if line.strip():
            raise UsageError(f"%mcp_servers takes --discover or nothing; {line.strip()!r} is neither")
        root = self._runtime()
        rows = tuple(
            (
                c.name + (" (default)" if c.name == root.servers.default else ""),
                c.state,
                c.protocol_version or "",
                str(len(c.tools)) if c.state == "open" else "",
                c.address,
            )
            for c in root.servers.values()
        )
        columns = ("server", "state", "protocol", "tools", "address")
        table = Table(columns, rows, empty="no server is connected; try %mcp_connect demo")
        return self._shown(table, silent=silent)

    @line_magic
    def mcp_tools(self, line: str) -> Any:
        """List tools with their arguments: %mcp_tools [SERVER] [PATTERN]."""
        root = self._runtime()
        line, silent = lines.silenced(line)
        words = line.split()
        server = words.pop(0) if words and words[0] in root.servers else None
        if len(words) > 1:
            raise UsageError(
                f"%mcp_tools takes a server and a pattern; {words[0]!r} is not a connected server"
            )
        table = root.servers.find(server).tools.table(words[0] if words else "")
        return self._shown(table, silent=silent)
