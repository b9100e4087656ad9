"""What was measured, and on what: never where, nor on whose machine."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    "mcp-notebook", "mcp", "ipykernel", "ipython", "ipywidgets", "tqdm", "rich", "progressbar2", "speedups",
    "enlighten", "fastprogress", "alive-progress",
)  # fmt: skip
ROOT = Path(__file__).parents[1]


def packages() -> dict[str, str]:
    """Return the versions of ours and of the peers that are installed."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def platforms() -> dict[str, str | int]:
    """Return the interpreter, the system, and how many processors there are."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.machine()}",
        "cpus": os.cpu_count() or 0,
    }


def revision() -> str | None:
    """Return the checkout's commit, and whether files differ from it; None where there is no checkout."""
    try:
        if Path(_git("rev-parse", "--show-toplevel")) != ROOT:
            return None
        commit = _git("rev-parse", "--short", "HEAD")
        changed = _git("--no-optional-locks", "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return None
    return f"{commit} and changes" if changed else commit


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()
