from __future__ import annotations

import pytest
from django import forms
from django.core.exceptions import ValidationError

from yuanheng.kernel.forms import prepare_form
from yuanheng.kernel.plain_text import refuse_unkept, unkept


@pytest.mark.parametrize(
    "text", ["", "园区 A\t\n", "𠮷野家", "é", "=cmd|'/c calc'!A1", "<script>", "１２"]
)
def test_plain_text_is_kept(text):
    assert unkept(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("\x00", "U+0000"),
        ("a\x1b[0m", "U+001B"),
        ("\x7f", "U+007F"),
        ("\ud800", "U+D800"),
        ("a\u202eb", "U+202E"),
        ("\uffff", "U+FFFF"),
    ],
)
def test_what_cannot_be_kept_is_named(text, code):
    assert unkept(text) == code
    with pytest.raises(ValidationError, match=code.replace("+", r"\+")):
        refuse_unkept(["fine", text])


class AnyForm(forms.Form):
    text = forms.CharField()
    number = forms.IntegerField(required=False)
    choice = forms.MultipleChoiceField(choices=[("a", "a")], required=False)


@pytest.mark.parametrize("field", ["text", "number", "choice"])
def test_every_field_of_a_prepared_form_refuses_it(field):
    sent = {"text": "x", field: ["\x00"] if field == "choice" else "1\x00"}
    form = prepare_form(AnyForm(sent), None)
    assert field in form.errors


def test_a_field_without_a_length_has_an_end():
    form = prepare_form(AnyForm({"text": "x" * 20_001}), None)
    assert "text" in form.errors
