"""What each client fills in, by its own rules, and what it leaves as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_notebook.client.configs import Entry, read, resolve
from mcp_notebook.errors import ConnectError

HOME, CWD = Path("/home/ada"), Path("/home/ada/notebooks")


def by_name(path):
    return {entry.name: entry for entry in read(path)}


def filled(client, text, env=None, *, field="args", platform="linux", path="/home/ada/a.json"):
    """Return *text* as the only argument, header, … of an entry of *client*, filled in."""
    parts = {"args": (text,), "headers": {"X": text}, "env": {"X": text}, "url": text, "command": text}
    entry = Entry("a", client, Path(path), "stdio", **{"command": "c", field: parts[field]})
    done = getattr(resolve(entry, env or {}, CWD, HOME, platform=platform), field)
    return done[0] if field == "args" else done if isinstance(done, str) else done["X"]


def asked_of(answers):
    """Return who answers from *answers*, and the questions."""
    questions = []

    def ask(name, description, password, default, options, /):
        questions.append((name, description, password, default, options))
        return answers.get(name)

    return ask, questions


FORMS = "$A ${A} ${A:-d} ${env:A} %A% ${workspaceFolder} ${userHome} ${pathSeparator}${/} ${input:x} ${B:-d}"


@pytest.mark.parametrize(
    ("client", "field", "platform", "text"),
    [
        ("claude-desktop", "args", "linux", FORMS),
        (
            "cursor",
            "args",
            "linux",
            "$A ${A} ${A:-d} 1 %A% /home/ada/notebooks /home/ada // ${input:x} ${B:-d}",
        ),
        ("goose", "args", "linux", FORMS),
        ("goose", "env", "linux", FORMS),
        ("gemini", "env", "linux", "1 1 1 ${env:A} %A%    ${input:x} d"),
        ("gemini", "env", "win32", "1 1 1 ${env:A} 1    ${input:x} d"),
        (
            "gemini",
            "args",
            "win32",
            "1 1 1 ${env:A} %A% ${workspaceFolder} ${userHome} ${pathSeparator}${/} ${input:x} d",
        ),
    ],
)
def test_each_client_knows_its_own_forms(client, field, platform, text):
    """Sources: the table in `variables`; what a client does not know stays as it is."""
    done = filled(client, FORMS, {"A": "1"}, field=field, platform=platform)

    if client == "gemini" and field == "env":  # `${/}` and the like are unset variables there
        assert done.split() == text.split()
    else:
        assert done == text


def test_claude_code_knows_two_forms():
    """Bare `$VAR` and other clients' forms stay."""
    text = "$A ${A} ${A:-d} ${B:-d} ${B:-} ${env:A} %A% ${input:x} ${ }"

    assert filled("claude-code", text, {"A": "1", " ": "-"}) == "$A 1 1 d  ${env:A} %A% ${input:x} -"
    assert filled("generic", text, {"A": "", " ": ""}) == "$A   d  ${env:A} %A% ${input:x} "


@pytest.mark.parametrize("field", ["command", "args", "env", "url", "headers"])
def test_claude_code_fills_in_five_fields_and_insists_on_a_value(field):
    """Source: code.claude.com/docs/en/mcp; an unset variable without a default is an error there."""
    assert filled("claude-code", "<${A}>", {"A": "1"}, field=field) == "<1>"

    with pytest.raises(ConnectError) as caught:
        filled("claude-code", "<${A}>", field=field)

    words = str(caught.value)
    assert "server 'a' in '/home/ada/a.json'" in words
    assert f"{field}" in words
    assert "the environment variable 'A' is not set; set it, or write ${A:-default}" in words


@pytest.mark.parametrize(
    ("client", "field", "text", "done", "words"),
    [
        (
            "cursor",
            "headers",
            "<${env:A}>",
            "<>",
            "headers.X: the environment variable 'A' is not set; ${env:A} is",
        ),
        (
            "vscode",
            "args",
            "<${env:A}>",
            "<>",
            "args: the environment variable 'A' is not set; ${env:A} is left",
        ),
        ("gemini", "headers", "<$A>", "<>", "$A is left empty, as with gemini"),
        ("gemini", "args", "<$A>", "<$A>", "$A stays as it is written, as with gemini"),
        ("goose", "url", "http://h?k=$A", "http://h?k=$A", "$A stays as it is written, as with goose"),
    ],
)
def test_a_variable_that_is_not_set_is_what_the_client_makes_of_it_and_noted(
    client, field, text, done, words
):
    """Empty, or left standing; the note names the field and the variable."""
    parts = {"headers": {"X": text}, "args": (text,), "url": text}
    entry = Entry("a", client, Path("/p"), "http", **{"url": "http://h", field: parts[field]})

    resolved = resolve(entry, {}, CWD, HOME)

    value = getattr(resolved, field)
    assert (value["X"] if field == "headers" else value[0] if field == "args" else value) == done
    assert words in resolved.notes[0]
    assert resolved.problems == ()


