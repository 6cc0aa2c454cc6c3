"""Writes of schemes: a text becomes a version; nothing is overwritten."""

from __future__ import annotations

from typing import Any

from yuanheng.accounts.api import office_of
from yuanheng.calc.evaluation import check_scheme
from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.calc.scheme import SchemeText
from yuanheng.evaluation.files import read_text
from yuanheng.evaluation.library import shipped_text
from yuanheng.evaluation.models import Scheme, SchemeVersion
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.policies import EDIT, require


def checked(text: str) -> SchemeText:
    """A text that can be used; FaultyInput with every fault of form and of meaning."""
    read = read_text(text)
    faults = check_scheme(read)
    if any(fault.severity == "error" for fault in faults):
        raise FaultyInput(faults)
    return read


@action("evaluation.store_version")
def store_version(
    *, acting_user: Any, text: str, note: str = "", scheme: Scheme | None = None
) -> tuple[SchemeVersion, bool]:
    """Store a text as a new version of its scheme, or of a new one. False: it was there already.

    With ``scheme`` the text must be of that scheme. Raises FaultyInput with all faults at once.
    """
    require(acting_user, EDIT, scheme or Scheme)
    read = checked(text)
    if scheme is not None and read.scheme.id != scheme.code:
        raise FaultyInput([_other_scheme(read, scheme)])
    known = Scheme.objects.select_for_update().filter(code=read.scheme.id).first()
    if known is not None:
        same = known.versions.filter(hash=read.hash).first()
        if same is not None:
            record(same, code="evaluation.met_version_again", after={"hash": read.hash})
            return same, False
        require(acting_user, EDIT, known)
    else:
        known = Scheme(code=read.scheme.id, owner=office_of(acting_user))
    stated = read.scheme
    known.title, known.title_en, known.place = stated.title, stated.title_en, stated.place
    known.nature, known.subject_kind = stated.nature, stated.subject
    known.full_clean()
    known.save()
    latest = known.versions.order_by("-number").first()
    version = SchemeVersion(
        scheme=known,
        number=latest.number + 1 if latest else 1,
        text=text,
        hash=read.hash,
        period=stated.period,
        note=note.strip()[:200],
        created_by=acting_user,
    )
    version.save()
    record(version, after={"scheme": known.code, "version": version.number, "hash": read.hash})
    return version, True


@action("evaluation.adopt_scheme")
def adopt_scheme(*, acting_user: Any, code: str) -> tuple[SchemeVersion, bool]:
    """Take a scheme of the library over as it is."""
    version, is_new = store_version(acting_user=acting_user, text=shipped_text(code))
    record(version, after={"library": code, "new": is_new})
    return version, is_new


def _other_scheme(read: SchemeText, scheme: Scheme) -> Fault:
    return Fault(
        "other_scheme",
        f"文件的编号是“{read.scheme.id}”，而这里要的是“{scheme.code}”的新版本。"
        "请改 id，或作为新方案上传。",
        f"The file's id is “{read.scheme.id}”, but a new version of “{scheme.code}” is expected. "
        "Change the id, or upload it as a new scheme.",
        path="id",
        line=read.lines.get("id"),
    )
