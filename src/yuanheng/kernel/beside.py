"""What stands beside one row, as its page shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast

from yuanheng.kernel.actions.links import ends_at
from yuanheng.kernel.choosing import label_of
from yuanheng.kernel.companions import model_called
from yuanheng.kernel.counting import read_together
from yuanheng.kernel.directory import directory
from yuanheng.kernel.gathering import gathered
from yuanheng.kernel.models import Attachment, Link, Note, Tag, TagUse
from yuanheng.kernel.models.link import FROM_THE_OTHER_END
from yuanheng.kernel.policies import VIEW, instances


@dataclass(frozen=True)
class Entry:
    """One note with its earlier versions, newest first."""

    note: Note
    earlier: list[Note]


@dataclass(frozen=True)
class Tie:
    """A link as one of its ends sees it."""

    link: Link
    words: Any
    label: str
    href: str


@dataclass(frozen=True)
class Beside:
    """Everything beside one row."""

    entries: list[Entry]
    files: list[Attachment]
    ties: list[Tie]
    tags: list[Tag]


_OF_A_TAG = ("pk", "name", "tone", "meaning")
_OF_A_LINK = ("pk", "kind", "remark", "subject_model", "subject_pk", "other_model", "other_pk")
_NAMES = ("name", "title")


def with_what_is_beside(rows: models.QuerySet, user: Any) -> models.QuerySet:
    """The rows with the tags on each, and with of what else there is any beside it:
    ``all_beside`` then reads only that."""
    label = rows.model._meta.label
    key = Cast(OuterRef("pk"), models.CharField(max_length=64))
    here = {"subject_model": label, "subject_pk": key}
    there = Q(**here) | Q(other_model=label, other_pk=key)
    return rows.annotate(
        beside_notes=Exists(Note.objects.filter(**here).order_by()),
        beside_files=Exists(Attachment.objects.filter(**here).order_by()),
        beside_links=Subquery(_links_at(there)),
        beside_tags=Subquery(_tags_on(here, user)),
    )


def _tags_on(here: dict[str, Any], user: Any) -> models.QuerySet:
    seen = instances(user, VIEW, Tag.objects.filter(archived_at__isnull=True)).order_by()
    used = TagUse.objects.filter(**here, tag__in=seen.values("pk")).order_by()
    return gathered(used, "subject_pk", **{name: f"tag__{name}" for name in _OF_A_TAG})


def _links_at(there: Q) -> models.QuerySet:
    living = Link.objects.filter(there, archived_at__isnull=True).annotate(row=Value(1))
    return gathered(living, "row", **{name: name for name in _OF_A_LINK})


def all_beside(row: models.Model, user: Any) -> Beside:
    """Everything beside a row that was read ``with_what_is_beside``."""
    tags = [Tag(**one) for one in row.beside_tags or ()]  # type: ignore[attr-defined]
    notes, files, links = (getattr(row, f"beside_{kind}") for kind in ("notes", "files", "links"))
    found = [Link(**one) for one in links or ()]
    return Beside(
        entries_of(row, user) if notes else [],
        list(files_of(row)) if files else [],
        _ties(row, user, sorted(found, key=lambda link: -link.pk)),
        sorted(tags, key=lambda tag: (tag.name, tag.pk)),
    )


def notes_of(row: models.Model, user: Any) -> models.QuerySet:
    """The notes beside a row that the person sees: internal ones for staff only."""
    found = Note.objects.of(row)
    return found if directory().is_inside(user) else found.filter(is_internal=False)


def entries_of(row: models.Model, user: Any) -> list[Entry]:
    """The journal of a row that the person sees; two versions of one note are one entry."""
    notes = list(notes_of(row, user).select_related("made_by"))
    by_pk = {note.pk: note for note in notes}
    replaced = {note.replaces_id for note in notes}
    found = []
    for note in notes:
        if note.pk in replaced or note.is_archived:
            continue
        earlier, before = [], by_pk.get(note.replaces_id)
        while before is not None:
            earlier.append(before)
            before = by_pk.get(before.replaces_id)
        found.append(Entry(note, earlier))
    return found


def files_of(row: models.Model) -> models.QuerySet:
    """The attachments of a row that the person sees."""
    living = Attachment.objects.of(row).filter(archived_at__isnull=True)
    return living.select_related("content", "made_by")


def tags_of(row: models.Model, user: Any) -> list[Tag]:
    """The tags on a row that the person sees, as far as they see the tags."""
    used = TagUse.objects.of(row).values("tag")
    living = Tag.objects.filter(pk__in=used, archived_at__isnull=True)
    return list(instances(user, VIEW, living).order_by("name"))


def ties_of(row: models.Model, user: Any) -> list[Tie]:
    """The links of a row whose other end the person sees too."""
    return _ties(row, user, list(Link.objects.filter(ends_at(row), archived_at__isnull=True)))


def _ties(row: models.Model, user: Any, links: list[Link]) -> list[Tie]:
    here = (row._meta.label, str(row.pk))
    ends = _seen_ends(user, [_other_end(link, here) for link in links])
    ties = []
    for link in links:
        found = ends.get(_other_end(link, here))
        if found is not None:
            begins = (link.subject_model, link.subject_pk) == here
            words = link.get_kind_display() if begins else FROM_THE_OTHER_END[link.kind]
            ties.append(Tie(link, words, *found))
    return ties


def _seen_ends(
    user: Any, ends: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], tuple[str, str]]:
    """Label and address of those that the person sees: one query, whatever kinds they are of.
    Only a kind whose words are made of several columns takes one of its own."""
    from yuanheng.kernel.resources.base import resource_of

    wanted: dict[str, set[str]] = defaultdict(set)
    for label, key in ends:
        wanted[label].add(key)
    found: dict[tuple[str, str], tuple[str, str]] = {}
    named: dict[str, Any] = {}
    parts = []
    for label, keys in wanted.items():
        model = model_called(label)
        if model is None:
            continue
        rows = instances(user, VIEW, model).filter(pk__in=keys)
        resource = resource_of(model)
        if resource is not None and resource.search_title in _NAMES:
            named[label] = resource
            parts.append((label, _named(rows, resource)))
            continue
        for one in rows:
            href = resource.link(one) if resource is not None else ""
            found[label, str(one.pk)] = (label_of(one), href)
    for label, pk, key, told, title in read_together(parts):
        found[label, pk] = (f"{told} {title}".strip(), named[label].url_of(key))
    return found


def _named(rows: models.QuerySet, resource: Any) -> models.QuerySet:
    """Key, what the address has, what people call it by, and its name, as texts."""
    fields = {field.name: field for field in rows.model._meta.concrete_fields}
    told = next((one for one in ("number", resource.lookup) if one in fields), "")
    says = told and not isinstance(fields[told], models.UUIDField)
    paths = ("pk", resource.lookup, told if says else None, resource.search_title)
    texts = [
        Value("") if path is None else Cast(path, models.CharField(max_length=400))
        for path in paths
    ]
    return rows.order_by().values_list(*texts)


def _other_end(link: Link, here: tuple[str, str]) -> tuple[str, str]:
    if (link.subject_model, link.subject_pk) == here:
        return link.other_model, link.other_pk
    return link.subject_model, link.subject_pk
