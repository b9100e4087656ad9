"""What is handed out: a wheel with all of the package and nothing else, and an sdist that builds the same."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tarfile
import zipfile
from email.message import Message
from email.parser import Parser
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "mcp_notebook"

pytestmark = pytest.mark.skipif(
    not PACKAGE.is_dir(), reason="no checkout here: the wheel itself is under test"
)

KINDS = {".py", ".js", ".css", ".typed"}
NAMED = {"yaml": "pyyaml", "IPython": "ipython", "markdown_it": "markdown-it-py"}
"""modules that are called otherwise than what they are installed from"""
WITH = {
    "anyio": "mcp", "httpx2": "mcp", "mcp-types": "mcp", "pydantic": "mcp", "starlette": "mcp",
    "referencing": "jsonschema", "prompt-toolkit": "ipython", "traitlets": "ipython",
}  # fmt: skip
"""what comes with a dependency, and is part of how it is used"""
FOREIGN = {"pandas", "rich"}
"""the user's own: asked for by name, or looked at where it is imported already"""
OURS = ("dev", "bench")
"""the extras of who works on the package"""

IMPORT_ALL = """
import importlib, pkgutil, sys
import mcp_notebook
for module in pkgutil.walk_packages(mcp_notebook.__path__, "mcp_notebook."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print({m.__file__ for n, m in sys.modules.items() if n.partition(".")[0] == "mcp_notebook"
       and not m.__file__.startswith(sys.argv[1])})
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """Build both with the backend of this environment, which asks no network; return the folder."""
    return build(ROOT, tmp_path_factory.mktemp("dist"))


def build(source: Path, place: Path, *only: str) -> Path:
    """Build what is in *source*."""
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", place, *only], cwd=source, check=True)
    return place


@pytest.fixture(scope="module")
def wheel(built) -> zipfile.ZipFile:
    """The wheel, open."""
    (path,) = built.glob("*.whl")
    assert path.name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


@pytest.fixture(scope="module")
def sdist(built, tmp_path_factory) -> Path:
    """The sdist, unpacked."""
    (path,) = built.glob("*.tar.gz")
    place = tmp_path_factory.mktemp("sdist")
    with tarfile.open(path) as archive:
        archive.extractall(place, filter="data")
    (root,) = place.iterdir()
    return root


@pytest.fixture(scope="module")
def metadata(wheel) -> Message:
    """The wheel's METADATA."""
    (name,) = (n for n in wheel.namelist() if n.endswith(".dist-info/METADATA"))
    return Parser().parsestr(wheel.read(name).decode())


@pytest.fixture(scope="module")
def unpacked(wheel, tmp_path_factory) -> Path:
    """The wheel, as installing it unpacks it."""
    place = tmp_path_factory.mktemp("site")
    wheel.extractall(place)
    return place


def alone(unpacked, *arguments):
    """Run Python with the unpacked wheel before everything else, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=unpacked.parent, env={"PYTHONPATH": str(unpacked)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


def source() -> set[str]:
    """Every file of the package, the compiled ones aside."""
    paths = (p for p in PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {p.relative_to(ROOT).as_posix() for p in paths}


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    """Each file of it, of the kinds that belong there; no test, no notebook, no cache."""
    inside = {name for name in wheel.namelist() if ".dist-info/" not in name}

    assert inside == source()
    assert {Path(name).suffix or Path(name).name for name in inside} == KINDS


@pytest.mark.parametrize(
    "name", ["py.typed", "notebook/forms/front/view.js", "notebook/forms/front/form.css"]
)
def test_what_is_not_python_is_in_the_wheel(wheel, name):
    """The mark of a typed package, and the forms' front end."""
    assert f"mcp_notebook/{name}" in wheel.namelist()


