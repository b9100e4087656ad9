"""Write the constraints that hold every dependency at the lowest version that pyproject.toml allows.

    python tests/packaging/lowest.py > lowest.txt && pip install . --constraint lowest.txt

Rules. Only what is imported at run time is held: the dependencies, and those extras that the
code imports. The tools of `dev` are nobody's floor. What depends on another Python is left out.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

EXTRAS = ("keyring", "plot")


def constraints(project: Mapping[str, Any]) -> Iterator[str]:
    """Yield `name==lowest` for the dependencies of *project*, the table of that name.

    Raises `ValueError` for a requirement without a lower bound.
    """
    optional = project["optional-dependencies"]
    for line in (*project["dependencies"], *(line for extra in EXTRAS for line in optional[extra])):
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate():
            yield f"{requirement.name}=={lowest(requirement)}"


def lowest(requirement: Requirement) -> str:
    """Return the version after `>=`."""
    bounds = [part.version for part in requirement.specifier if part.operator == ">="]
    if len(bounds) != 1:
        raise ValueError(f"{requirement}: exactly one lower bound is wanted (>=)")
    return bounds[0]


def main() -> None:
    """Print the constraints, one a line."""
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text()
    sys.stdout.writelines(f"{line}\n" for line in constraints(tomllib.loads(text)["project"]))


if __name__ == "__main__":
    main()
