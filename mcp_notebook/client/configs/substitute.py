"""An entry as its client would start it: variables filled in, questions answered, env files read.

Rules: each client fills in what it documents, see `variables`; an unset variable
is an error, empty, or stays, as it is with that client, and a note says so. A
question of VS Code is asked once. Values that came from the environment or from
a person are in `secrets`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from ...text import one_line
from .dotenv import variables_of
from .entry import Entry
from .variables import ONLY_VSCODE, Rule, rule
from .world import World, is_secret

WITH_ENV_FILE = ("cursor", "vscode")


class Ask(Protocol):
    """Who answers: a person. None is no answer."""

    def __call__(
        self, name: str, description: str, password: bool, default: str | None, options: tuple[str, ...], /
    ) -> str | None: ...


def resolve(
    entry: Entry,
    env: Mapping[str, str],
    cwd: Path,
    home: Path,
    ask: Ask | None = None,
    *,
    platform: str = sys.platform,
) -> Entry:
    """Return *entry* with every variable filled in, ready for `target_of`.

    *env* is the environment, *cwd* the folder of the work, *home* that of the user. Raises
    `ConnectError` where the entry has a problem, a variable is missing that its client insists on, a
    question has no answer, or an env file cannot be read.
    """
    if entry.problems:
        raise entry.error("; ".join(entry.problems))
    project = None if entry.folder == home and entry.project is None else entry.folder
    filling = Filling(entry, World(env, project or cwd, home, platform), ask)
    own = filling.environment()
    headers = {name: filling.text(f"headers.{name}", value) for name, value in entry.headers.items()}
    return replace(
        entry,
        command=filling.path("command", entry.command),
        args=tuple(filling.path("args", text) for text in entry.args),
        env=MappingProxyType(own),
        url=filling.text("url", entry.url),
        headers=MappingProxyType(headers),
        cwd=filling.folder(entry.cwd, inside=project is not None),
        notes=(*entry.notes, *filling.notes),
        secrets=frozenset(filling.secrets),
        env_file=None,
        env_keys=(),
        inputs=(),
    )


class Filling:
    """One entry being filled in; it remembers answers, secrets and what to say of unset variables."""

    def __init__(self, entry: Entry, world: World, ask: Ask | None) -> None:
        self.entry = entry
        self.world = world
        self.notes: dict[str, None] = {}
        self.secrets: set[str] = set()
        self._ask = ask
        self._answers: dict[str, str] = {}
        self._own: Mapping[str, str] = {}

    def text(self, field: str, text: str) -> str:
        """Return *text*, which stands in *field* (`headers.NAME` is in headers), filled in."""
        found = rule(self.entry.client, field.partition(".")[0], self.world.platform)
        if found is None or ("$" not in text and "%" not in text):
            return text
        return found.pattern.sub(lambda match: self._value(match, field, found), text)

    def path(self, field: str, text: str) -> str:
        """Return *text* filled in; VS Code reads a leading `~` as the home folder (`extHostMcpNode.ts`)."""
        text = self.text(field, text)
        return self.world.at_home(text) if self.entry.client == "vscode" else text

    def folder(self, text: str | None, *, inside: bool) -> str | None:
        """Return where the server runs: as said, else in the project whose file names it."""
        if text is None:
            return str(self.world.folder) if inside else None
        return str(self.world.folder / self.path("cwd", text))

    def environment(self) -> dict[str, str]:
        """Return the variables that the entry sets, those of its env file first."""
        entry, world = self.entry, self.world
        own = self._env_file() | {name: self.text(f"env.{name}", text) for name, text in entry.env.items()}
        for name in entry.env_keys:
            if name not in own:
                own[name] = self._kept(name)
        if entry.client == "goose":
            self._own = own
        path = next((name for name in entry.env if name.upper() == "PATH"), None)
        if entry.client == "vscode" and path is not None and (before := world.variable("PATH")):
            own[path] = f"{before}{';' if world.platform == 'win32' else ':'}{own[path]}"  # as VS Code does
        return own

    def _env_file(self) -> dict[str, str]:
        entry = self.entry
        if entry.env_file is None or entry.kind != "stdio" or entry.client not in WITH_ENV_FILE:
            return {}
        path = self.world.folder / self.world.at_home(self.text("envFile", entry.env_file))
        found = variables_of(entry, path)
        self.secrets.update(value for name, value in found.items() if is_secret(name, value))
        return found

    def _kept(self, name: str) -> str:
        """Return what Goose has in its secret store: here from the environment, or from a person."""
        value = self.world.variable(name) or self.world.variable(name.upper())
        if value is None and self._ask is not None:
            value = self._ask(name, f"the secret {name} of Goose's {self.entry.name}", True, None, ())
        if value is None:
            raise self.entry.error(
                f"env_keys: Goose keeps {one_line(name, 60)!r} where only Goose can read it; "
                "set an environment variable of that name"
            )
        self.secrets.add(value)
        return value

    def _value(self, match: re.Match[str], field: str, rule: Rule) -> str:
        groups = match.groupdict()
        if (form := groups.get("form")) is not None:
            return self._named(form, match[0], field, rule)
        name = groups.get("braced") or groups.get("bare") or groups.get("percent") or ""
        return self._variable(name, match[0], field, rule, groups.get("default"))

    def _named(self, form: str, whole: str, field: str, rule: Rule) -> str:
        """Return the value of a form of VS Code or Cursor."""
        kind, colon, name = form.partition(":")
        if kind == "env" and name:
            return self._variable(name, whole, field, rule, None)
        if not colon and (value := self.world.predefined(form)) is not None:
            return value
        if self.entry.client != "vscode":
            return whole
        if kind == "workspaceFolder" and name == self.world.folder.name:
            return str(self.world.folder)
        if kind == "input":
            return self._answer(name, field)
        if kind == "workspaceFolder" or kind.startswith(ONLY_VSCODE):
            raise self.entry.error(f"{field}: only VS Code knows {one_line(whole, 60)}; write its value")
        return whole

    def _variable(self, name: str, whole: str, field: str, rule: Rule, default: str | None) -> str:
        value = self._own.get(name) if self.entry.client == "goose" else self.world.variable(name)
        if value is not None:
            if is_secret(name, value):
                self.secrets.add(value)
            return value
        if default is not None:
            return default
        words = f"{field}: the environment variable {one_line(name, 60)!r} is not set"
        if rule.unset == "error":
            raise self.entry.error(f"{words}; set it, or write ${{{one_line(name, 60)}:-default}}")
        what = "is left empty" if rule.unset == "empty" else "stays as it is written"
        self.notes[f"{words}; {one_line(whole, 60)} {what}, as with {self.entry.client}"] = None
        return "" if rule.unset == "empty" else whole

    def _answer(self, name: str, field: str) -> str:
        """Return what a person answers to the input *name*."""
        if name in self._answers:
            return self._answers[name]
        what = f"{field}: the input {one_line(name, 60)!r}"
        asked = next((item for item in self.entry.inputs if item.id == name), None)
        if asked is None:
            raise self.entry.error(f"{what} is not among the file's inputs; define it there")
        if asked.type not in ("promptString", "pickString"):
            raise self.entry.error(
                f"{what} is of type {one_line(asked.type, 30)!r}, which only VS Code can run"
            )
        if self._ask is None:
            raise self.entry.error(f"{what} has to be asked for, and there is nobody to ask; write its value")
        answer = self._ask(asked.id, asked.description, asked.password, asked.default, asked.options)
        if answer is None:
            raise self.entry.error(f"{what} was not given")
        if answer:
            self.secrets.add(answer)
        self._answers[name] = answer
        return answer
