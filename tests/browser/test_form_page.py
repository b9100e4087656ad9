"""The form in a bare page: every kind of field, the keyboard, faults, and hostile text."""

from __future__ import annotations

import pytest
from form_page import Page, form

from mcp_notebook.forms import Form


@pytest.fixture(scope="module")
def shown(browser):
    """Show a state; all tests of the module share one page, which each test loads anew."""
    context = browser.new_context(viewport={"width": 900, "height": 900})
    page = context.new_page()
    yield lambda state: Page(page, state)
    context.close()


def schema(**properties):
    required = [name.rstrip("_") for name in properties if name.endswith("_")]
    named = {name.rstrip("_"): one for name, one in properties.items()}
    return {"type": "object", "properties": named, "required": required}


EVERYTHING = schema(
    text_={"type": "string"},
    maybe={"type": "string"},
    nothing={"anyOf": [{"type": "string"}, {"type": "null"}]},
    whole={"type": "integer", "minimum": 1, "maximum": 16},
    real={"type": "number"},
    yes_={"type": "boolean"},
    unsure={"type": "boolean"},
    one={"enum": ["a", 2, None]},
    some={"type": "array", "uniqueItems": True, "items": {"enum": ["x", "y", "z"]}},
    words={"type": "array", "items": {"type": "string"}},
    people={"type": "array", "items": schema(name_={"type": "string"}, age={"type": "integer"})},
    place=schema(street_={"type": "string"}, city={"type": "string", "default": "Berlin"}),
    either={"anyOf": [{"type": "integer"}, schema(deep_={"type": "string"})]},
    pair={"type": "array", "prefixItems": [{"type": "number"}, {"type": "string"}], "minItems": 2, "items": False},
    free={"type": "object", "additionalProperties": {"type": "integer"}},
    anything={},
    day={"type": "string", "format": "date"},
    secret={"type": "string", "format": "password"},
    long={"type": "string", "maxLength": 5000},
)  # fmt: skip
VALUES = {
    "text": "hello",
    "maybe": "",
    "nothing": None,
    "whole": 7,
    "real": 1.5,
    "yes": True,
    "unsure": False,
    "one": 2,
    "some": ["z", "x"],
    "words": ["one", "", "three"],
    "people": [{"name": "Ada", "age": 36}, {"name": ""}],
    "place": {"street": "Long Lane"},
    "either": {"deep": "down"},
    "pair": [0.5, "b"],
    "free": {"a": 1, "__proto__": 2},
    "anything": {"nested": [1, {"x": None}]},
    "day": "2026-11-21",
    "secret": "s3cret",
    "long": "first\nsecond",
}


def test_what_fills_a_form_is_what_it_sends(shown):
    """Every kind of field is drawn with a value in it, and gives that value back untouched."""
    filled = Form(EVERYTHING, prefill=VALUES)

    reading = filled.read(shown(form(filled.spec)).entry())

    assert reading.faults == ()
    assert {**reading.arguments, "some": sorted(reading.arguments["some"])} == {**VALUES, "some": ["x", "z"]}


def test_what_nobody_fills_in_is_not_sent(shown):
    """Defaults and the empty required text are sent, nothing else."""
    empty = Form(EVERYTHING)

    page = shown(form(empty.spec))
    reading = empty.read(page.entry())

    assert reading.faults == ()
    assert reading.arguments == {"text": "", "yes": False}
    assert page.page.get_by_label("maybe").first.get_attribute("placeholder") == "not set"


def test_every_control_has_a_name_and_tells_its_help(shown):
    """Labels are bound to inputs, groups have legends, hints are descriptions."""
    page = shown(form(Form(EVERYTHING, prefill=VALUES).spec)).page

    unnamed = page.evaluate(
        "() => [...document.querySelectorAll('#form :is(input, select, textarea, button)')].filter(e => !("
        "e.getAttribute('aria-label') || e.labels?.[0]?.textContent.trim() || e.textContent.trim())).length"
    )
    described = page.get_by_label("whole").get_attribute("aria-describedby")
    assert unnamed == 0
    assert page.locator(f"id={described}").inner_text() == "1 to 16"
    assert page.locator("fieldset > legend").count() == page.locator("fieldset").count()


