"""A server whose tools have something of everything, for forms in a browser."""

import asyncio
import datetime as dt
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Context, MCPServer
from mcp_types import ToolAnnotations
from pydantic import BaseModel, Field, SecretStr

server = MCPServer("forms")
wiped: list[str] = []
Day = Literal["Mon", "Tue", "Wed", "Thu", "Fri"]


class Person(BaseModel):
    """Somebody who is invited."""

    name: str
    age: Annotated[int, Field(ge=0, le=150)] | None = None
    diet: Literal["anything", "vegetarian", "vegan"] = "anything"


class Place(BaseModel):
    """A room."""

    street: str
    city: str = "Berlin"


@server.tool(title="Plan a meeting", annotations=ToolAnnotations(read_only_hint=True))
async def plan(
    people: Annotated[list[Person], Field(description="who comes", min_length=1)],
    subject: Annotated[str, Field(description="what it is about", min_length=3)],
    on: Annotated[dt.date | None, Field(description="the day")] = None,
    days: Annotated[frozenset[Day], Field(description="days that suit")] = frozenset({"Mon"}),
    where: Annotated[Place | str | None, Field(description="a room, or a link to the call")] = None,
    seats: Annotated[int, Field(ge=2, le=40, description="how many chairs")] = 8,
    pin: Annotated[SecretStr | None, Field(description="to open the door")] = None,
    remind: Annotated[bool, Field(description="mail everybody the day before")] = True,
    labels: Annotated[dict[str, str], Field(description="anything else")] = {},  # noqa: B006
) -> dict[str, Any]:
    """Plan a meeting.

    Gives back what it was told: who, when and where.
    """
    return {"people": [person.model_dump() for person in people], "subject": subject, "seats": seats}


@server.tool(annotations=ToolAnnotations(destructive_hint=True))
async def wipe(table: str) -> str:
    """Delete every row of a table."""
    wiped.append(table)
    return f"wiped {table}"


@server.tool()
async def count(ctx: Context, upto: Annotated[int, Field(ge=1, le=1000)] = 5, delay: float = 0.2) -> str:
    """Count, and report each step."""
    for n in range(upto):
        await ctx.report_progress(n + 1, upto, f"number {n + 1}")
        await asyncio.sleep(delay)
    return f"counted to {upto}"