def test_cursor_by_its_example(example, home):
    """Its project is the folder that contains `.cursor`; the env file comes before `env`."""
    path = example("cursor.json")
    (home / "work/.env").write_text("API_KEY=from-file\nOTHER=1")

    found = by_name(path)
    local = resolve(found["local"], {"API_KEY": "k-1"}, home / "elsewhere", home)
    remote = resolve(found["remote"], {"SERVICE_TOKEN": "t-1"}, home / "elsewhere", home)

    assert local.args == (f"{home}/work/tools/server.py", "--name", "work")
    assert local.env == {"API_KEY": "k-1", "OTHER": "1", "ROOT": str(home)}
    assert local.cwd == str(home / "work")
    assert local.secrets == {"k-1", "from-file", "1"}
    assert remote.headers == {"Authorization": "Bearer t-1"}


def test_vscode_by_its_example(example, home):
    """A person is asked once for each input; what they say is filled in as they say it."""
    found = by_name(example("vscode.json"))
    (home / "work/.env").write_text("RETRIES=9\nMODE=fast")
    ask, questions = asked_of({"key": "${env:HOME}", "region": "us"})

    search = resolve(found["search"], {"HOME": "/root"}, home, home, ask)
    keyed = resolve(found["keyed"], {}, home, home, ask)

    assert search.args[2:] == ("--region=us", "--root", str(home / "work"))
    assert search.env == {"RETRIES": "3", "MODE": "fast", "SEARCH_KEY": "${env:HOME}"}
    assert keyed.headers == {"X-Key": "${env:HOME}"}
    assert questions == [
        ("key", "The API key", True, None, ()),
        ("region", "Where", False, "eu", ("eu", "us")),
        ("key", "The API key", True, None, ()),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("${input:key}", "the input 'key' was not given"),
        ("${input:other}", "the input 'other' is not among the file's inputs; define it there"),
        ("${input:made}", "the input 'made' is of type 'command', which only VS Code can run"),
        ("${config:editor.fontSize}", "only VS Code knows ${config:editor.fontSize}; write its value"),
        ("${command:x.y}", "only VS Code knows"),
        ("${file}", "only VS Code knows"),
        ("${workspaceFolder:other}", "only VS Code knows"),
    ],
)
def test_what_vscode_would_know_and_we_cannot_is_an_error(example, home, text, words):
    """It is not left as it is: VS Code would not."""
    inputs = by_name(example("vscode.json"))["search"].inputs
    entry = Entry("a", "vscode", home / "work/.vscode/mcp.json", "stdio", command=text, inputs=inputs)

    with pytest.raises(ConnectError, match=r"server 'a' in .*: command: ") as caught:
        resolve(entry, {}, home, home, lambda *_: None)

    assert words in str(caught.value)


def test_a_question_with_nobody_to_ask_is_an_error(example, home):
    """Nothing waits for an answer that cannot come."""
    with pytest.raises(ConnectError, match=r"env\.SEARCH_KEY: the input 'key' has to be asked for"):
        (home / "work").mkdir()
        (home / "work/.env").write_text("")
        resolve(by_name(example("vscode.json"))["search"], {}, home, home)


def test_vscode_reads_a_tilde_and_adds_to_the_path(home):
    """Source: `extHostMcpNode.ts`."""
    entry = Entry(
        *("a", "vscode", home / "work/.vscode/mcp.json", "stdio", "~/bin/x", ("~", "~ada", "a~")),
        env={"PATH": "/opt/bin"},
        cwd="~/run",
    )

    done = resolve(entry, {"PATH": "/usr/bin"}, home, home, platform="linux")

    assert (done.command, done.args) == (f"{home}/bin/x", (str(home), "~ada", "a~"))
    assert done.env == {"PATH": "/usr/bin:/opt/bin"}
    assert done.cwd == f"{home}/run"


