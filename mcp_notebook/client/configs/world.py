"""What variables are filled in from: the environment, the folders, the platform; values, nothing is looked up.

Rule: names of environment variables have no case on Windows, as for every
program there. What is taken from the environment is remembered as a secret,
unless its name is one that every program shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .hiding import HARMLESS


@dataclass(frozen=True)
class World:
    """Where an entry is resolved."""

    env: Mapping[str, str]
    folder: Path
    """the project, or where the person works"""
    home: Path
    platform: str

    def variable(self, name: str) -> str | None:
        """Return the environment variable *name*."""
        if (value := self.env.get(name)) is not None or self.platform != "win32":
            return value
        return next((value for key, value in self.env.items() if key.upper() == name.upper()), None)

    def predefined(self, name: str) -> str | None:
        """Return a variable of VS Code and Cursor that is no environment variable."""
        separator = "\\" if self.platform == "win32" else "/"
        known = {
            "workspaceFolder": str(self.folder),
            "workspaceFolderBasename": self.folder.name,
            "userHome": str(self.home),
            "pathSeparator": separator,
            "/": separator,
        }
        return known.get(name)

    def at_home(self, text: str) -> str:
        """Return *text* with a leading `~` replaced by the home folder."""
        return f"{self.home}{text[1:]}" if text == "~" or text.startswith(("~/", "~\\")) else text


def is_secret(name: str, value: str) -> bool:
    """Return whether the *value* of the variable *name* is not to be shown."""
    return bool(value) and name.upper() not in HARMLESS