def test_a_form_is_filled_in_by_keyboard_alone(shown):
    """Tab, type, space, arrows; Enter in a field sends, and so does Ctrl+Enter in a text area."""
    spec = Form(schema(name_={"type": "string"}, on_={"type": "boolean"}, kind_={"enum": ["a", "b"]},
                       story={"type": "string", "maxLength": 900})).spec  # fmt: skip
    page = shown(form(spec))
    keyboard = page.page.keyboard
    page.page.get_by_label("name").focus()
    keyboard.type("Ada dd x")
    keyboard.press("Tab")
    keyboard.press("Space")
    keyboard.press("Tab")
    keyboard.press("b")
    keyboard.press("Tab")
    keyboard.type("line")
    keyboard.press("Enter")
    keyboard.type("two")
    keyboard.press("Control+Enter")
    page.page.get_by_label("name").press("Enter")
    page.page.get_by_label("name").press("Shift+Enter")
    page.page.get_by_label("name").press("Escape")

    sent = [one["entry"]["fields"] for one in page.said if one["type"] == "button"]
    assert sent == [
        {"name": {"text": "Ada dd x"}, "on": {"on": True}, "kind": {"option": 1}, "story": {"text": "line\ntwo"}}
    ] * 2  # fmt: skip


def test_no_key_reaches_the_front_end_but_the_one_that_saves(shown):
    """Typing "d d" on a button would delete the cell, Shift+Enter run it; Ctrl+S saves as ever."""
    page = shown(form(Form(EVERYTHING, prefill=VALUES).spec))
    for target in (
        page.page.get_by_role("textbox", name="text", exact=True),
        page.page.get_by_role("button", name="Reset"),
    ):
        target.focus()
        for key in ("d", "d", "x", "Shift+Enter", "Escape", "ArrowDown", "Control+z"):
            page.page.keyboard.press(key)
    assert page.page.evaluate("() => window.keys") == []
    page.page.keyboard.press("Control+s")
    assert "s" in page.page.evaluate("() => window.keys")


def test_faults_stand_beside_their_fields_and_go_with_the_next_key(shown):
    """Deep in lists, groups and variants; the focus goes to the first of the page, whatever the order told."""
    page = shown(form(Form(EVERYTHING, prefill=VALUES).spec))
    paths = [["free", "a"], ["people", 1, "name"], ["whole"], ["either", "deep"], ["words", 2], ["pair", 0],
             ["some"], ["place", "city"], []]  # fmt: skip
    page.say({"type": "faults", "faults": [{"path": path, "message": f"odd {path}"} for path in paths]})

    faults = page.page.get_by_role("alert")
    assert faults.count() == len(paths)
    assert sorted(faults.all_inner_texts()) == sorted(f"odd {path}".replace("'", "'") for path in paths)
    assert page.focused() == "whole"
    whole = page.page.get_by_label("whole")
    assert whole.get_attribute("aria-invalid") == "true"
    told = whole.get_attribute("aria-describedby").split()[-1]
    assert page.page.locator(f"id={told}").inner_text() == "odd ['whole']"
    page.page.keyboard.type("1")
    assert faults.count() == len(paths) - 1
    assert whole.get_attribute("aria-invalid") is None


def test_items_are_added_moved_and_removed_and_said_aloud(shown):
    """The focus stays near, the buttons have names, what happened is announced."""
    spec = Form(
        schema(people_={"type": "array", "items": schema(name_={"type": "string"}), "maxItems": 3})
    ).spec
    page = shown(form(spec))
    add = page.page.get_by_role("button", name="Add")
    for name in ("Ada", "Bob", "Cy"):
        add.click()
        assert page.focused().startswith("name")
        page.page.keyboard.type(name)
    assert add.is_disabled()
    page.page.get_by_role("button", name="move item 3 up").click()
    page.page.get_by_role("button", name="remove item 1").click()

    names = [item["fields"]["name"]["text"] for item in page.entry()["fields"]["people"]["items"]]
    assert names == ["Cy", "Bob"]
    assert page.page.locator("[aria-live=polite]").first.inner_text() == "item 1 removed"
    page.page.get_by_role("button", name="remove item 2").click()
    page.page.get_by_role("button", name="remove item 1").click()
    assert page.focused() == "Add item"
    assert page.entry()["fields"]["people"] == {"items": []}


