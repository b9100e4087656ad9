"""A form in a bare page: the scripts and styles as a notebook loads them, and a model that records.

Much quicker than a notebook, for what needs no kernel.
"""

from __future__ import annotations

import json
from importlib.resources import files

from mcp_notebook.notebook.forms.widget import SCRIPTS

MODEL = """
const handlers = {};
window.said = [];
window.model = {
  data: { state: STATE, live: {} },
  get(name) { return this.data[name]; },
  send(message) { window.said.push(JSON.parse(JSON.stringify(message))); },
  on(name, handler) { handlers[name] = handler; },
  off(name) { delete handlers[name]; },
};
window.say = (message) => handlers["msg:custom"](message);
window.live = (now) => { Object.assign(window.model.data.live, now); handlers["change:live"](); };
window.keys = [];
for (const kind of ["keydown", "keyup"]) document.addEventListener(kind, (event) => window.keys.push(event.key));
window.leave = widget.render({ model: window.model, el: document.getElementById("form") });
"""
BUTTONS = [
    {"name": "run", "label": "Run", "look": "primary"},
    {"name": "cancel", "label": "Cancel", "look": "plain", "when": "busy"},
    {"name": "reset", "label": "Reset", "look": "quiet", "act": "reset"},
    {"name": "copy", "label": "Copy as magic", "look": "quiet", "when": "always"},
]


def form(spec, **state):
    """Return the state of a form."""
    return {"view": "form", "title": "A form", "spec": spec, "buttons": BUTTONS, **state}


class Page:
    """A page with one form in it."""

    def __init__(self, page, state: dict) -> None:
        front = files("mcp_notebook.notebook.forms") / "front"
        script = "\n".join((front / name).read_text("utf-8") for name in SCRIPTS)
        script = script.replace("export default", "const widget =")
        state = json.dumps(state).replace("</", "<\\/")
        self.errors: list[str] = []
        self.page = page
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        style = (front / "form.css").read_text("utf-8")
        page.set_content(
            f"<!doctype html><style>{style}</style><div id=form></div>"
            f"<script type=module>{script}{MODEL.replace('STATE', state)}</script>"
        )
        page.wait_for_function("() => window.said?.length")

    def say(self, message: dict) -> None:
        """Send a message to the page, as Python does."""
        self.page.evaluate("message => window.say(message)", message)

    def live(self, **now) -> None:
        """Set what the page finds again when it reloads."""
        self.page.evaluate("now => window.live(now)", now)

    @property
    def said(self) -> list[dict]:
        """What the page has sent, without the ids."""
        assert self.errors == []
        said = self.page.evaluate("() => window.said")
        ids = [one.pop("id") for one in said]
        assert len(set(ids)) == len(ids)
        return said

    def entry(self) -> dict:
        """Press Run, and return the entry that was sent; none, where the page keeps it back."""
        before = len(self.said)
        self.page.get_by_role("button", name="Run", exact=True).click()
        sent = self.said[before:]
        return sent[0]["entry"] if sent else None

    def focused(self) -> str:
        """Return the name of what has the focus."""
        return self.page.evaluate(
            "() => { const e = document.activeElement;"
            " return e.getAttribute('aria-label') ?? e.labels?.[0]?.textContent ?? e.textContent; }"
        )
