"""Which files are found: those that exist, on each platform, and no others."""

from __future__ import annotations

import sys

import pytest

from mcp_notebook.client.configs import Found, discover


def made(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}")


def names(found, home):
    return [(item.path.relative_to(home).as_posix(), item.client, item.scope) for item in found]


def test_nothing_is_found_where_nothing_is(home):
    """A fresh account has no configuration, and that is no error."""
    assert discover(home, home / "work", {}, "linux") == []


def test_what_is_found_names_the_client_and_whom_it_is_for(home):
    """A project's files come before the user's, as clients look a name up."""
    made(home, "work/.mcp.json", "work/.vscode/mcp.json", ".claude.json", ".cursor/mcp.json")

    assert names(discover(home, home / "work", {}, "linux"), home) == [
        ("work/.mcp.json", "claude-code", "project"),
        ("work/.vscode/mcp.json", "vscode", "project"),
        (".claude.json", "claude-code", "user"),
        (".cursor/mcp.json", "cursor", "user"),
    ]


@pytest.mark.parametrize(
    ("platform", "apps", "goose"),
    [
        ("linux", ".config", ".config/goose"),
        ("darwin", "Library/Application Support", ".config/goose"),
        ("win32", "AppData/Roaming", "AppData/Roaming/Block/goose/config"),
    ],
)
def test_each_platform_has_its_own_folders(home, platform, apps, goose):
    """Sources: the pages that the module names."""
    here = [
        f"{apps}/Claude/claude_desktop_config.json",
        f"{apps}/Code/User/mcp.json",
        f"{apps}/Code/User/profiles/1a2b/mcp.json",
        f"{apps}/Code - Insiders/User/mcp.json",
        ".gemini/settings.json",
        f"{goose}/config.yaml",
    ]
    made(home, *here)

    found = names(discover(home, home / "work", {}, platform), home)

    assert [path for path, _, _ in found] == here
    assert [client for _, client, _ in found] == ["claude-desktop", *["vscode"] * 3, "gemini", "goose"]


def test_the_windows_store_package_has_its_own_copy(home):
    """Its AppData is redirected below its package."""
    made(home, "AppData/Local/Packages/Claude_pz/LocalCache/Roaming/Claude/claude_desktop_config.json")

    assert [found.client for found in discover(home, home, {}, "win32")] == ["claude-desktop"]


@pytest.mark.parametrize(
    ("platform", "name", "file", "client"),
    [
        ("linux", "XDG_CONFIG_HOME", "Claude/claude_desktop_config.json", "claude-desktop"),
        ("linux", "XDG_CONFIG_HOME", "goose/config.yaml", "goose"),
        ("win32", "APPDATA", "Claude/claude_desktop_config.json", "claude-desktop"),
        ("linux", "CLAUDE_CONFIG_DIR", ".claude.json", "claude-code"),
        ("linux", "GEMINI_CLI_HOME", ".gemini/settings.json", "gemini"),
        ("linux", "GOOSE_PATH_ROOT", "config/config.yaml", "goose"),
    ],
)
def test_the_environment_moves_a_file_if_it_names_an_absolute_folder(home, platform, name, file, client):
    """A relative folder would depend on where the client was started; none follows it."""
    made(home, f"moved/{file}")

    assert discover(home, home / "work", {name: str(home / "moved")}, platform) == [
        Found(home / "moved" / file, client, "user")
    ]
    assert discover(home, home / "work", {name: "moved"}, platform) == []


def test_a_notebook_in_a_subfolder_belongs_to_the_project_above(home):
    """Claude Code reads each `.mcp.json` on the way up, the others the project's own file."""
    made(home, "work/.mcp.json", "work/deep/.mcp.json", "work/.cursor/mcp.json", "work/deep/.cursor/mcp.json")

    found = discover(home, home / "work/deep/notebooks", {}, "linux")

    assert [path for path, _, _ in names(found, home)] == [
        "work/deep/.mcp.json",
        "work/.mcp.json",
        "work/deep/.cursor/mcp.json",
    ]


def test_the_users_file_is_not_a_projects_where_the_project_is_in_the_home_folder(home):
    """`~/.cursor/mcp.json` stands above every project there, and is found once."""
    made(home, ".cursor/mcp.json", ".gemini/settings.json")

    found = discover(home, home / "work", {}, "linux")

    assert [(item.client, item.scope) for item in found] == [("cursor", "user"), ("gemini", "user")]


def test_what_is_no_file_is_not_found(home):
    """A folder, a loop of links and a link to nowhere are nothing to read."""
    (home / ".claude.json").mkdir()
    (home / ".cursor").mkdir()
    (home / ".cursor/mcp.json").symlink_to(home / ".cursor/mcp.json")
    (home / ".mcp.json").symlink_to(home / "nowhere")
    loop = home / ".config/Code/User/profiles"
    loop.parent.mkdir(parents=True)
    loop.symlink_to(loop)

    assert discover(home, home, {}, "linux") == []


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_a_folder_that_may_not_be_looked_into_hides_its_files(home):
    """Nothing is raised; a file that is seen and not readable is found, `read` says why."""
    made(home, ".cursor/mcp.json", ".claude.json")
    (home / ".claude.json").chmod(0)
    (home / ".cursor").chmod(0)
    try:
        found = discover(home, home, {}, "linux")
    finally:
        (home / ".cursor").chmod(0o700)

    assert Found(home / ".claude.json", "claude-code", "user") in found


def test_a_strange_environment_is_no_error(home):
    """A NUL in a variable reaches no system call as an exception."""
    assert discover(home, home, {"XDG_CONFIG_HOME": "/a\0b", "GOOSE_PATH_ROOT": ""}, "linux") == []
