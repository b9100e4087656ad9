"""Kernels for the tests: this environment's, and older ipykernels in environments of their own.

The older ones are built on first use below `.kernels/`: an ipykernel of its own
before everything that this environment has. That takes the network, so it happens
in CI or with MCPN_KERNELS=all; elsewhere the tests are skipped, visibly.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

import pytest
from driver import Kernel

ROOT = Path(__file__).parents[2]
VERSIONS = ("here", "6.30.1", "7.1.0", "7.3.0")


def python_for(version: str) -> str:
    """Return the interpreter of the environment that holds ipykernel *version*."""
    if version == "here":
        return sys.executable
    if not (os.environ.get("CI") or os.environ.get("MCPN_KERNELS") == "all"):
        pytest.skip(f"ipykernel {version} is tested in CI, or with MCPN_KERNELS=all")
    home = ROOT / ".kernels" / version
    python = home / "bin" / "python"
    home.parent.mkdir(exist_ok=True)
    with (home.parent / f"{version}.lock").open("w") as lock:  # the suite runs in several processes
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / ".ready").exists():
            _build(home, python, version)
    return str(python)


def _build(home: Path, python: Path, version: str) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", home], check=True)
    library = home / Path(sysconfig.get_path("purelib")).relative_to(sys.prefix)
    install = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*install, "--target", library, f"ipykernel=={version}"], check=True)
    (library / "everything_else.pth").write_text(
        f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
    )
    installed = subprocess.run(
        [python, "-c", "import ipykernel; print(ipykernel.__version__)"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert installed.stdout.strip() == version
    (home / ".ready").touch()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a module's tests in all kernels, or in those that it names in KERNELS."""
    if "kernel" in metafunc.fixturenames:
        versions = getattr(metafunc.module, "KERNELS", VERSIONS)
        metafunc.parametrize("kernel", versions, indirect=True, scope="module")


@pytest.fixture(scope="module")
def kernel(request: pytest.FixtureRequest):
    """A kernel with the extension loaded and the demo server connected, for all tests of a module."""
    running = Kernel(python_for(request.param), cwd=ROOT, forked=True)
    running.version = metadata.version("ipykernel") if request.param == "here" else request.param
    running.ok(
        "%load_ext mcp_notebook\nimport mcp_notebook as mcpn\n%mcp_connect demo\ndemo = mcpn.connections()['demo']"
    )
    # The validator is imported beside the work; the tests look at what comes after.
    running.ok("%mcp_call add a=1 b=2")
    yield running
    running.close()


@pytest.fixture
def new_kernel():
    """Make kernels of this environment that end with the test."""
    started = []

    def make():
        started.append(Kernel(sys.executable, cwd=ROOT))
        return started[-1]

    yield make
    for running in started:
        running.close()
