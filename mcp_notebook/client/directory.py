"""The open connections by name, oldest first; the one opened last is the default."""

from __future__ import annotations

from ..errors import UnknownServerError, suggest
from .connection import Connection
from .targets import Target


class Directory(dict[str, Connection]):
    """The connections of this process; each leaves when it is closed."""

    default: str | None = None
    """the name of the connection that is meant where none is named"""

    def enter(self, connection: Connection) -> None:
        """Take *connection* in as the default; one of the same name is closed."""
        if (previous := self.get(connection.name)) is not None:
            previous.close()
        self[connection.name] = connection
        self.default = connection.name

    def leave(self, connection: Connection) -> None:
        """Forget *connection*, which has been closed."""
        if self.get(connection.name) is connection:
            del self[connection.name]
        if self.default == connection.name:
            self.default = next(reversed(self), None)

    def find(self, name: str | None = None) -> Connection:
        """Return the connection called *name*, or the default one; raises `UnknownServerError`."""
        if name is None:
            name = self.default
            if name is None:
                raise UnknownServerError("no server is connected; try %mcp_connect demo, or connect('demo')")
        try:
            return self[name]
        except KeyError:
            raise UnknownServerError(
                f"no server named {name!r} is connected; {suggest(name, list(self))}"
            ) from None

    def free_name(self, target: Target) -> str:
        """Return the target's own name, numbered where another server has it already."""
        base = name = target.default_name
        number = 1
        while name in self and self[name].address != target.address:
            number += 1
            name = f"{base}-{number}"
        return name