def test_set_unset_and_null_are_different_things(shown):
    """A group can be unset, or null where that is allowed; a text can be empty, unset or null."""
    nullable = {"anyOf": [schema(a={"type": "string"}), {"type": "null"}]}
    spec = Form(schema(group=nullable, text={"type": ["string", "null"]})).spec
    page = shown(form(spec))
    assert page.entry()["fields"] == {}
    page.page.get_by_role("radiogroup", name="group is").get_by_text("null").click()
    page.page.get_by_role("button", name="send text as empty text").click()
    assert page.entry()["fields"] == {"group": {"null": True}, "text": {"text": ""}}
    page.page.get_by_role("radiogroup", name="group is").get_by_text("set", exact=True).click()
    assert page.focused() == "a"
    page.page.get_by_role("button", name="send text as null").click()
    assert page.entry()["fields"] == {"group": {"fields": {}, "extra": []}, "text": {"null": True}}
    assert page.page.get_by_role("textbox", name="text").is_disabled()


def test_an_item_that_nobody_chose_is_kept_back(shown):
    """It would be sent as nothing: the page says so itself, and sends nothing."""
    pair = {"type": "array", "prefixItems": [{"enum": ["a", "b"]}], "minItems": 1, "items": False}
    page = shown(form(Form(schema(kinds_=pair)).spec))
    assert page.entry() is None
    assert page.page.get_by_role("alert").inner_text() == "is required"
    page.page.get_by_role("combobox").select_option("b")
    assert page.entry()["fields"]["kinds"] == {"items": [{"option": 1}]}


def test_buttons_follow_the_call(shown):
    """Run while idle, Cancel while busy, the copy always; Reset begins anew."""
    page = shown(form(Form(schema(text={"type": "string", "default": "as it was"})).spec))
    names = ("Run", "Cancel", "Reset", "Copy as magic")
    buttons = [page.page.get_by_role("button", name=name, exact=True) for name in names]
    assert [button.is_enabled() for button in buttons] == [True, False, True, True]
    page.live(busy=True)
    assert [button.is_enabled() for button in buttons] == [False, True, False, True]
    page.page.get_by_role("textbox", name="text", exact=True).press("Enter")
    buttons[1].click()
    page.live(busy=False)
    page.page.get_by_role("textbox", name="text", exact=True).fill("changed")
    buttons[2].click()

    assert page.page.get_by_role("textbox", name="text", exact=True).input_value() == "as it was"
    assert [one["name"] for one in page.said if one["type"] == "button"] == ["cancel"]


def test_a_question_before_the_run_is_answered_or_taken_back(shown):
    """Back has the focus: Enter by mistake destroys nothing."""
    page = shown(form(Form(schema(text={"type": "string"})).spec))
    ask = {"type": "ask", "text": "Really run wipe?", "name": "run anyway", "label": "Run wipe"}
    page.say(ask)
    assert page.page.get_by_role("alertdialog", name="Really run wipe?").is_visible()
    assert page.focused() == "Back"
    page.page.keyboard.press("Enter")
    assert page.page.get_by_role("alertdialog").count() == 0
    page.say(ask)
    page.page.get_by_role("button", name="Run wipe").click()

    assert [one["name"] for one in page.said if one["type"] == "button"] == ["run anyway"]


def test_a_closed_form_is_inert_and_forgets_its_secrets(shown):
    """Nothing can be typed or pressed any more."""
    page = shown(form(Form(schema(key={"type": "string", "format": "password"})).spec))
    key = page.page.get_by_label("key", exact=True)
    assert key.get_attribute("type") == "password"
    key.fill("s3cret")
    page.live(closed="sent")

    assert page.page.get_by_text("sent").is_visible()
    assert key.input_value() == ""
    assert page.page.locator("[inert]").count() == 1
    assert page.page.locator("button:visible:not([inert] *)").count() == 0


HOSTILE = "<img src=x onerror=window.pwned=1><script>window.pwned=1</script>"


