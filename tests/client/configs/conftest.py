"""A home folder and a project of nobody: the examples, where their clients keep them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent / "examples"
PLACES = {
    "claude_desktop_config.json": "home/.config/Claude/claude_desktop_config.json",
    "project.mcp.json": "home/work/.mcp.json",
    "claude.json": "home/.claude.json",
    "cursor.json": "home/work/.cursor/mcp.json",
    "vscode.json": "home/work/.vscode/mcp.json",
    "gemini.json": "home/.gemini/settings.json",
    "goose.yaml": "home/.config/goose/config.yaml",
}


@pytest.fixture
def home(tmp_path):
    """Return a home folder with nothing in it."""
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def example(home):
    """Return what puts an example where its client looks for it."""

    def put(name: str, place: str | None = None) -> Path:
        path = home.parent / (place or PLACES[name])
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(EXAMPLES / name, path)
        return path

    return put
