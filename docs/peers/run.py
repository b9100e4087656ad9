"""Run every peer for real and write docs/comparison.md.

    python docs/peers/run.py                    # all of them
    python docs/peers/run.py tqdm rich          # some; the others stay as they were found before
    python docs/peers/run.py --page             # only the page, from the stored results

It takes the network (package registries), Node's npm and a Chromium; what it
starts listens on loopback only and ends with it.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import platform
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import bars
import fastmcp_client
import inspector
import jupyter_mcp
import ours
import sdk_client
from finding import Finding
from page import Results, page

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
PAGE = HERE.parent / "comparison.md"
Measure = Callable[[Path], list[Finding]]
PEERS: dict[str, tuple[str, Measure]] = {
    "mcp_notebook": (importlib.metadata.version("mcp-notebook"), ours.measured),
    "inspector": (inspector.VERSION, inspector.measured),
    "fastmcp": (fastmcp_client.VERSION, fastmcp_client.measured),
    "sdk": (sdk_client.VERSION, sdk_client.measured),
    "tqdm": (bars.TQDM, bars.tqdm),
    "rich": (bars.RICH, bars.rich),
    "jupyter-mcp": (jupyter_mcp.VERSION, jupyter_mcp.measured),
}


def main() -> int:
    """Measure the peers that the command line names, and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("peers", nargs="*", choices=[[], *PEERS], metavar="PEER", help=", ".join(PEERS))
    parser.add_argument("--page", action="store_true", help="write the page from the stored results")
    options = parser.parse_args()
    for name in [] if options.page else options.peers or PEERS:
        found = _measured(name)
        results = stored()  # now: another run may have added to it
        results["peers"][name] = found
        results |= {"date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": _machine()}
        RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    PAGE.write_text(page(stored()))
    return 0


def stored() -> Results:
    """Return the results of earlier runs."""
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else {"peers": {}}


def _measured(name: str) -> Results:
    version, measure = PEERS[name]
    sys.stdout.write(f"{name} {version}\n")
    with tempfile.TemporaryDirectory(prefix="peers-") as scratch:
        findings = measure(Path(scratch))
    for finding in findings:
        sys.stdout.write(f"  {finding.row:10} {finding.verdict:7} {finding.evidence}\n")
    sys.stdout.flush()
    return {"version": version, "findings": [finding.as_dict() for finding in findings]}


def _machine() -> str:
    return f"Python {platform.python_version()}, {platform.system()}"


if __name__ == "__main__":
    sys.exit(main())
