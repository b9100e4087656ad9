"""tqdm.notebook and rich.progress: the bars of a notebook's own loops, run in a kernel of their own."""

from __future__ import annotations

from pathlib import Path

from environments import Python, installs
from finding import Finding
from kernel import saved, texts

TQDM, RICH = "4.70.1", "15.0.0"
KERNEL = ("ipykernel==7.4.0", "ipywidgets==8.1.9")
ENVIRONMENT = Python("bars", (f"tqdm=={TQDM}", f"rich=={RICH}", *KERNEL))

WITH_TQDM = """
import time
from tqdm.notebook import tqdm
for _ in tqdm(range(20), "pebbles"):
    time.sleep(0.01)
"""
WITH_RICH = """
import time
from rich.progress import track
for _ in track(range(20), "pebbles"):
    time.sleep(0.01)
"""


def tqdm(_: Path) -> list[Finding]:
    """Return what tqdm.notebook does; and its text bar, where that one does better."""
    widget, told = _left(WITH_TQDM, "20/20")
    text, told_as_text = _left(WITH_TQDM.replace("tqdm.notebook", "tqdm"), "20/20")
    words = f"text in the file after 20 of 20: {widget}; of the text bar (`from tqdm import tqdm`): {text}"
    return [
        Finding("saved", "yes" if told else "partly" if told_as_text else "no", words),
        *_common("tqdm"),
        Finding(
            "places", "yes", "its README links a demo in Colab; `tqdm/autonotebook.py` names both", "read"
        ),
        Finding("size", "yes", f"{installs(f'tqdm=={TQDM}')} package"),
    ]


def rich(_: Path) -> list[Finding]:
    """Return what rich.progress does."""
    widget, told = _left(WITH_RICH, "100%")
    return [
        Finding("saved", "yes" if told else "no", f"text in the file after 20 of 20: {widget}"),
        *_common("rich"),
        Finding(
            "places",
            "yes",
            "`rich/console.py` detects the shell of Colab, and that of any kernel, as VS Code has",
            "read",
        ),
        Finding("size", "yes", f"{installs(f'rich=={RICH}')} packages"),
    ]


def _left(source: str, end: str) -> tuple[str, bool]:
    """Run the loop, save the notebook; return the text that is left, and whether it tells the end."""
    notebook = saved(ENVIRONMENT.python, source)
    left = [" ".join(text.split()) for text in texts(notebook) if text.strip()]
    beside = " beside the widgets' state" if "widgets" in notebook.metadata else ""
    return f"`{left[-1][-60:]}`{beside}", end in left[-1]


def _common(package: str) -> list[Finding]:
    """Look for any trace of MCP in the package's source."""
    folder = next((ENVIRONMENT.python.parent.parent / "lib").glob(f"python*/site-packages/{package}"))
    traces = [path.name for path in Path(folder).rglob("*.py") if "mcp" in path.read_text().lower()]
    words = f"{len(traces)} of its source files mention MCP"
    verdict = "no" if not traces else "partly"
    agents = [Finding(row, verdict, words) for row in ("fraction", "stop", "functions", "edit")]
    return [Finding("loops", "yes", "a bar of widgets, which the next row looks at"), *agents]
