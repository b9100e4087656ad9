"""One browser, one server of each kind. No browser: failure in CI, a visible skip elsewhere."""

from __future__ import annotations

import os

import pytest
from forked import kernelspec
from front_end import FLAGS, Notebook, Server, chromium


@pytest.fixture(scope="module")
def browser():
    """One browser for the tests of a module."""
    path = chromium()
    if path is None:
        reason = "no Chromium: apt-get install -y chromium"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def kernels(tmp_path_factory):
    """The folder of a kernelspec whose kernels are forked."""
    home = tmp_path_factory.mktemp("kernels")
    kernelspec(home)
    return home


@pytest.fixture(scope="module")
def lab(tmp_path_factory, kernels):
    """A JupyterLab server."""
    server = Server(tmp_path_factory.mktemp("lab"), "jupyterlab", kernels=kernels)
    yield server
    server.close()


@pytest.fixture(scope="module")
def notebook7(tmp_path_factory, kernels):
    """A Notebook 7 server."""
    server = Server(tmp_path_factory.mktemp("nb7"), "notebook", kernels=kernels)
    yield server
    server.close()


@pytest.fixture
def opened(browser):
    """Open notebooks in pages that end with the test."""
    contexts = []

    def opened(server: Server, name: str, cells: list[str], **options) -> Notebook:
        context = browser.new_context(viewport={"width": 1100, "height": 800}, **options)
        contexts.append(context)
        return Notebook(context.new_page(), server, server.write(name, cells))

    yield opened
    for context in contexts:
        context.close()
