"""Run notebooks in a real kernel, with the bars of their calls in this terminal.

    python notebooks/run.py --live --out build notebooks/01_quickstart.ipynb
    python notebooks/run.py --write notebooks/*.ipynb      # refresh the committed outputs

`--out` gets the executed notebook and an HTML page of it; neither needs a
kernel to be read. Several notebooks are executed one after another; one in which
a cell fails that is not meant to is reported, left as it was, and the rest go on.
A refresh changes outputs and nothing else: not ids, metadata or the order of keys.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert import HTMLExporter

CELL_TIMEOUT_S = 120


class LiveClient(NotebookClient):
    """Executes a notebook and repeats in the terminal what a person would see grow."""

    live = False
    _drawn: tuple[str | None, int] = (None, 0)

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        """Take a kernel message, and show it."""
        content = msg["content"]
        if self.live and msg["msg_type"] in ("display_data", "update_display_data", "execute_result"):
            self._show(content["data"].get("text/plain", ""), content.get("transient", {}).get("display_id"))
        elif self.live and msg["msg_type"] == "error":
            self._show("\n".join(content["traceback"]), None)
        return super().process_message(msg, cell, cell_index)

    async def async_execute_cell(self, cell: Any, cell_index: int, **options: Any) -> Any:
        """Run one cell under its own heading."""
        if self.live and cell.cell_type == "code":
            self._drawn = (None, 0)
            sys.stdout.write("\n\x1b[1m" + cell.source.replace("\n", "\n    ") + "\x1b[0m\n")
        return await super().async_execute_cell(cell, cell_index, **options)

    def _show(self, text: str, display_id: str | None) -> None:
        lines = text.splitlines()
        shown, height = self._drawn
        if display_id is not None and display_id == shown and sys.stdout.isatty():
            sys.stdout.write(f"\x1b[{height}A\x1b[J")
        sys.stdout.write("".join(f"  {line[:110]}\n" for line in lines))
        sys.stdout.flush()
        self._drawn = (display_id, len(lines))


def execute(path: Path, *, live: bool) -> Any:
    """Return the notebook at *path*, executed; raises where a cell fails that is not meant to."""
    notebook = nbformat.read(path, as_version=4)
    client = LiveClient(
        notebook, timeout=CELL_TIMEOUT_S, record_timing=False, coalesce_streams=True,
        resources={"metadata": {"path": path.parent}}, extra_arguments=["--log-level=ERROR"],
    )  # fmt: skip
    client.live = live
    client.execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def main() -> int:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--live", action="store_true", help="show cells and bars while they run")
    parser.add_argument("--out", type=Path, help="folder for the executed notebooks and their HTML pages")
    parser.add_argument("--write", action="store_true", help="write the outputs back into the notebooks")
    options = parser.parse_args()
    failed = 0
    for path in options.notebooks:
        try:
            notebook = execute(path, live=options.live)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            failed += 1
            sys.stdout.write(f"\n{error}\nfailed: {path.name}\n")
        else:
            if options.write:
                nbformat.write(notebook, path)
            if options.out:
                keep(notebook, path, options.out)
            sys.stdout.write(f"\nwritten: {path.name}\n")
        sys.stdout.flush()  # the suite reads it while the next one runs
    return 1 if failed else 0


def keep(notebook: Any, path: Path, folder: Path) -> None:
    """Write the executed *notebook* and its HTML page, pictures included, into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / path.name)
    place = {"metadata": {"path": str(path.parent), "name": path.stem}}
    page, _ = HTMLExporter(embed_images=True).from_notebook_node(notebook, resources=place)
    (folder / path.with_suffix(".html").name).write_text(page, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
