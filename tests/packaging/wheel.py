"""Run the suite against the built wheel, in an environment and a folder that know no source tree.

    python tests/packaging/wheel.py [--python python3.13] [--lowest] [--home DIR] [pytest arguments]

Rules. The environment is fresh, and holds the wheel with its extras, never an editable
install; with --lowest its dependencies are the lowest that are allowed. The tests, notebooks
and benchmarks are those of the sdist, without the package: what they need from the checkout
is missing there. Then the types are checked as a user's type checker sees them.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = "mcp_notebook"
WHERE = f"import {PACKAGE}, sys; print({PACKAGE}.__file__.startswith(sys.prefix))"
TYPED = "tests/packaging/typed_usage.py"
QUICK = ("-n", "2", "--dist", "loadfile")
OLD = ("-W", "default::DeprecationWarning", "-W", "default::PendingDeprecationWarning")
"""an old dependency warns of what is new beside it, which is no fault of ours"""


def main() -> int:
    """Build, install, unpack, and return pytest's exit status."""
    parser = argparse.ArgumentParser(description="Run the suite against the built wheel.")
    parser.add_argument("--python", default=sys.executable, help="the interpreter (default: this one)")
    parser.add_argument("--lowest", action="store_true", help="with the lowest dependencies that are allowed")
    parser.add_argument("--home", type=Path, default=ROOT / "build" / "wheel", help="where (emptied first)")
    parser.add_argument("--keep", action="store_true", help="take the environment that is there")
    options, pytest = parser.parse_known_args()
    home = options.home.resolve()
    if not options.keep:
        shutil.rmtree(home, ignore_errors=True)
    wheel, tests = built(home)
    python = environment(home / "venv", options.python)
    install(python, wheel, lowest=options.lowest)
    if run([python, "-c", WHERE], tests, capture=True).strip() != "True":
        raise SystemExit(f"{PACKAGE} is not imported from {python}'s environment")
    run([python, "-m", "mypy", "--strict", "--config-file=", TYPED], tests)
    command = [python, "-m", "pytest", *(OLD if options.lowest else ()), *(pytest or QUICK)]
    return subprocess.run(command, cwd=tests, check=False).returncode


def built(home: Path) -> tuple[Path, Path]:
    """Build below *home*; return the wheel, and the folder of the sdist's tests without the package."""
    shutil.rmtree(home / "dist", ignore_errors=True)
    run([sys.executable, "-m", "hatchling", "build", "-d", home / "dist"], ROOT)
    (wheel,) = (home / "dist").glob("*.whl")
    (sdist,) = (home / "dist").glob("*.tar.gz")
    shutil.rmtree(home / "suite", ignore_errors=True)
    with tarfile.open(sdist) as archive:
        archive.extractall(home / "suite", filter="data")
    (tests,) = (home / "suite").iterdir()
    shutil.rmtree(tests / PACKAGE)
    return wheel, tests


def environment(venv: Path, python: str) -> Path:
    """Return the interpreter of the environment *venv*, made with *python* where it is not there."""
    if not venv.exists():
        run([python, "-m", "venv", venv], ROOT)
    return venv / ("Scripts" if sys.platform == "win32" else "bin") / "python"


def install(python: Path, wheel: Path, *, lowest: bool) -> None:
    """Install *wheel* with everything that its tests want."""
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    held: list[str | Path] = []
    if lowest:
        run([*pip, "packaging"], ROOT)  # lowest.py reads requirements with it
        constraints = wheel.parent / "lowest.txt"
        constraints.write_text(run([python, Path(__file__).with_name("lowest.py")], ROOT, capture=True))
        held = ["--constraint", constraints]
    run([*pip, "--force-reinstall", "--no-deps", wheel], ROOT)
    run([*pip, *held, f"{wheel}[dev,keyring,plot]"], ROOT)
    run([python, "-m", "pip", "uninstall", "--quiet", "--yes", "rfc3987-syntax"], ROOT)  # see the Makefile


def run(command: list[str | Path], cwd: Path, *, capture: bool = False) -> str:
    """Run *command*, which must succeed; return what it prints where that is asked for."""
    done = subprocess.run(
        command, cwd=cwd, check=True, text=True, stdout=subprocess.PIPE if capture else None
    )
    return done.stdout or ""


if __name__ == "__main__":
    sys.exit(main())
