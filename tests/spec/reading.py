"""Read the manifest, and what the tests say they cover; name whatever does not agree.

Rules. Tests are read, not imported: a subset can run, and nothing starts. A
marker counts where it stands as `@pytest.mark.spec("id", …)` above a test
function, with its ids written out; anywhere else it is a fault, not nothing.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

MANIFEST = Path(__file__).with_name("manifest.toml")
TESTS = Path(__file__).parents[1]

SITE = "https://modelcontextprotocol.io/specification/"
REVISIONS = ("2025-06-18", "2025-11-25", "2026-07-28")
LEVELS = ("MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY", "plain")
ROLES = ("sender", "receiver", "requester")


@dataclass(frozen=True)
class Sentence:
    """One sentence of the specification, in our words; *covered* holds the tests of each role it binds."""

    id: str
    level: str
    says: str
    revisions: tuple[str, ...]
    page: str
    covered: Mapping[str, tuple[str, ...]]
    untestable: str | None = None

    @property
    def tests(self) -> frozenset[str]:
        """Return the tests that are named for it, whatever the role."""
        return frozenset(test for tests in self.covered.values() for test in tests)


@dataclass(frozen=True)
class Suite:
    """Every test function by `path::name`, with the ids that it claims; and markers that mark no test."""

    claims: Mapping[str, frozenset[str]]
    strays: tuple[str, ...] = field(default=())


def manifest(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a manifest; raises `ValueError` where it says what nobody reads."""
    return tuple(_sentence(entry) for entry in tomllib.loads(text)["sentence"])


def suite(root: Path) -> Suite:
    """Return every test below *root*, and what it claims."""
    files = [
        _file(path.read_text(), path.relative_to(root).as_posix()) for path in sorted(root.rglob("test_*.py"))
    ]
    claims = {test: ids for one in files for test, ids in one.claims.items()}
    return Suite(claims, tuple(stray for one in files for stray in one.strays))


def faults_of(sentence: Sentence, suite: Suite) -> Iterator[str]:
    """Say what is wrong with one sentence: how it is written, and whether tests cover each role it binds."""
    if sentence.level not in LEVELS:
        yield f"level {sentence.level!r} is none of {LEVELS}"
    if not sentence.says or not set(sentence.revisions) <= set(REVISIONS) or not sentence.revisions:
        yield f"says something, in some of {REVISIONS}"
    if not sentence.page.startswith(tuple(SITE + revision + "/" for revision in sentence.revisions)):
        yield f"{sentence.page} is no page of a revision that has it"
    if not sentence.covered or not set(sentence.covered) <= set(ROLES):
        yield f"it binds {tuple(sentence.covered)}, which is none of {ROLES}"
    bare = [role for role, tests in sentence.covered.items() if not tests]
    if bare and not sentence.untestable:
        yield f"no test covers it for the {' and the '.join(bare)}"
    if sentence.untestable and not bare:
        yield "it is called untestable, and has tests for every role"
    for test in sorted(sentence.tests):
        if test not in suite.claims:
            yield f"there is no test {test}"
        elif sentence.id not in suite.claims[test]:
            yield f'{test} lacks @pytest.mark.spec("{sentence.id}")'


def faults_of_claims(sentences: Sequence[Sentence], suite: Suite) -> Iterator[str]:
    """Say what is wrong with what tests claim: unknown ids, and claims that the manifest does not know."""
    known = {sentence.id: sentence for sentence in sentences}
    if len(known) < len(sentences):
        yield "an id stands for two sentences"
    yield from suite.strays
    for test, ids in suite.claims.items():
        for name in sorted(ids):
            if name not in known:
                yield f"{test} claims {name!r}, which is no sentence"
            elif test not in known[name].tests:
                yield f"{test} claims {name!r}, whose entry does not name it"


def _sentence(entry: dict[str, object]) -> Sentence:
    words = {key: entry.pop(key, "") for key in ("id", "level", "says", "page")}
    revisions = tuple(entry.pop("revisions", REVISIONS))
    reason = entry.pop("untestable", None)
    if unread := set(entry) - set(ROLES):
        raise ValueError(f"{words['id']}: nobody reads {sorted(unread)}")
    covered = {role: tuple(tests) for role, tests in entry.items()}
    return Sentence(**words, revisions=revisions, covered=covered, untestable=reason)


def _file(source: str, path: str) -> Suite:
    tree = ast.parse(source)
    claims: dict[str, frozenset[str]] = {}
    counted: set[int] = set()
    strays: list[str] = []
    for name, function in _functions(tree):
        ids: set[str] = set()
        for decorator in function.decorator_list:
            if isinstance(decorator, ast.Call) and _is_marker(decorator.func):
                counted.add(id(decorator.func))
                literal = [a.value for a in decorator.args if isinstance(a, ast.Constant)]
                if not literal or len(literal) < len(decorator.args) or decorator.keywords:
                    strays.append(f"{path}:{decorator.lineno}: write the ids out")
                ids.update(str(value) for value in literal)
        claims[f"{path}::{name}"] = frozenset(ids)
    strays += [
        f"{path}:{node.lineno}: a marker that marks no test function"
        for node in ast.walk(tree)
        if _is_marker(node) and id(node) not in counted
    ]
    return Suite(claims, tuple(strays))


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield the tests of a module, those in classes as `Class::name`."""
    for node in tree.body:
        inside = node.body if isinstance(node, ast.ClassDef) and node.name.startswith("Test") else [node]
        prefix = f"{node.name}::" if isinstance(node, ast.ClassDef) else ""
        for one in inside:
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name.startswith("test"):
                yield prefix + one.name, one


def _is_marker(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "spec" and ast.unparse(node).endswith("mark.spec")
