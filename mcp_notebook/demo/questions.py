"""The demo server's questions: it asks the person at the other end, twice, before it begins.

Each protocol era has its own way to ask; the SDK's resolvers know both. A
declined or cancelled question is an answer, not an error.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.mcpserver import Context, Elicit, Resolve
from pydantic import BaseModel, Field

from .patterns import Delay


class Plan(BaseModel):
    """How to train."""

    dataset: Annotated[Literal["digits", "flowers", "sounds"], Field(description="what to learn from")]
    epochs: Annotated[int, Field(ge=1, le=50, description="rounds over the data")] = 5
    augment: Annotated[bool, Field(description="whether to add shifted copies")] = False
    name: Annotated[str, Field(min_length=1, max_length=40, description="what to call the model")] = "model"


class Consent(BaseModel):
    """Whether to begin."""

    begin: Annotated[bool, Field(description="whether to begin now")] = True


async def ask_plan() -> Elicit[Plan]:
    """Ask how to train."""
    return Elicit("How should the model be trained?", Plan)


PlanAsked = Annotated[ElicitationResult[Plan], Resolve(ask_plan)]


async def ask_consent(plan: PlanAsked) -> Elicit[Consent] | Consent:
    """Ask whether to begin, where there is a plan."""
    if not isinstance(plan, AcceptedElicitation):
        return Consent(begin=False)
    wanted = plan.data
    return Elicit(f"Train {wanted.name!r} on {wanted.dataset} for {wanted.epochs} epochs?", Consent)


async def train_model(
    ctx: Context,
    plan: PlanAsked,
    consent: Annotated[ElicitationResult[Consent], Resolve(ask_consent)],
    delay: Delay = 0.1,
) -> dict[str, Any]:
    """Ask how a model is to be trained, then pretend to train it, with progress for each epoch."""
    if not isinstance(plan, AcceptedElicitation):
        return {"trained": False, "why": f"the plan was {_outcome(plan.action)}"}
    if not isinstance(consent, AcceptedElicitation) or not consent.data.begin:
        return {"trained": False, "why": "not begun"}
    epochs = plan.data.epochs
    for epoch in range(1, epochs + 1):
        await asyncio.sleep(delay)
        await ctx.report_progress(epoch, epochs, f"epoch {epoch} · loss {1 / (epoch + 1):.2f}")
    return {"trained": True, **plan.data.model_dump()}


def _outcome(action: str) -> str:
    return "declined" if action == "decline" else "cancelled"


QUESTIONS: tuple[Callable[..., Awaitable[Any]], ...] = (train_model,)