def test_the_licence_is_in_both(wheel, sdist):
    """As the file that it is."""
    (name,) = (n for n in wheel.namelist() if n.endswith("/licenses/LICENSE"))

    assert wheel.read(name) == (sdist / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_the_sdist_builds_the_same_wheel(wheel, sdist, tmp_path):
    """Byte for byte: who builds from source has what everybody has."""
    (again,) = build(sdist, tmp_path, "-t", "wheel").glob("*.whl")

    assert again.read_bytes() == Path(wheel.filename).read_bytes()


def test_the_sdist_can_be_tested(sdist):
    """It has the tests and what they read, and nothing that a tool has left there."""
    there = {path.relative_to(sdist).as_posix() for path in sdist.rglob("*") if path.is_file()}

    assert there >= {"README.md", "SECURITY.md", "CHANGELOG.md", "Makefile", "pyproject.toml", "PKG-INFO"}
    assert there >= {f"tests/packaging/{path.name}" for path in Path(__file__).parent.glob("*.py")}
    strays = ("__pycache__", ".ipynb_checkpoints", ".kernels", "build", "dist", "node_modules")
    assert not [path for path in there if set(path.split("/")) & set(strays)]


def test_the_metadata_says_what_pyproject_says(metadata):
    """Name, licence, floor, extras."""
    assert metadata["Name"] == "mcp-notebook"
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert set(metadata.get_all("Provides-Extra")) >= {"lab", "plot", "keyring", "dev"}
    assert "Typing :: Typed" in metadata.get_all("Classifier")


def test_every_dependency_has_a_lower_bound(metadata):
    """The one that `make check-lowest` tests."""
    wanted = [Requirement(line) for line in metadata.get_all("Requires-Dist")]
    plain = [r for r in wanted if r.marker is None or "extra" not in str(r.marker)]

    assert len(plain) > 8
    assert [r.name for r in plain if ">=" not in str(r.specifier)] == []


def test_what_is_imported_is_depended_on(metadata):
    """Each foreign package: a dependency, an extra's, or part of one that is named here with it."""
    lines = [r for r in map(Requirement, metadata.get_all("Requires-Dist")) if not is_ours(r)]
    wanted = {canonicalize_name(r.name) for r in lines}
    found = {canonicalize_name(NAMED.get(name, name)) for name in imported()}

    assert {"mcp", "ipywidgets"} <= found
    assert found - wanted == {*WITH, *FOREIGN}
    for name, through in WITH.items():
        assert through in wanted
        assert name in {canonicalize_name(Requirement(line).name) for line in requires(through)}


def is_ours(requirement: Requirement) -> bool:
    """Say whether only who works on the package needs it."""
    return any(f'"{extra}"' in str(requirement.marker) for extra in OURS)


def imported() -> set[str]:
    """Return the foreign top-level modules that the package imports, wherever it does."""
    trees = [ast.walk(ast.parse((ROOT / name).read_text())) for name in source() if name.endswith(".py")]
    names = {
        name
        for tree in trees
        for node in tree
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom) and not node.level
            else []
        )
    }
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"mcp_notebook"}


def test_every_module_is_imported_from_the_wheel(unpacked):
    """Without a warning, and with no need of a file that is only in the checkout."""
    assert alone(unpacked, "-c", IMPORT_ALL, str(unpacked)) == "set()"


def test_the_module_and_the_command_tell_the_version(unpacked, metadata, wheel):
    """`python -m mcp_notebook` and `mcp-notebook` are one; the version is written in one place."""
    (entry,) = (n for n in wheel.namelist() if n.endswith("/entry_points.txt"))
    module, function = re.search(
        r"^mcp-notebook = (\S+):(\S+)$", wheel.read(entry).decode(), re.MULTILINE
    ).groups()
    call = f"import sys; sys.argv[1:] = ['--version']; from {module} import {function} as run; run()"

    assert alone(unpacked, "-m", "mcp_notebook", "--version") == f"mcp-notebook {metadata['Version']}"
    assert alone(unpacked, "-c", call) == f"mcp-notebook {metadata['Version']}"
    assert alone(unpacked, "-c", "import mcp_notebook as m; print(m.__version__)") == metadata["Version"]


def test_the_lowest_versions_can_be_held():
    """Every dependency once, at what pyproject.toml allows at the least."""
    script = Path(__file__).with_name("lowest.py")
    lines = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=True
    ).stdout.split()

    assert len(lines) > 8
    assert all(re.fullmatch(r"[a-z0-9-]+==[\d.]+", line) for line in lines)
    assert len({line.partition("=")[0] for line in lines}) == len(lines)
