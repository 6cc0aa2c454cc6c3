"""A posted form has one effect when it is sent twice, or says why it needs no token."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import yuanheng

_ROOT = Path(yuanheng.__file__).parent
_FORM = re.compile(r"<form\b.*?</form>", re.S | re.I)
_POST = re.compile(r"<form\b[^>]*method=[\"']?post", re.I)
_REASON = re.compile(r"\{# no once: \S.{10,}? #\}")


def _forms() -> list[tuple[str, str]]:
    return [
        (str(path.relative_to(_ROOT)), form)
        for path in sorted(_ROOT.glob("**/templates/**/*.html"))
        for form in _FORM.findall(path.read_text("utf-8"))
        if _POST.match(form)
    ]


def test_there_are_forms_to_look_at():
    assert len(_forms()) > 25


@pytest.mark.parametrize(("path", "form"), _forms())
def test_a_posted_form_has_a_token_or_says_why_not(path, form):
    assert "{% csrf_token %}" in form, path
    assert "{% once %}" in form or _REASON.search(form), (
        f"{path}: put {{% once %}} after {{% csrf_token %}}, or say why not: "
        "{# no once: the reason #}"
    )
