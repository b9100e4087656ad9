"""Film what a person sees: `make screenshots` puts two moving pictures into notebooks/images/.

`call.gif`: a cell calls a tool. `watched.gif`: a cell trains; beside it what an MCP client is
told through the bridge, until it asks the loop to stop. Both are a real JupyterLab and a
real client; only the client's window is drawn for the picture.
"""

from __future__ import annotations

import asyncio
import io
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

from front_end import FLAGS, Notebook, Server, chromium
from PIL import Image
from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).parents[2] / "notebooks" / "images"
EVERY_S = 0.2
STILL_S = 2.5
"""how long the last frame stands"""
COLOURS = 256
GAP = 16
CALL = """%load_ext mcp_notebook
%mcp_connect demo
%mcp_call process_items items=alpha,beta,gamma,delta,epsilon,zeta,eta,theta delay=0.6"""
SERVE = "%load_ext mcp_notebook\n%mcp_serve"
TRAIN = """import time, mcp_notebook as mcpn

for epoch in (bar := mcpn.track(range(5), "training")):
    for batch in mcpn.track(range(80), "batch"):
        time.sleep(0.025)
    bar.message = f"loss {1 / (epoch + 2):.3f}" """
WATCHED_S = 6.5
TERMINAL = """<style>
body { margin: 0; padding: 14px; background: #1e1e1e; color: #d4d4d4; font: 13px/1.6 monospace }
h1 { margin: 0 0 10px; color: #8a8a8a; font: inherit }
div { padding-left: 4ch; text-indent: -2ch }
.asks { padding-left: 2ch; color: #6cb6ff }
</style><h1>an MCP client, through mcp-notebook bridge</h1><main></main>"""
SAY = """(main, lines) => main.replaceChildren(...lines.map((line) => {
  const said = document.createElement("div");
  said.textContent = line;
  if (line.startsWith(">")) said.className = "asks";
  return said;
}))"""
CALL_HEIGHT, WATCHED_HEIGHT = 150, 290
"""of what is seen, in pixels"""


