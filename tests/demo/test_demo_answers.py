"""What the demo server answers with, and what it leaves untouched in the process that runs it."""

from __future__ import annotations

import asyncio
import base64
import logging
import struct
import subprocess
import sys
import zlib

import pytest

from mcp_notebook.demo import build
from mcp_notebook.demo.picture import bar_chart

from .demo_calls import call, connect

TOOLS = (
    *("process_items", "download_file", "backup_database", "scan_directory", "migrate_data"),
    *("fail", "wait_silently", "count_slowly", "last_cancelled"),
    *("add", "echo", "configure", "draw_chart", "report"),
    "train_model",
)


def ask(tool, **arguments):
    """Call *tool* of a fresh server in this process."""

    async def visit():
        async with connect("in-process", "") as client:
            return await call(client, tool, **arguments)

    return asyncio.run(visit())


@pytest.fixture(scope="module")
def tools():
    """Return the server's own list of its tools."""

    async def visit():
        async with connect("in-process", "") as client:
            return (await client.list_tools()).tools

    return asyncio.run(visit())


def test_every_tool_and_parameter_is_described(tools):
    """Forms and help show these words, so none may be missing."""
    assert tuple(tool.name for tool in tools) == TOOLS
    for tool in tools:
        assert tool.description, tool.name
        for name, schema in tool.input_schema["properties"].items():
            assert schema.get("description"), f"{tool.name}.{name}"


def test_adding_and_echoing_are_instant():
    """The two tools that every first cell calls."""
    assert ask("add", a=1, b=2).value == 3
    assert ask("echo", text="ça va?").value == "ça va?"


def test_configure_has_a_schema_of_every_kind(tools):
    """One parameter of each kind that a form can draw, all but one with a default."""
    schema = next(tool.input_schema for tool in tools if tool.name == "configure")
    of = schema["properties"]

    assert schema["required"] == ["mode"]
    assert of["mode"]["enum"] == ["fast", "careful", "dry-run"]
    assert (of["workers"]["type"], of["workers"]["minimum"], of["workers"]["maximum"]) == ("integer", 1, 16)
    assert (of["rate"]["type"], of["rate"]["exclusiveMinimum"], of["rate"]["maximum"]) == ("number", 0, 1)
    assert (of["tags"]["type"], of["tags"]["items"], of["tags"]["default"]) == (
        "array",
        {"type": "string"},
        [],
    )
    assert of["window"]["$ref"] in {f"#/$defs/{name}" for name in schema["$defs"]}
    assert of["window"]["default"] == {"start": 8, "end": 18}
    assert [choice["type"] for choice in of["note"]["anyOf"]] == ["string", "null"]
    assert (of["notify"]["type"], of["notify"]["default"]) == ("boolean", False)


def test_configure_gives_back_what_it_was_given():
    """Given values come back as they are, the others as their defaults."""
    given = {"mode": "careful", "workers": 2, "tags": ["x"], "window": {"start": 1, "end": 2}, "note": None}

    assert ask("configure", **given).result.structured_content == given | {"rate": 0.5, "notify": False}


@pytest.mark.parametrize("wrong", [{"mode": "slow"}, {"mode": "fast", "workers": 17}, {}])
def test_configure_refuses_what_its_schema_refuses(wrong):
    """The server checks too, whatever a client did not."""
    assert ask("configure", **wrong).result.is_error


def test_the_chart_is_a_png_that_decodes():
    """Signature, header and pixels are as a decoder wants them."""
    said, image = ask("draw_chart", values=[1, 3, 2]).result.content
    data = base64.b64decode(image.data)
    width, height, depth, colour = struct.unpack(">IIBB", data[16:26])
    packed = data[data.index(b"IDAT") + 4 : data.index(b"IEND") - 8]

    assert image.mime_type == "image/png"
    assert data.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert (depth, colour) == (8, 6)
    assert len(zlib.decompress(packed)) == height * (1 + 4 * width)
    assert len(data) < 4_000
    assert said.text == "3 bars, highest 3"


@pytest.mark.parametrize("values", [[0.0], [-1.0, -2.0], [1e308, 1.0], [1.0] * 40])
def test_any_numbers_make_a_chart(values):
    """Zero, negative and huge values are bars too, of no or full height."""
    assert bar_chart(values).endswith(b"IEND\xaeB`\x82")


def test_the_report_is_markdown_with_a_link():
    """An embedded resource says its type; a link is a content block of its own."""
    page, link = ask("report").result.content

    assert (page.type, page.resource.mime_type) == ("resource", "text/markdown")
    assert page.resource.text.startswith("# ")
    assert (link.type, link.name) == ("resource_link", "specification")


@pytest.mark.parametrize("handlers", [[], [logging.NullHandler()]])
def test_building_leaves_the_root_logger_as_it_was(handlers, monkeypatch):
    """The SDK's constructor installs a handler there, and sets the level; neither may stay."""
    root = logging.getLogger()
    with monkeypatch.context() as before:
        before.setattr(root, "handlers", list(handlers))
        before.setattr(root, "level", logging.WARNING)

        server = build()

        assert (root.handlers, root.level) == (handlers, logging.WARNING)
    assert server.name == "demo"


def test_importing_the_demo_and_the_command_imports_no_sdk():
    """`mcp-notebook --version` and `import mcp_notebook.demo` are cheap."""
    check = "import sys, mcp_notebook.demo, mcp_notebook.cli; sys.exit('mcp' in sys.modules or 'uvicorn' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
