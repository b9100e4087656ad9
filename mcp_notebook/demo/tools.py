"""The demo server's answers: values, structured data, an image, a document; and the list of all its tools.

The SDK reads the annotations at run time, so this module is imported only
when a server is built.
"""

import base64
from collections.abc import Callable
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import MCPServer
from mcp_types import (
    ContentBlock,
    EmbeddedResource,
    ImageContent,
    ResourceLink,
    TextContent,
    TextResourceContents,
)
from pydantic import BaseModel, Field

from .patterns import PATTERNS
from .picture import bar_chart
from .questions import QUESTIONS
from .troubles import troubles

REPORT = """# Nightly run

| step | items | seconds |
|---|---:|---:|
| export | 1,204 | 3.1 |
| import | 1,204 | 4.7 |

Everything **matched**. Details are in `audit.log`.
"""


Height = Annotated[float, Field(allow_inf_nan=False)]


class Window(BaseModel):
    """A span of hours."""

    start: Annotated[int, Field(ge=0, le=23, description="first hour")] = 8
    end: Annotated[int, Field(ge=0, le=23, description="last hour")] = 18


ALL_DAY = Window()


async def add(
    a: Annotated[int, Field(description="a whole number")],
    b: Annotated[int, Field(description="another")],
) -> int:
    """Add two whole numbers."""
    return a + b


async def echo(text: Annotated[str, Field(description="what to say back")]) -> str:
    """Say it back."""
    return text


async def configure(
    mode: Annotated[Literal["fast", "careful", "dry-run"], Field(description="how to go about it")],
    workers: Annotated[int, Field(ge=1, le=16, description="how many at once")] = 4,
    rate: Annotated[float, Field(gt=0, le=1, description="share of the records to take")] = 0.5,
    tags: Annotated[list[str], Field(description="labels for the run")] = [],  # noqa: B006 - becomes a schema
    window: Annotated[Window, Field(description="when it may run")] = ALL_DAY,
    note: Annotated[str | None, Field(description="anything else")] = None,
    notify: Annotated[bool, Field(description="whether to send a mail")] = False,
) -> dict[str, Any]:
    """Give back what it was given: a schema with everything in it."""
    return {
        "mode": mode, "workers": workers, "rate": rate, "tags": tags,
        "window": window.model_dump(), "note": note, "notify": notify,
    }  # fmt: skip


async def draw_chart(
    values: Annotated[
        list[Height],
        Field(min_length=1, max_length=40, description="the height of each bar; none below zero"),
    ],
) -> list[ContentBlock]:
    """Draw a bar chart, as a PNG."""
    data = base64.b64encode(bar_chart(values)).decode()
    said = f"{len(values)} bars, highest {max(values):g}"
    return [
        TextContent(type="text", text=said),
        ImageContent(type="image", data=data, mime_type="image/png"),
    ]


async def report() -> list[ContentBlock]:
    """Return a Markdown report, and a link."""
    page = TextResourceContents(uri="demo://report", mime_type="text/markdown", text=REPORT)
    link = ResourceLink(
        type="resource_link",
        uri="https://modelcontextprotocol.io/",
        name="specification",
        title="The protocol",
    )
    return [EmbeddedResource(type="resource", resource=page), link]


VALUES = (add, echo, configure, draw_chart, report)


def register(server: MCPServer) -> None:
    """Give *server* all the tools."""
    tools: tuple[Callable[..., Any], ...] = (*PATTERNS, *troubles(), *VALUES, *QUESTIONS)
    for tool in tools:
        server.add_tool(tool)
