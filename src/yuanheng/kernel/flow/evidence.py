"""Attachments that an action needs: so many, put in since the case came into its state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yuanheng.kernel.actions.attachments import attach_file
from yuanheng.kernel.flow.behaviour import Step
from yuanheng.kernel.flow.declaration import Action
from yuanheng.kernel.models import Attachment, Case
from yuanheng.kernel.sniffing import ALLOWED

MOST_FILES = 10  # in one step


class _Several(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more files; cleaned to a list."""

    def __init__(self, **options: Any) -> None:
        accepted = {"accept": ",".join(ALLOWED)}
        super().__init__(widget=_Several(attrs=accepted), max_length=200, **options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if len(files) > MOST_FILES:
            raise ValidationError(_("At most %(limit)d files at a time.") % {"limit": MOST_FILES})
        if not files:
            super().clean(None, initial)
        return [super(FilesField, self).clean(one, initial) for one in files]


def evidence_field(case: Case, action: Action) -> FilesField:
    """What the form of an action asks that needs evidence; required while some is missing."""
    lacking = missing(case, action)
    done = (
        _("Enough has been attached in this stage; more may be added.") if action.evidence else ""
    )
    return FilesField(
        label=_("Evidence"),
        required=bool(lacking),
        help_text=said(lacking) if lacking else done,
        error_messages={"required": said(lacking), "empty": _("This file is empty.")},
    )


def missing(case: Case, action: Action) -> int:
    """How many attachments are still to be put in."""
    return max(action.evidence - since_stage(case).count(), 0) if action.evidence else 0


def since_stage(case: Case) -> Any:
    """The attachments put in since the case came into its present state."""
    moves = case.moves.exclude(from_state=F("to_state")).order_by("-serial")
    began = moves.values_list("at", flat=True).first() or case.opened_at
    return Attachment.objects.of(case).filter(archived_at__isnull=True, made_at__gte=began)


def put_in(step: Step, files: Sequence[Any]) -> None:
    """Attach what came with the action. ValidationError if it asks for none, if a file can't be
    kept, or if there is still too little."""
    if not (step.action.evidence or step.action.may_attach):
        if files:
            text = _("“%(action)s” doesn't ask for: %(fields)s.")
            names = {"action": step.action.title, "fields": _("Evidence")}
            raise ValidationError(text % names)
        return
    try:
        for one in files:
            attach_file(
                acting_user=step.user, row=step.case, file_name=one.name, content=one.chunks()
            )
    except ValidationError as error:
        raise ValidationError({"evidence": error.messages}) from None
    lacking = missing(step.case, step.action)
    if lacking:
        raise ValidationError({"evidence": said(lacking)})


def said(lacking: int) -> str:
    """What to do about it."""
    return ngettext(
        "Attach at least %(count)d file as evidence of this stage (a photograph, a report, "
        "a receipt …).",
        "Attach at least %(count)d files as evidence of this stage (photographs, a report, "
        "receipts …).",
        lacking,
    ) % {"count": lacking}
