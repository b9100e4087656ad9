"""A run as a value: when, on what, which versions, every row; to JSON and back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Self

from . import versions
from .rows import Row
from .suite import Result


@dataclass(frozen=True)
class Report:
    """One run. *date* is its day, UTC."""

    date: str
    revision: str | None
    platform: dict[str, Any]
    versions: dict[str, str]
    benchmarks: tuple[Result, ...]

    @classmethod
    def of(cls, results: list[Result]) -> Self:
        """Return the report of a run that has just ended."""
        today = datetime.now(UTC).date().isoformat()
        return cls(today, versions.revision(), versions.platforms(), versions.packages(), tuple(results))

    def as_json(self) -> str:
        """Return the report as text."""
        benchmarks = [
            {
                "name": one.name,
                "about": one.about,
                "seconds": round(one.seconds, 1),
                "rows": [row.as_dict() for row in one.rows],
            }
            for one in self.benchmarks
        ]
        return json.dumps({**asdict(self), "benchmarks": benchmarks}, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the report that *text* holds."""
        said = json.loads(text)
        benchmarks = tuple(
            Result(one["name"], one["about"], one["seconds"], tuple(map(Row.from_dict, one["rows"])))
            for one in said["benchmarks"]
        )
        return cls(**{**said, "benchmarks": benchmarks})

    def row(self, benchmark: str, name: str, peer: str) -> Row | None:
        """Return a row, or None where there is none of that name."""
        rows = (row for one in self.benchmarks if one.name == benchmark for row in one.rows)
        return next((row for row in rows if (row.name, row.peer) == (name, peer)), None)