def test_gemini_by_its_example(example, home):
    """Its variables have no braces, and its folders are those of the work."""
    found = by_name(example("gemini.json"))

    done = resolve(found["python-tools"], {"PORT": "1", "DB_URL": "d", "API_KEY": "k"}, home / "work", home)

    assert done.args == ("-m", "my_mcp_server", "--port", "1")
    assert done.env == {"DB": "d", "KEY": "k", "MISSING": "<>"}
    assert done.cwd == str(home / "work/mcp-servers")


def test_goose_by_its_example(example, home):
    """Only the entry's own variables are filled in, its secrets among them; the environment is not."""
    found = by_name(example("goose.yaml"))

    github = resolve(found["github"], {"GITHUB_TOKEN": "g-1"}, home, home)
    tracker = resolve(found["tracker"], {"TRACKER_KEY": "other", "UNKNOWN": "x"}, home, home)

    assert github.env == {"HOST": "github.example.com", "PORT": "0443", "GITHUB_TOKEN": "g-1"}
    assert tracker.url == "https://tracker.example.com/mcp?key=t-123"
    assert tracker.headers == {"Authorization": "Bearer t-123", "X-Other": "$UNKNOWN"}


def test_what_goose_keeps_in_its_store_is_asked_for(example, home):
    """Only Goose can read its store; without an answer the error says what to set."""
    github = by_name(example("goose.yaml"))["github"]
    ask, questions = asked_of({"GITHUB_TOKEN": "g-2"})

    assert resolve(github, {}, home, home, ask).env["GITHUB_TOKEN"] == "g-2"
    assert questions == [("GITHUB_TOKEN", "the secret GITHUB_TOKEN of Goose's github", True, None, ())]
    with pytest.raises(
        ConnectError, match=r"env_keys: Goose keeps 'GITHUB_TOKEN'.*set an environment variable"
    ):
        resolve(github, {}, home, home)


def test_claude_code_runs_in_its_project(example, home):
    """A file of the user runs where the work is, for which None stands."""
    project = by_name(example("project.mcp.json"))
    user, local = read(example("claude.json"))

    done = resolve(project["database"], {"DSN": "x"}, home / "work/deep", home)

    assert (done.command, done.cwd) == ("/opt/tools/db-server", str(home / "work"))
    assert (
        resolve(project["issues"], {"ISSUES_TOKEN": "t"}, home, home).url == "https://issues.example.com/mcp"
    )
    assert resolve(user, {}, home / "work", home).cwd is None
    assert resolve(local, {}, home, home).cwd == "/home/ada/work"


def test_a_file_of_the_home_folder_is_no_project(home):
    """`~/.cursor/mcp.json` means the folder of the work where it says `${workspaceFolder}`."""
    entry = Entry("a", "cursor", home / ".cursor/mcp.json", "stdio", "${workspaceFolder}/x")

    done = resolve(entry, {}, home / "work", home)

    assert (done.command, done.cwd) == (f"{home}/work/x", None)


def test_windows_has_names_without_case_and_its_own_separator():
    """As for every program there."""
    assert filled("cursor", "${env:Path}${/}", {"PATH": "p"}, platform="win32") == "p\\"
    assert filled("cursor", "${env:Path}${/}", {"PATH": "p"}, platform="linux") == "/"


def test_an_entry_with_a_problem_is_refused():
    """Its problems are the error's words."""
    entry = Entry("a", "cursor", Path("/f"), "stdio", problems=("command is a list, not a text",))

    with pytest.raises(ConnectError, match="server 'a' in '/f': command is a list"):
        resolve(entry, {}, CWD, HOME)


@given(value=st.text(max_size=20), client=st.sampled_from(["claude-code", "cursor", "vscode", "gemini"]))
def test_a_value_is_filled_in_once_as_it_is(value, client):
    """What looks like a variable in a value is part of the value: no secret is mangled or looked up."""
    form = {"claude-code": "${A}", "gemini": "${A}"}.get(client, "${env:A}")

    assert filled(client, f"<{form}>", {"A": value, "B": "never"}) == f"<{value}>"


@given(
    text=st.text(st.sampled_from("$%{}:-AB/ ~\\\0é"), max_size=30), client=st.sampled_from([*"abc", "gemini"])
)
def test_no_text_of_signs_is_an_accident(text, client):
    """Unfinished and nested forms are text, or the error of an unset variable."""
    for name in ("claude-code", "cursor", "vscode", "goose", client):
        for field in ("args", "headers"):
            try:
                assert isinstance(filled(name, text, {"A": "1"}, field=field, platform="win32"), str)
            except ConnectError as error:
                assert "is not set" in str(error)  # noqa: PT017 - either outcome will do
