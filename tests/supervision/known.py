"""What is known to be wrong: the tests that fail of it, strictly, and why. A line goes when its fault does."""

from __future__ import annotations

from fnmatch import fnmatchcase

LOGGED = "httpx2 logs the whole URL at INFO, the SDK and httpcore2 URL and headers at DEBUG"

FAULTS = {
    "test_http_secrets.py::*record_of_a_log*": LOGGED,
}


def fault(nodeid: str) -> str | None:
    """Return why the test is known to fail, or None."""
    return next((why for pattern, why in FAULTS.items() if fnmatchcase(nodeid, f"*{pattern}")), None)
