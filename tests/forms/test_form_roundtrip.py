"""Arguments → entry → arguments: nothing is lost, whatever the schema and the values."""

import json

from hypothesis import HealthCheck, assume, given, settings
from jsonschema import Draft202012Validator

from mcp_notebook.arguments import check
from mcp_notebook.errors import ArgumentError
from mcp_notebook.forms import Form
from mcp_notebook.forms.values import same

from .schemas import forms

EFFORT = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def is_valid(arguments, schema):
    """Return whether both the validator without our bounds and the call itself take the arguments."""
    try:
        check(arguments, schema, "tool")
    except ArgumentError:
        return False
    return Draft202012Validator(schema).is_valid(arguments)


@EFFORT
@given(forms())
def test_what_a_schema_allows_comes_back_from_its_form_unchanged(pair):
    """`entry` and `read` are inverse, over JSON as it goes to the front end and back."""
    schema, arguments = pair
    assume(is_valid(arguments, schema))
    form = Form(schema)
    reading = form.read(json.loads(json.dumps(form.entry(arguments))))
    assert reading.faults == ()
    assert same(reading.arguments, arguments)


@EFFORT
@given(forms())
def test_a_prefilled_form_sent_as_it_is_sends_what_was_prefilled(pair):
    """What a front end sends back untouched: each field's own entry."""
    schema, arguments = pair
    assume('"format"' not in json.dumps(schema))  # a format completes or refuses a text
    assume(is_valid(arguments, schema))
    form = Form(schema, prefill=arguments)
    fields = {one["name"]: one["entry"] for one in form.spec["fields"] if one["name"] in arguments}
    assert same(form.read({"fields": fields}).arguments, arguments)
