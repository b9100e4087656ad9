"""Take pictures of a real JupyterLab: `make screenshots` puts all into build/, the README's into notebooks/images/."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from front_end import FLAGS, Notebook, Server, chromium
from playwright.sync_api import sync_playwright

README = (
    "live-light.png",
    "receipt-light.png",
    "many-dark.png",
    "loops-light.png",
    "question-light.png",
    "form-light.png",
    "timeline-light.png",
)
LOAD = "%load_ext mcp_notebook\n%mcp_connect demo"
WORK = "%mcp_call process_items items=alpha,beta,gamma,delta,epsilon,zeta,eta,theta delay=0.5"
MANY = """import mcp_notebook as mcpn
demo = mcpn.connections()["demo"]
jobs = [demo.start("migrate_data", delay=0.25), demo.start("scan_directory", files=40, delay=0.1),
        demo.start("backup_database", delay=1), demo.start("wait_silently", seconds=4), demo.start("fail", after=8)]
done = demo.map("process_items", [{"items": list("abcdefgh"), "delay": 0.3}] * 4, limit=2)"""
PANEL = 'done = demo.map("process_items", [{"items": list("abcdefgh"), "delay": 0.4}] * 100, limit=60)'
LOOPS = """for epoch in (bar := mcpn.track(range(5), "training")):
    for batch in mcpn.track(range(80), "batch"):
        time.sleep(0.01)
    bar.message = f"loss {1 / (epoch + 2):.3f}" """
CELLS = [
    LOAD,
    WORK,
    MANY,
    PANEL,
    "%mcp_call draw_chart values=3,1,4,1,5,9,2,6",
    "%mcp_call report",
    "demo.tools",
    "import time\nmcpn.serve()",
    LOOPS,
    "mcpn.loops()",
    "%mcp_form demo.configure mode=careful tags=nightly,eu",
    "%mcp_form demo",
    "%mcp_call train_model delay=0.3",
    "%mcp_history --plot --last 12",
]


def take(out: Path, scheme: str) -> None:
    """Take all pictures in one colour scheme."""
    server = Server(Path(tempfile.mkdtemp()), "jupyterlab", dark=scheme == "dark")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            page = browser.new_page(viewport={"width": 1000, "height": 900}, device_scale_factor=1.5)
            notebook = Notebook(page, server, server.write("demo.ipynb", CELLS))
            page.keyboard.press("Control+b")  # the side bar
            notebook.run(0)
            notebook.begin(1)
            page.wait_for_timeout(3_200)
            notebook.cells.nth(1).screenshot(path=out / f"live-{scheme}.png")
            notebook.finish(1)
            page.wait_for_timeout(300)
            notebook.cells.nth(1).screenshot(path=out / f"receipt-{scheme}.png")
            for index, name, wait in ((2, "many", 2_500), (3, "panel", 1_500)):
                notebook.begin(index)
                page.wait_for_timeout(wait)
                notebook.output(index).screenshot(path=out / f"{name}-{scheme}.png")
                notebook.finish(index)
                page.wait_for_timeout(2_500)
                notebook.output(index).screenshot(path=out / f"{name}-receipt-{scheme}.png")
                if name == "many":
                    notebook.run(13)
                    page.wait_for_timeout(500)
                    notebook.output(13).screenshot(path=out / f"timeline-{scheme}.png")
            notebook.run(7)
            notebook.begin(8)
            page.wait_for_timeout(2_600)
            notebook.cells.nth(8).screenshot(path=out / f"loops-{scheme}.png")
            notebook.finish(8)
            ask(notebook, out, scheme)
            shown = (
                (4, "chart"),
                (5, "report"),
                (6, "tools"),
                (7, "server"),
                (9, "loops-table"),
                (10, "form"),
                (11, "tools-form"),
            )
            for index, name in shown:
                notebook.run(index)
                page.wait_for_timeout(300)
                notebook.output(index).screenshot(path=out / f"{name}-{scheme}.png")
            browser.close()
    finally:
        server.close()


def ask(notebook: Notebook, out: Path, scheme: str) -> None:
    """Take pictures of a question: a mistake in it, and what stays of it."""
    notebook.begin(12)
    form = notebook.output(12).get_by_role("form", name="demo asks")
    form.get_by_label("dataset").select_option(label="flowers")
    epochs = form.get_by_label("epochs")
    epochs.fill("99")
    epochs.press("Enter")
    form.get_by_text("at most 50").wait_for()
    notebook.page.wait_for_timeout(300)
    notebook.cells.nth(12).screenshot(path=out / f"question-{scheme}.png")
    epochs.fill("4")
    epochs.press("Enter")
    notebook.output(12).get_by_text("Train 'model'").first.wait_for()
    notebook.output(12).get_by_role("button", name="Send").last.click()
    notebook.finish(12)
    notebook.page.wait_for_timeout(300)
    notebook.cells.nth(12).screenshot(path=out / f"answered-{scheme}.png")


if __name__ == "__main__":
    root = Path(__file__).parents[2]
    pictures = root / "build" / "screenshots"
    pictures.mkdir(parents=True, exist_ok=True)
    for wanted in ("light", "dark"):
        take(pictures, wanted)
    for name in README:
        shutil.copy(pictures / name, root / "notebooks" / "images" / name)
    sys.stdout.write(f"pictures in {pictures}\n")
