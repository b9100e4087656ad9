"""What counts as the authorization server's answer, whatever comes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_notebook.client.oauth.redirect import Redirect, answer_to, read

STATE = "st4te"


def test_a_code_for_this_state_is_taken():
    """From the request's path, and from a whole pasted address."""
    expected = Redirect("c+d", STATE, "https://as.example")
    query = f"/callback?code=c%2Bd&state={STATE}&iss=https%3A%2F%2Fas.example"

    assert read(query, STATE) == expected
    assert read(f"  http://127.0.0.1:1234{query}\n", STATE) == expected


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/callback",
        f"/callback?state={STATE}x&code=c",
        f"/callback?state={STATE}&state={STATE}&code=c",
        f"/other?state={STATE}&code=c",
        f"/callback#state={STATE}&code=c",
        f"/callback?state={STATE}&code={'c' * 20_000}",
        f"/callback?state={STATE}&code=c{'&a=1' * 20}",
        "http://[::1/callback",
    ],
)
def test_anything_else_is_not_for_us(address):
    """Another state, path or shape."""
    assert read(address, STATE) is None


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("error=access_denied", "access_denied"),
        ("error=x&error_description=a%0Ab%1B[31mc", "x: a bc"),
        ("code=", "no code came back"),
        ("code=a&code=b", "no code came back"),
    ],
)
def test_a_refusal_is_one_clean_line(query, words):
    """Server text."""
    assert read(f"/callback?state={STATE}&{query}", STATE).refusal == words


@given(st.text(max_size=200))
def test_a_page_holds_no_markup_of_the_server(words):
    """Whatever the refusal says."""
    body = answer_to(Redirect(state=STATE, refusal=words or "x")).partition(b"\r\n\r\n")[2].decode()
    inside = body.partition("<p>")[2].rpartition("</p>")[0]
    assert "<" not in inside
    assert ">" not in inside


@given(st.text(max_size=200))
def test_no_address_makes_it_fail(address):
    """None of them is for us: the state is not guessed."""
    assert read(address, STATE) is None
