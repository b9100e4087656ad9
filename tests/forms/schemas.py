"""Schemas and values that fit them, made at random: decent ones, and what strangers send."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "", " ", "-", "null", "true", "5", "1.0", "007", "a b", "a,b", "x=1", "-q", "--", "$HOME", "$name",
            "${x}", "{x}", "{{x}}", "{", "}", "[", "]", '["a"]', '{"a": 1}', "'", '"', "it's", 'say "hi"', "\\",
            "a\\", "a;", ";", "what?", "what??", "a\nb", "a\r\nb", "\t", "\u2028", "\x85", "\x1b[31m", "\u202e",
            "é漢🎉", "%mcp_call", "<<", "`ls`", "!ls", "#", "C:\\dir\\new", "a\n\n\nb", "\xa0", "\u200b",
        ]
    ),
)  # fmt: skip
NAMES = st.one_of(
    st.sampled_from(["a", "b", "name", "text", "items", "n_1", "x-y"]),
    st.sampled_from(["a.b", "", " ", "my key", "k=v", "-s", "naïve", "{", "'", '"', "$x", "a\nb", "null"]),
)
NUMBERS = st.one_of(
    st.integers(-5, 20),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0, -0.0, 1.0, 1e300, 5e-324, 2**53 + 1, 10**300]),
)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)

Part = tuple[Any, st.SearchStrategy[Any]]
"""a schema, and values that it may well allow"""


@st.composite
def strings(draw: Any) -> Part:
    """A text, with what may stand beside its type."""
    schema: dict[str, Any] = {"type": "string"}
    form = draw(
        st.sampled_from(["", "", "", "textarea", "password", "date", "date-time", "email", "uri", "uuid"])
    )
    if form:
        schema["format"] = form
    told = {
        "date": ["2024-02-29"],
        "date-time": ["2024-02-29T10:00:00Z", "2024-02-29T10:00", "2024-02-29 10:00:00.5+02:00"],
        "email": ["a@b.org"],
        "uri": ["https://example.org/?q=1#x"],
    }.get(form, [])
    return schema, st.one_of(TEXTS, *([st.sampled_from(told)] * 2 if told else []))


@st.composite
def numbers(draw: Any) -> Part:
    """A number or a whole number, perhaps with bounds."""
    schema: dict[str, Any] = {"type": draw(st.sampled_from(["number", "integer"]))}
    if draw(st.booleans()):
        schema[draw(st.sampled_from(["minimum", "exclusiveMinimum", "maximum"]))] = draw(st.integers(-5, 20))
    whole = st.integers(-(10**40), 10**40) | st.integers(-5, 20) | st.sampled_from([1.0, 1e300])
    return schema, whole if schema["type"] == "integer" else NUMBERS


@st.composite
def listed(draw: Any) -> Part:
    """One of several values, in each of the idioms."""
    values = draw(st.lists(JSON, min_size=1, max_size=5))
    idiom = draw(st.sampled_from(["enum", "const", "titled", "named"]))
    if idiom == "const":
        return {"const": values[0]}, st.just(values[0])
    if idiom == "titled":
        parts = [{"const": value, "title": draw(TEXTS)} for value in values]
        return {draw(st.sampled_from(["oneOf", "anyOf"])): parts}, st.sampled_from(values)
    schema: dict[str, Any] = {"enum": values}
    if idiom == "named":
        schema["enumNames"] = [draw(TEXTS) for _ in values]
    return schema, st.sampled_from(values)


@st.composite
def mappings(draw: Any, parts: st.SearchStrategy[Part]) -> Part:
    """An object: some of its names required, others invented."""
    known = draw(st.dictionaries(NAMES, parts, max_size=4))
    needed = [name for name in known if draw(st.booleans())]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: part for name, (part, _) in known.items()},
    }
    if needed or draw(st.booleans()):
        schema["required"] = needed
    more = draw(st.sampled_from(["", "true", "false", "part"]))
    values = st.fixed_dictionaries(
        {name: value for name, (_, value) in known.items() if name in needed},
        optional={name: value for name, (_, value) in known.items() if name not in needed},
    )
    if more in ("", "false"):
        return schema | ({"additionalProperties": False} if more else {}), values
    part, others = draw(parts) if more == "part" else (True, JSON)
    extra = st.dictionaries(TEXTS, others, max_size=2)
    return schema | {"additionalProperties": part}, st.builds(lambda a, b: {**b, **a}, values, extra)


@st.composite
def sequences(draw: Any, parts: st.SearchStrategy[Part]) -> Part:
    """A list of one kind, or a few items of their own kinds."""
    if draw(st.integers(0, 3)):
        part, value = draw(parts)
        return {"type": "array", "items": part}, st.lists(value, max_size=4)
    several = draw(st.lists(parts, min_size=1, max_size=3))
    schema = {
        "type": "array",
        "prefixItems": [part for part, _ in several],
        **draw(st.sampled_from([{}, {"items": False}, {"minItems": len(several), "maxItems": len(several)}])),
    }
    return schema, st.tuples(*(value for _, value in several)).map(list)


@st.composite
def choices(draw: Any, parts: st.SearchStrategy[Part]) -> Part:
    """A value of several kinds: nullable, alternatives, or a list of types."""
    several = draw(st.lists(parts, min_size=1, max_size=3))
    values = st.one_of(*(value for _, value in several))
    listed = [part for part, _ in several]
    idiom = draw(st.sampled_from(["anyOf", "oneOf", "nullable", "types", "allOf"]))
    if idiom == "nullable":
        return {"anyOf": [*listed, {"type": "null"}], "title": "Maybe"}, values | st.none()
    if idiom == "types":
        return {"type": ["string", "integer", "null"]}, TEXTS | st.integers() | st.none()
    if idiom == "allOf":
        return {"allOf": listed[:1], "description": "one"}, several[0][1]
    return {idiom: listed}, values


LEAVES: st.SearchStrategy[Part] = st.one_of(
    strings(),
    numbers(),
    listed(),
    st.just(({"type": "boolean"}, st.booleans())),
    st.just(({"type": "null"}, st.none())),
    st.sampled_from([{}, True, {"title": "Anything"}, {"minimum": 3}]).map(lambda part: (part, JSON)),
)
PARTS: st.SearchStrategy[Part] = st.recursive(
    LEAVES, lambda inner: st.one_of(mappings(inner), sequences(inner), choices(inner)), max_leaves=8
)


@st.composite
def forms(draw: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The schema of a tool, some of it behind references, and arguments for it."""
    schema, values = draw(mappings(PARTS))
    arguments = draw(values)
    moved = {}
    for index, (name, part) in enumerate(list(schema["properties"].items())):
        if draw(st.integers(0, 4)) == 0:
            moved[f"D{index}"] = part
            schema["properties"][name] = {"$ref": f"#/$defs/D{index}", "description": "moved"}
    return (schema | {"$defs": moved} if moved else schema), arguments
