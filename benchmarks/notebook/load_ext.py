"""What `%load_ext mcp_notebook` costs a fresh IPython shell, against an extension that does nothing.

Every sample is a process of its own that loads both, in alternating order.
The heavy neighbours must not come along; `imported` names those that did.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..rounds import Rounds
from ..rows import Row, alone, beside

TARGET_MS = 5.0
HEAVY = (
    "mcp", "mcp_types", "ipywidgets", "jsonschema", "yaml", "uvicorn", "starlette", "pydantic", "httpx2", "anyio",
    "markdown_it", "nest_asyncio", "opentelemetry",
)  # fmt: skip
OURS, EMPTY = "mcp_notebook", "mcpn_empty"
EXTENSION = "def load_ipython_extension(shell):\n    pass\n"
SHELL = """
import json, sys
from time import perf_counter
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
times, before = {}, set(sys.modules)
for name in sys.argv[1:]:
    began = perf_counter()
    shell.run_line_magic("load_ext", name)
    times[name] = perf_counter() - began
print(json.dumps({"times": times, "modules": sorted(set(sys.modules) - before)}))
"""


@dataclass(frozen=True)
class Plan:
    """How many shells are started."""

    rounds: int


FULL = Plan(rounds=11)
QUICK = Plan(rounds=1)


def measure(plan: Plan) -> Iterator[Row]:
    """Yield the time of loading, and the number of heavy packages that came along."""
    times: dict[str, list[float]] = {OURS: [], EMPTY: []}
    imported: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, f"{EMPTY}.py").write_text(EXTENSION)
        for number in range(plan.rounds):
            order = list(times) if number % 2 else list(times)[::-1]
            report = _sample(folder, order)
            for name, seconds in report["times"].items():
                times[name].append(seconds * 1e3)
            imported |= {module.partition(".")[0] for module in report["modules"]} & set(HEAVY)
    found = Rounds(times)
    yield beside("an empty extension", "%load_ext", "ms", found.of(OURS), found.of(EMPTY))
    yield alone("%load_ext, over an empty extension", "ms", found.over(OURS, EMPTY), TARGET_MS)
    which = f": {', '.join(sorted(imported))}" if imported else ""
    yield alone(f"%load_ext, heavy packages imported{which}", "", [len(imported)], 0.0)


def _sample(folder: str, order: list[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, "-c", SHELL, *order],
            env={"IPYTHONDIR": home, "PYTHONPATH": folder, "PATH": "/usr/bin:/bin"},
            check=True,
            capture_output=True,
            text=True,
        )
    return json.loads(done.stdout.splitlines()[-1])
