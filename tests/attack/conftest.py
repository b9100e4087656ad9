"""Kernels to attack, each in a runtime directory of its own."""

from __future__ import annotations

import os
import sys

import pytest

from .kernels import Victim

if sys.platform != "linux":
    collect_ignore_glob = ["test_*.py"]  # the victim counts its handles and its memory in /proc


@pytest.fixture
def env(tmp_path) -> dict[str, str]:
    """The environment of a kernel, and of whoever looks for it."""
    return {**os.environ, "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}


@pytest.fixture
def fresh(env):
    """A victim of this test alone."""
    victim = Victim(env)
    yield victim
    victim.close()


@pytest.fixture(scope="module")
def hasty(tmp_path_factory):
    """A victim of all tests of a module that is patient with strangers for a second only."""
    home = tmp_path_factory.mktemp("hasty")
    victim = Victim({**os.environ, "JUPYTER_RUNTIME_DIR": str(home)}, patience=1.0)
    yield victim
    victim.close()


@pytest.fixture(scope="module")
def victim(tmp_path_factory):
    """A victim of all tests of a module; after them it must be as it was."""
    home = tmp_path_factory.mktemp("victim")
    victim = Victim({**os.environ, "JUPYTER_RUNTIME_DIR": str(home)})
    assert victim.list_loops().status == 200
    before = victim.ask(do="state")
    yield victim
    try:
        assert victim.list_loops().status == 200
        after = victim.comes_to(lambda now: now["connections"] == 0 and now["fds"] <= before["fds"])
        assert after["fds"] <= before["fds"]
        assert after["threads"] == before["threads"]
        assert victim.token not in victim.ask(do="log")["text"]
    finally:
        victim.close()
