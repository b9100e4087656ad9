"""Where tokens are kept: who can read the file, what becomes of a bad one, when the keyring is used."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

import keyring
import keyring.backend
import keyring.errors
import pytest
from keyring.backends import null

from mcp_notebook.client.oauth.files import FileStore
from mcp_notebook.client.oauth.grant import Grant
from mcp_notebook.client.oauth.stores import SERVICE, Stores, key_of

KEY = "https://example.org/mcp"
SECRET = "access-s3cret"


def grant(token: str = SECRET, **changes) -> Grant:
    whole = {
        "tokens": {"access_token": token},
        "client": {"client_id": "c"},
        "server": None,
        "resource": None,
    }
    return Grant(**{**whole, **changes})


class InMemory(keyring.backend.KeyringBackend):
    """A keyring of the test; *takes*: how many characters an entry may have."""

    priority = 5

    def __init__(self, takes: int = 100_000) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.takes = takes

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        if len(password) > self.takes:
            raise keyring.errors.PasswordSetError(f"too long: {password}")
        self.kept[service, username] = password

    def delete_password(self, service, username):
        del self.kept[service, username]


def files(folder):
    return sorted(folder.iterdir()) if folder.exists() else []


def test_without_a_keyring_a_file_is_kept_that_only_its_user_can_read(folder):
    """0600 in a folder of 0700, whatever the umask; nothing else is left there."""
    before = os.umask(0)
    try:
        assert Stores().save(KEY, grant())
    finally:
        os.umask(before)

    (file,) = files(folder)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert Stores().load(KEY) == grant()
    assert "example" not in file.name


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "[" * 50_000, '{"version": 2}', '{"version": 1}', "\x00" * 9]
    + [
        grant().to_json().replace(*change)
        for change in (
            ('"version": 1', '"version": true, "more": 1'),
            (f'"{SECRET}"', '""'),
            ('{"access_token"', '[], "x": {"access_token"'),
            ('"expires_at": null', '"expires_at": NaN'),
            ('"resource": null', '"resource": 5'),
        )
    ],
)
def test_a_file_that_is_broken_is_ignored_with_a_warning_and_replaced(folder, caplog, text):
    """The warning holds nothing of it."""
    Stores().save(KEY, grant())
    (file,) = files(folder)
    file.write_text(text)

    assert Stores().load(KEY) is None
    assert "cannot be read, and is ignored" in caplog.text
    assert SECRET not in caplog.text
    assert Stores().save(KEY, grant("next"))
    assert Stores().load(KEY) == grant("next")


def test_a_file_that_others_can_read_or_a_link_is_not_believed(folder, tmp_path):
    """Somebody may have put it there."""
    Stores().save(KEY, grant())
    (file,) = files(folder)
    file.chmod(0o644)
    assert Stores().load(KEY) is None

    file.chmod(0o600)
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert Stores().load(KEY) is None
    assert Stores().save(KEY, grant("next"))
    assert not file.is_symlink()
    assert grant().to_json() == (tmp_path / "elsewhere").read_text()


def test_two_processes_that_write_at_once_leave_one_whole_grant(folder):
    """Whoever reads meanwhile sees one of them, never a part."""
    code = (
        "import sys\n"
        "from mcp_notebook.client.oauth.stores import FileStore, Stores\n"
        "from mcp_notebook.client.oauth.grant import Grant\n"
        "stores = Stores([FileStore()])\n"
        "for n in range(100):\n"
        "    grant = Grant({'access_token': sys.argv[1] * (1 + n * 50)}, {'client_id': 'c'}, None, None)\n"
        f"    assert stores.save({KEY!r}, grant)\n"
        f"    assert stores.load({KEY!r}) is not None\n"
    )
    stores = Stores([FileStore()])
    stores.save(KEY, grant("start"))
    writers = [subprocess.Popen([sys.executable, "-c", code, letter]) for letter in "ab"]
    seen = set()
    while any(writer.poll() is None for writer in writers):
        found = stores.load(KEY)
        assert found is not None
        seen.add(found.access_token[0])

    assert [writer.returncode for writer in writers] == [0, 0]
    assert len(files(folder)) == 1
    assert seen <= {"s", "a", "b"}
    assert set(stores.load(KEY).access_token) in ({"a"}, {"b"})


def test_a_real_keyring_is_used_and_the_file_goes(folder):
    """A grant is in one place at a time, by the server's address."""
    Stores().save(KEY, grant("old"))
    ring = InMemory()
    keyring.set_keyring(ring)

    assert Stores().load(KEY) == grant("old")
    assert Stores().save(KEY, grant())
    assert list(ring.kept) == [(SERVICE, KEY)]
    assert files(folder) == []
    assert Stores().load(KEY) == grant()
    assert Stores().forget(KEY)
    assert ring.kept == {}
    assert not Stores().forget(KEY)


def test_what_a_keyring_does_not_take_goes_into_the_file(folder, caplog):
    """Windows takes 1,280 characters; the keyring's own words are not repeated, they may hold the secret."""
    keyring.set_keyring(InMemory(takes=10))

    assert Stores().save(KEY, grant())
    assert len(files(folder)) == 1
    assert Stores().load(KEY) == grant()
    assert "PasswordSetError" in caplog.text
    assert SECRET not in caplog.text


class Plain(InMemory):
    """What `keyrings.alt` has for those who have nothing better."""

    priority = 0.5


@pytest.mark.parametrize("ring", [null.Keyring(), Plain()], ids=["null", "plain"])
def test_a_keyring_that_is_none_is_not_used(folder, ring):
    """No secret is lost in it, nor lies open in it."""
    keyring.set_keyring(ring)

    assert Stores().save(KEY, grant())
    assert len(files(folder)) == 1
    assert getattr(ring, "kept", {}) == {}


def test_without_the_library_the_file_is_kept(folder, monkeypatch):
    """`keyring` is an extra."""
    monkeypatch.setitem(sys.modules, "keyring", None)

    assert Stores().save(KEY, grant())
    assert len(files(folder)) == 1


def test_where_nothing_can_be_written_the_sign_in_still_holds_for_now(folder, tmp_path, caplog):
    """A home that is read-only: a warning, no error."""
    (tmp_path / "data").write_text("a file where the folder should be")

    assert not Stores().save(KEY, grant())
    assert "a sign-in cannot be kept there" in caplog.text
    assert Stores().load(KEY) is None


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("HTTPS://Example.ORG:443/mcp/", "https://example.org/mcp"),
        ("https://me:word@example.org/mcp#x", "https://example.org/mcp"),
        ("http://127.0.0.1:8000/MCP", "http://127.0.0.1:8000/MCP"),
        ("http://[::1]:80/", "http://[::1]"),
    ],
)
def test_a_server_is_known_by_its_canonical_address(url, key):
    """Without what varies, and without secrets."""
    assert key_of(url) == key


def test_a_query_tells_servers_apart_and_is_not_shown():
    """It may hold a key."""
    first, second = key_of(f"{KEY}?key=s3cret"), key_of(f"{KEY}?key=other")
    assert first != second
    assert "s3cret" not in first


def test_a_grant_shows_nothing_of_itself():
    """Nor do its parts."""
    assert SECRET not in repr(grant())
    assert SECRET not in str(grant())
    assert SECRET not in f"{grant()}"
