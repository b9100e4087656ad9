"""What `%load_ext mcp_notebook` costs a fresh IPython shell, against an extension that does nothing.

Every sample is a process of its own that loads both, in alternating order.
The heavy neighbours must not come along; `imported` names those that did.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from rows import Row

SAMPLES = 11
TARGET_MS = 5.0
HEAVY = (
    "mcp", "mcp_types", "ipywidgets", "jsonschema", "yaml", "uvicorn", "starlette", "pydantic", "httpx2", "anyio",
    "markdown_it", "nest_asyncio", "opentelemetry",
)  # fmt: skip
EMPTY = "def load_ipython_extension(shell):\n    pass\n"
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


def measure() -> list[Row]:
    """Return the time of loading, and the number of heavy packages that came along."""
    times: dict[str, list[float]] = {"mcp_notebook": [], "mcpn_empty": []}
    imported: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "mcpn_empty.py").write_text(EMPTY)
        for number in range(SAMPLES):
            order = list(times) if number % 2 else list(times)[::-1]
            report = _sample(folder, order)
            for name, seconds in report["times"].items():
                times[name].append(seconds * 1e3)
            imported |= {module.partition(".")[0] for module in report["modules"]} & set(HEAVY)
    ours, empty = statistics.median(times["mcp_notebook"]), statistics.median(times["mcpn_empty"])
    return [
        Row("%load_ext", ours, empty, "ms", f"≤ {TARGET_MS:g} ms over it", met=ours - empty <= TARGET_MS),
        Row(
            f"%load_ext, heavy imports {sorted(imported) or ''}".strip(),
            float(len(imported)), None, "", "none", met=not imported,
        ),
    ]  # fmt: skip


def _sample(folder: str, order: list[str]) -> dict[str, dict[str, float]]:
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, "-c", SHELL, *order],
            env={"IPYTHONDIR": home, "PYTHONPATH": folder, "PATH": "/usr/bin:/bin"},
            check=True,
            capture_output=True,
            text=True,
        )
    return json.loads(done.stdout.splitlines()[-1])