class Film:
    """Frames of some pages side by side, and how long each stood."""

    def __init__(self) -> None:
        self._frames: list[Image.Image] = []
        self._times: list[float] = []

    def take(self, *views) -> None:
        """Take a frame of each view: a page, and what of it is seen."""
        shots = (page.screenshot(clip=clip) for page, clip in views)
        pictures = [Image.open(io.BytesIO(shot)).convert("RGB") for shot in shots]
        size = (sum(p.width for p in pictures) + GAP * (len(pictures) - 1), max(p.height for p in pictures))
        frame, left = Image.new("RGB", size, "white"), 0
        for picture in pictures:
            frame.paste(picture, (left, 0))
            left += picture.width + GAP
        self._frames.append(frame)
        self._times.append(time.monotonic())

    def write(self, path: Path) -> None:
        """Write it as a GIF that begins anew."""
        stood = [round((b - a) * 100) * 10 for a, b in zip(self._times, self._times[1:], strict=False)]
        palette = self._palette()
        frames = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in self._frames]
        frames[0].save(
            path, save_all=True, append_images=frames[1:], duration=[*stood, round(STILL_S * 1000)], loop=0,
        )  # fmt: skip

    def _palette(self) -> Image.Image:
        """Return colours for all frames; a thin bar counts as much as a wide background."""
        few = self._frames[:: max(1, len(self._frames) // 6)] + self._frames[-1:]
        width, height = few[0].size
        all_of_them = Image.new("RGB", (width, height * len(few)))
        for row, frame in enumerate(few):
            all_of_them.paste(frame, (0, row * height))
        return all_of_them.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=2)


class Agent:
    """An MCP client in a thread: it watches the notebook's next loop, and asks it to stop after a while."""

    def __init__(self, runtime: Path) -> None:
        self.said: list[str] = []
        self._runtime = runtime
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def start(self) -> None:
        """Connect and watch."""
        self._thread.start()

    def join(self) -> None:
        """Wait until it has ended."""
        self._thread.join(30)

    async def _run(self) -> None:
        from mcp import Client, StdioServerParameters

        bridge = StdioServerParameters(
            command=sys.executable,
            args=["-m", "mcp_notebook", "bridge"],
            env={**os.environ, "JUPYTER_RUNTIME_DIR": str(self._runtime)},
        )
        async with Client(bridge) as client:
            self._say("> watch_loop")
            watching = asyncio.ensure_future(client.call_tool("watch_loop", {}, progress_callback=self._hear))
            while len(self.said) == 1:
                await asyncio.sleep(0.1)
            await asyncio.sleep(WATCHED_S)
            self._say("> stop_loop training")
            answer = await client.call_tool("stop_loop", {"loop": "training"})
            self._say(answer.content[0].text)
            self._say((await watching).content[0].text.split(" · it has ended")[0])

    async def _hear(self, progress: float, total: float | None, message: str | None) -> None:
        if self.said[-1].startswith(">"):
            self._say("")
        self.said[-1] = f"{progress:.2f} of {total:g} · {message}"

    def _say(self, line: str) -> None:
        self.said.append(line)


def film_call(browser, server: Server) -> None:
    """Film a call, from the cell to its receipt."""
    page = browser.new_page(viewport={"width": 940, "height": 600}, device_scale_factor=1.5)
    notebook = Notebook(page, server, server.write("call.ipynb", [CALL]))
    view = page, only(notebook, 0, CALL_HEIGHT)
    film = Film()
    notebook.begin(0)
    shoot(film, notebook, 0, view)
    film.write(IMAGES / "call.gif")


def film_watched(browser, server: Server, runtime: Path) -> None:
    """Film a loop and who watches it."""
    page = browser.new_page(viewport={"width": 760, "height": 800}, device_scale_factor=1.5)
    beside = browser.new_page(viewport={"width": 400, "height": WATCHED_HEIGHT}, device_scale_factor=1.5)
    beside.set_content(TERMINAL)
    notebook = Notebook(page, server, server.write("watched.ipynb", [SERVE, TRAIN]))
    notebook.run(0)
    views = (page, only(notebook, 1, WATCHED_HEIGHT)), (beside, None)
    agent = Agent(runtime)
    agent.start()
    while not agent.said:
        time.sleep(0.1)

    def told() -> None:
        beside.locator("main").evaluate(SAY, agent.said)

    film = Film()
    notebook.begin(1)
    shoot(film, notebook, 1, *views, before=told)
    agent.join()
    told()
    film.take(*views)
    film.write(IMAGES / "watched.gif")


def shoot(film: Film, notebook: Notebook, index: int, *views, before=lambda: None) -> None:
    """Take frames from the first bar, which is what a picture that stands still shows, until the cell has ended."""
    notebook.output(index).locator(".progress-bar").first.wait_for()
    running = True
    while running:
        running = "*" in notebook.cells.nth(index).locator(".jp-InputPrompt").inner_text()
        before()
        film.take(*views)
        time.sleep(EVERY_S)
    notebook.page.wait_for_timeout(400)
    film.take(*views)


def only(notebook: Notebook, index: int, height: int) -> dict[str, float]:
    """Hide all cells but one; return where it and its output are, *height* pixels of it."""
    page = notebook.page
    page.keyboard.press("Control+b")  # the side bar
    page.add_style_tag(
        content=f".jp-Notebook .jp-Cell:not([data-windowed-list-index='{index}']) {{ visibility: hidden }}"
    )
    page.wait_for_timeout(500)
    box = notebook.cells.nth(index).bounding_box()
    return {"x": box["x"], "y": box["y"], "width": box["width"], "height": height}


def take() -> None:
    """Film both."""
    home = Path(tempfile.mkdtemp())
    server = Server(home, "jupyterlab")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            film_call(browser, server)
            film_watched(browser, server, home / "runtime")
            browser.close()
    finally:
        server.close()


if __name__ == "__main__":
    take()
