"""The model that draws a form: heard once, and nothing typed is kept."""

from __future__ import annotations

import json
import threading

import pytest

from mcp_notebook.notebook.forms.widget import REMEMBERED, SCRIPTS, FormModel


class Taps:
    """Stands for `Clicks`: messages seen before the main thread has them."""

    def __init__(self):
        self.callbacks = {}

    def on(self, comm_id, callback):
        self.callbacks[comm_id] = callback

    def off(self, comm_id):
        self.callbacks.pop(comm_id, None)

    def early(self, content):
        for callback in tuple(self.callbacks.values()):
            callback(content)


@pytest.fixture
def taps():
    return Taps()


@pytest.fixture
def heard():
    return []


@pytest.fixture
def model(taps, heard):
    made = FormModel({"view": "form", "spec": None}, heard.append, taps)
    yield made
    if made.box.comm is not None:
        made.close()


def late(model, content):
    """Deliver a message as the main thread does."""
    model.box._handle_custom_msg(content, [])


def test_a_message_that_comes_early_and_late_is_heard_once(model, taps, heard):
    """It is seen on the shell channel while a cell blocks, and delivered again when that has ended."""
    message = {"type": "button", "name": "run", "id": "1"}
    taps.early(message)
    late(model, message)
    late(model, {**message, "id": "2"})

    assert [one["id"] for one in heard] == ["1", "2"]


def test_two_threads_that_bring_the_same_message_are_one(model, heard):
    """Whoever is first; the other finds it heard."""
    barrier = threading.Barrier(2)

    def bring():
        barrier.wait()
        for number in range(100):
            model._take({"type": "button", "id": str(number)})

    threads = [threading.Thread(target=bring) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(one["id"]) for one in heard) == list(range(100))


@pytest.mark.parametrize("content", [None, "x", [], {}, {"type": "button"}, {"id": 5}])
def test_what_is_no_message_is_passed_over(model, heard, content):
    """A front end that is none of ours may say anything."""
    late(model, content)
    assert heard == []


def test_ready_is_noted_and_told(model, heard):
    """The handshake says that somebody has drawn the form."""
    assert not model.ready
    late(model, {"type": "ready", "id": "1"})
    assert model.ready
    assert heard[0]["type"] == "ready"


def test_nothing_is_heard_after_forget(model, taps, heard):
    """Neither early nor late, and who heard is let go."""
    model.forget()
    taps.early({"type": "button", "id": "1"})
    late(model, {"type": "button", "id": "2"})

    assert heard == []
    assert taps.callbacks == {}
    assert model._hear is None


def test_sending_to_a_closed_form_is_no_error(model):
    """The call may end after the form."""
    model.close()
    model.send({"type": "busy", "busy": True})
    model.send({"type": "faults", "faults": []})


def test_what_a_reloaded_page_must_find_is_kept_and_the_rest_is_not(model):
    """Busy, closed, the shown tool: in the state. Faults and lines: told once."""
    sent = []
    model.box.send = sent.append
    model.send({"type": "busy", "busy": True})
    model.send({"type": "closed", "text": "sent"})
    model.send({"type": "line", "text": "%mcp_call x"})

    assert model.box.live == {"busy": True, "closed": "sent"}
    assert sent == [{"type": "line", "text": "%mcp_call x"}]


def test_what_was_typed_is_in_no_synced_state(model, taps):
    """Nbclient and JupyterLab can save the state of every model."""
    taps.early({"type": "button", "name": "run", "id": "1", "entry": {"text": "s3cret"}})
    late(model, {"type": "button", "name": "run", "id": "2", "entry": {"text": "s3cret"}})
    assert "s3cret" not in json.dumps(model.box.get_state(), default=str)


def test_memory_of_heard_messages_is_bounded(model):
    """A form that is used for days holds no list of every click."""
    for number in range(REMEMBERED * 2):
        model._take({"type": "button", "id": str(number)})
    assert len(model._heard) == REMEMBERED


def test_the_scripts_are_one_module_without_imports(model):
    """Anywidget loads one; what the page needs from elsewhere could not be had offline."""
    script, style = model.box._esm, model.box._css
    assert len(SCRIPTS) > 1
    assert script.count("export default") == 1
    assert "import " not in script
    assert "innerHTML" not in script
    assert "@import" not in style
    assert "url(" not in style
