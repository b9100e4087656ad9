"""Every sentence of the specification that binds us has its test, and every claim of a test has its sentence."""

from __future__ import annotations

import pytest

from .reading import MANIFEST, REVISIONS, SITE, TESTS, Suite, faults_of, faults_of_claims, manifest, suite

SENTENCES = manifest(MANIFEST.read_text())


@pytest.fixture(scope="module")
def written() -> Suite:
    """Every test that there is: read by the one process that runs this file, not by each that collects it."""
    return suite(TESTS)


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence.id)
def test_a_sentence_has_its_tests(sentence, written):
    """For each role it binds; what cannot be tested is skipped, so that the summary shows it with its reason."""
    assert list(faults_of(sentence, written)) == []
    if sentence.untestable:
        pytest.skip(f"{sentence.id}: {sentence.untestable}")


def test_a_claim_of_a_test_has_its_sentence(written):
    """No unknown id, no claim that the manifest does not know, no marker that marks nothing."""
    assert list(faults_of_claims(SENTENCES, written)) == []


def test_what_cannot_be_tested_is_the_exception():
    """The way out is for a sentence in twenty, not for a busy afternoon."""
    assert sum(bool(sentence.untestable) for sentence in SENTENCES) <= len(SENTENCES) / 20


# the checker itself


GOOD = f"""
[[sentence]]
id = "a"
level = "MUST"
says = "be good"
revisions = ["{REVISIONS[0]}"]
page = "{SITE}{REVISIONS[0]}/page#part"
sender = ["test_x.py::test_one"]
receiver = ["test_x.py::test_one", "test_x.py::test_two"]
"""
COVERED = Suite({"test_x.py::test_one": frozenset({"a"}), "test_x.py::test_two": frozenset({"a"})})


def checked(text, suite=COVERED):
    """Return every fault of a manifest."""
    sentences = manifest(text)
    return [*(f for one in sentences for f in faults_of(one, suite)), *faults_of_claims(sentences, suite)]


def test_a_manifest_that_agrees_with_the_tests_has_no_fault():
    """What the other cases spoil one part of."""
    assert checked(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('["test_x.py::test_one"]', "[]", "no test covers it for the sender"),
        ("test_x.py::test_two", "test_x.py::test_three", "there is no test test_x.py::test_three"),
        ('"a"', '"b"', "test_one lacks @pytest.mark.spec"),
        ('"a"', '"b"', "test_one claims 'a', which is no sentence"),
        (', "test_x.py::test_two"', "", "test_two claims 'a', whose entry does not name it"),
        ('"MUST"', '"OUGHT"', "level 'OUGHT'"),
        ('"be good"', '""', "says something"),
        (f'["{REVISIONS[0]}"]', '["2020-01-01"]', "says something"),
        (f'["{REVISIONS[0]}"]', f'["{REVISIONS[1]}"]', "is no page of a revision that has it"),
        (SITE, "https://example.com/", "is no page of a revision that has it"),
        ("sender", "untestable = 'too hard'\nsender", "called untestable, and has tests"),
        (GOOD, GOOD + GOOD, "an id stands for two sentences"),
    ],
)
def test_what_does_not_agree_is_named(old, new, said):
    """One fault at a time, in words that say what to do."""
    assert old in GOOD
    assert [fault for fault in checked(GOOD.replace(old, new)) if said in fault]


def test_a_key_that_nobody_reads_is_refused():
    """A role with a slip of the pen would bind nobody."""
    with pytest.raises(ValueError, match="recever"):
        manifest(GOOD.replace("receiver", "recever"))


@pytest.mark.parametrize(
    ("above", "ids", "strays"),
    [
        ('@pytest.mark.spec("a", "b")\ndef test_x(): ...', {"a", "b"}, 0),
        ('@pytest.mark.spec("a")\n@mark.spec("b")\nasync def test_x(): ...', {"a", "b"}, 0),
        ("def test_x(): ...", set(), 0),
        ('@pytest.mark.timeout(5)\n@pytest.mark.spec("a")\ndef test_x(): ...', {"a"}, 0),
        ("@pytest.mark.spec(NAME)\ndef test_x(): ...", set(), 1),
        ("@pytest.mark.spec\ndef test_x(): ...", set(), 1),
        ('pytestmark = pytest.mark.spec("a")\ndef test_x(): ...', set(), 1),
        ('@pytest.mark.spec("a")\ndef help(): ...\ndef test_x(): ...', set(), 1),
    ],
)
def test_a_marker_counts_only_where_it_marks_a_test(tmp_path, above, ids, strays):
    """Elsewhere it would look like coverage."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "test_it.py").write_text(above)

    seen = suite(tmp_path)

    assert seen.claims == {"sub/test_it.py::test_x": ids}
    assert len(seen.strays) == strays