def test_hostile_words_are_text_wherever_they_stand(shown):
    """Titles, labels, help, options, names, faults, lines: no element comes of them."""
    hostile = {
        "type": "object",
        "properties": {
            HOSTILE: {"type": "string", "title": HOSTILE, "description": HOSTILE},
            "one": {"enum": [HOSTILE, "b"]},
            "list": {"type": "array", "items": {"type": "object", "title": HOSTILE, "properties": {}}, "minItems": 1},
        },
        "required": ["list"],
    }  # fmt: skip
    state = form(
        Form(hostile).spec, message=HOSTILE, subtitle=HOSTILE, tags=[{"label": HOSTILE, "help": HOSTILE}]
    )
    page = shown({**state, "title": HOSTILE})
    page.say(
        {
            "type": "faults",
            "faults": [{"path": [HOSTILE], "message": HOSTILE}, {"path": ["?"], "message": HOSTILE}],
        }
    )
    page.say({"type": "line", "text": HOSTILE})
    page.say({"type": "ask", "text": HOSTILE, "name": "x", "label": HOSTILE})
    tool = {"name": HOSTILE, "label": HOSTILE, "title": HOSTILE, "help": HOSTILE, "tags": []}
    assert page.page.locator("#form :is(img, script)").count() == 0
    page = shown({"view": "tools", "title": HOSTILE, "tools": [tool]})

    assert page.page.locator("#form :is(img, script)").count() == 0
    assert page.page.evaluate("() => window.pwned") is None


@pytest.mark.parametrize(
    "address", ["javascript:window.pwned=1", "data:text/html,x", "file:///etc/passwd", "//x.test"]
)
def test_an_address_that_is_none_of_the_web_is_no_link(shown, address):
    """It is shown in full, and says that it cannot be opened."""
    page = shown(
        form(None, address=address, buttons=[{"name": "accept", "label": "Open", "look": "primary"}])
    )

    assert page.page.locator("code").inner_text() == address
    assert page.page.locator("a").count() == 0
    assert page.page.get_by_text("not a web address").is_visible()


def test_an_address_is_shown_in_full_and_opened_apart(shown):
    """The host stands out; the page that opens knows nothing of the notebook."""
    address = "https://user@login.example.org/path?state=1"
    page = shown(
        form(None, address=address, buttons=[{"name": "accept", "label": "Open", "look": "primary"}])
    )
    link = page.page.get_by_role("link", name="Open")

    assert page.page.locator("code").inner_text() == address
    assert page.page.locator("code b").inner_text() == "login.example.org"
    assert [link.get_attribute(name) for name in ("href", "target", "rel")] == [
        address,
        "_blank",
        "noopener noreferrer",
    ]


def test_three_hundred_tools_are_searched_and_picked_by_keyboard(shown):
    """Words narrow the list, arrows and Enter pick; the way back has the search as it was."""
    tools = [
        {
            "name": f"tool_{n}",
            "label": f"tool_{n}",
            "title": "",
            "help": "even" if n % 2 == 0 else "odd",
            "tags": [],
        }
        for n in range(300)
    ]
    page = shown({"view": "tools", "title": "many", "tools": tools})
    search = page.page.get_by_role("combobox", name="search tools")
    search.focus()
    page.page.keyboard.type("tool_1 even")
    assert page.page.get_by_role("option").count() == 55
    page.page.keyboard.press("ArrowDown")
    page.page.keyboard.press("Enter")
    assert page.said[-1] == {"type": "pick", "tool": "tool_12"}

    shown_form = form(Form(schema(text={"type": "string"})).spec, title="tool_12")
    page.live(show={"tool": "tool_12", "serial": 1, "state": shown_form})
    assert page.focused() == "text"
    page.page.keyboard.type("hi")
    page.page.keyboard.press("Enter")
    assert page.said[-1]["tool"] == "tool_12"
    assert page.said[-1]["entry"]["fields"] == {"text": {"text": "hi"}}
    assert page.page.get_by_role("option", selected=True).inner_text().startswith("tool_12")
    page.page.set_viewport_size({"width": 420, "height": 900})
    page.page.get_by_role("button", name="all tools").click()
    assert search.input_value() == "tool_1 even"
    page.page.set_viewport_size({"width": 900, "height": 900})
