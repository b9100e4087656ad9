"""What the comparison found out: one verdict about one peer, with what was seen.

Verdicts: `yes`; `partly`; `code` - the library can, when the reader writes the
code for it; `no`. *how* is `ran` where a script of this folder did it for real,
`read` where it stands on a source that *evidence* names.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

Verdict = Literal["yes", "partly", "code", "no"]


@dataclass(frozen=True)
class Finding:
    """One cell of the table."""

    row: str
    verdict: Verdict
    evidence: str
    how: Literal["ran", "read"] = "ran"

    def as_dict(self) -> dict[str, str]:
        """Return it as the results hold it."""
        return asdict(self)


def events(journal: Path) -> list[dict[str, Any]]:
    """Return what the journaling server wrote, in order."""
    return [json.loads(line) for line in journal.read_text().splitlines()] if journal.exists() else []


def happened(journal: Path, *names: str) -> bool:
    """Return whether one of these events is in the journal."""
    return any(event["event"] in names for event in events(journal))
