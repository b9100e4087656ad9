"""What strangers send, and how hard to look: hostile values, moments of a clock, numbers of examples."""

from __future__ import annotations

import math
import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

TIMES = int(os.environ.get("FUZZ", "1"))
"""how many times the usual number of examples to run: `FUZZ=20 pytest tests/fuzz`"""

HUGE = 10**400
SMALL, LARGE = 5e-324, 1.7e308
EDGES = (0, -0.0, 1, 0.5, -1, 1e-9, SMALL, 2**53, 1e154, LARGE, HUGE, -HUGE, math.nan, math.inf, -math.inf)

amounts = st.integers(0, 12) | st.floats(0, 1e6)
"""what a decent server reports"""

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
numbers = amounts | st.sampled_from(EDGES)
progresses = st.one_of(amounts, amounts, numbers, JSON)
totals = st.one_of(st.none(), st.sampled_from([10, 100, 100.0, 0, -3]), numbers, JSON)
messages = st.one_of(
    st.none(),
    st.sampled_from(
        ["copying", "a\nb", "\x1b[31mred\x1b[0m", "\u202egnp", "x" * 2_500, "", "  ", "é漢🎉", "\ud800"]
    ),
    st.text(max_size=12),
    JSON,
)
pauses = st.sampled_from([0.0, 0.0, 1e-9, 0.01, 0.3, 1.0, 5.0, 40.0, 1e5, 1e9])


def effort(examples: int, steps: int = 30) -> settings:
    """Return settings for *examples* runs of at most *steps* steps, many more where `FUZZ` says so."""
    return settings(
        max_examples=examples * TIMES,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now
