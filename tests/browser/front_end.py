"""A real JupyterLab or Notebook 7, and a page of it in headless Chromium.

Chromium is the system's (`apt-get install -y chromium`).
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat

BOUND_MS = 30_000
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
FLAGS += ["--disable-component-update", "--disable-sync"]


def chromium() -> str | None:
    """Return the path of a browser, if there is one."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


AS_THE_BROWSER = {
    "adaptive-theme": True,
    "preferred-light-theme": "JupyterLab Light",
    "preferred-dark-theme": "JupyterLab Dark",
}
QUIET = {"apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False}}


def _configure(config: Path, settings: dict[str, dict[str, object]]) -> None:
    """Write user settings of the front end."""
    for name, values in settings.items():
        path = config / "lab" / "user-settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))


class Server:
    """A Jupyter server on loopback, its files in a folder of its own; *kernels* holds other kernelspecs."""

    def __init__(
        self, home: Path, application: str, *, dark: bool = False, kernels: Path | None = None
    ) -> None:
        self.root = home / "notebooks"
        self.root.mkdir()
        self.token = secrets.token_hex(16)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.application = application
        places = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_RUNTIME_DIR": "runtime", "IPYTHONDIR": "ipython"}
        themes = {"theme": "JupyterLab Dark"} if dark else AS_THE_BROWSER
        _configure(home / "config", {"apputils-extension/themes": themes, **QUIET})
        environment = {**os.environ, **{name: str(home / place) for name, place in places.items()}}
        if kernels is not None:
            environment["JUPYTER_PATH"] = str(kernels)
        self._log = (home / "server.log").open("wb")
        arguments = [
            "--no-browser", "--allow-root", f"--port={port}", f"--ServerApp.root_dir={self.root}",
            f"--IdentityProvider.token={self.token}", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ]  # fmt: skip
        self._process = subprocess.Popen(
            [sys.executable, "-m", application, *arguments],
            env=environment, stdout=self._log, stderr=self._log, start_new_session=True,
        )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{self.url}/api/status?token={self.token}", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                assert self._process.poll() is None, "the Jupyter server ended"
                time.sleep(0.2)
        raise AssertionError("the Jupyter server did not start")

    def write(self, name: str, cells: list[str]) -> Path:
        """Write a notebook of code cells."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        path = self.root / name
        nbformat.write(notebook, path)
        return path

    def close(self) -> None:
        """End the server and its kernels."""
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._log.close()


class Notebook:
    """An open notebook: run cells, look at their outputs."""

    def __init__(self, page, server: Server, path: Path) -> None:
        self.page = page
        self.path = path
        route = "lab/workspaces/test/tree" if server.application == "jupyterlab" else "notebooks"
        page.goto(f"{server.url}/{route}/{path.name}?token={server.token}&reset")
        self.cells = page.locator(".jp-Notebook .jp-CodeCell")
        self.cells.first.wait_for(timeout=BOUND_MS)

    def begin(self, index: int) -> None:
        """Run a cell; don't wait for its end. A front end still connecting drops it: then again."""
        for _ in range(15):
            self._answer_dialog()
            self.cells.nth(index).locator(".cm-content").click()
            self.page.keyboard.press("Shift+Enter")
            try:
                self._prompt(index, "\\*|\\d+", 2_000)
            except TimeoutError:
                continue
            return
        raise AssertionError("the cell does not start")

    def _answer_dialog(self) -> None:
        """Accept what the front end asks before anything can be clicked: on a slow machine, whether to wait."""
        dialog = self.page.locator(".jp-Dialog")
        if dialog.count():
            print("the front end asks:", dialog.first.inner_text().replace("\n", " | "))
            dialog.first.locator(".jp-mod-accept").click()
            dialog.first.wait_for(state="detached", timeout=BOUND_MS)

    def run(self, index: int) -> None:
        """Run a cell and wait for its end."""
        self.begin(index)
        self.finish(index)

    def finish(self, index: int) -> None:
        """Wait until a cell has its number."""
        self._prompt(index, "\\d+", BOUND_MS)

    def _prompt(self, index: int, pattern: str, bound_ms: int) -> None:
        from playwright.sync_api import TimeoutError as Late

        find = "document.querySelectorAll('.jp-Notebook .jp-CodeCell')[i].querySelector('.jp-InputPrompt')"
        try:
            self.page.wait_for_function(
                f"([i, p]) => new RegExp('\\\\[(' + p + ')\\\\]').test({find}.textContent)",
                arg=[index, pattern],
                polling=100,  # by itself it asks for a frame each time: sixty drawings a second
                timeout=bound_ms,
            )
        except Late:
            raise TimeoutError(f"cell {index} has no prompt like [{pattern}]") from None

    def output(self, index: int):
        """Return the output area of a cell."""
        return self.cells.nth(index).locator(".jp-OutputArea")

    def text(self, index: int) -> str:
        """Return what a person reads below a cell."""
        return self.output(index).inner_text()

    def width(self, index: int) -> float:
        """Return how far the first bar of a cell is filled, in pixels."""
        box = self.output(index).locator(".progress-bar").first.bounding_box()
        return box["width"] if box else 0.0

    def save(self) -> dict:
        """Save, and return what the file holds."""
        before = self.path.stat().st_mtime_ns
        self.page.keyboard.press("Control+s")
        for _ in range(100):
            if self.path.stat().st_mtime_ns != before:
                break
            self.page.wait_for_timeout(100)
        self.page.wait_for_timeout(300)
        return json.loads(self.path.read_text())
