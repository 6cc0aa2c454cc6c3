"""Saved views of a list: a person's own, those of their organisation, and their own columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from yuanheng.kernel.actions import action, record
from yuanheng.kernel.lists.address import COLUMNS, canonical, words_of
from yuanheng.kernel.lists.choosing import choose
from yuanheng.kernel.models import SavedList
from yuanheng.kernel.policies import EDIT, Refused, can, require

MOST_VIEWS = 50


class CannotSave(ValueError):  # noqa: N818  named for what it says
    """The view was not saved; the text says why and what to do."""


@dataclass(frozen=True)
class SavedLists:
    """What a person has for one register."""

    views: list[SavedList]
    columns: tuple[str, ...] = ()


def saved_lists(user: Any, register: str) -> SavedLists:
    """One query."""
    found = list(SavedList.objects.visible_to(user).filter(register=register))
    own = next((one for one in found if not one.name), None)
    columns = words_of(QueryDict(own.query), COLUMNS) if own else ()
    return SavedLists([one for one in found if one.name], tuple(columns))


def may_share(user: Any, resource: Any) -> bool:
    """Who keeps a register up to date says what its people find in the menu."""
    return bool(getattr(user, "org_unit_id", None)) and can(user, EDIT, resource.model)


@action("kernel.save_list")
def save_list(
    *, acting_user: Any, resource: Any, name: str, query: str, is_shared: bool = False
) -> SavedList:
    """Keep a list's address under a name; one's own view of that name gets this address."""
    name = name.strip()
    if not name:
        raise CannotSave(_("Give the view a name."))
    if len(name) > 40:
        raise CannotSave(_("The name is too long: at most 40 characters."))
    if is_shared and not may_share(acting_user, resource):
        raise Refused(_("You may save this view for yourself, but not for your organisation."))
    kept = canonical(QueryDict(query))
    choose(resource, acting_user, QueryDict(kept))  # an address that can't be followed is refused
    mine = SavedList.objects.filter(owner=acting_user)
    if mine.filter(register=resource.name).exclude(name=name).count() >= MOST_VIEWS:
        raise CannotSave(_("You have 50 views here already. Delete one first."))
    view, _made = SavedList.objects.update_or_create(
        owner=acting_user,
        register=resource.name,
        name=name,
        defaults={
            "query": kept,
            "org_unit_id": acting_user.org_unit_id if is_shared else None,
        },
    )
    record(view, after={"query": kept, "shared": is_shared})
    return view


@action("kernel.rename_list")
def rename_list(*, acting_user: Any, view: SavedList, name: str) -> SavedList:
    """Another name for a view."""
    require(acting_user, EDIT, view)
    name = name.strip()
    if not name or len(name) > 40:
        raise CannotSave(_("Give the view a name of at most 40 characters."))
    same = SavedList.objects.filter(owner=view.owner_id, register=view.register, name=name)
    if same.exclude(pk=view.pk).exists():
        raise CannotSave(_("You have a view of this name already."))
    before, view.name = view.name, name
    view.save(update_fields=["name"])
    record(view, before={"name": before}, after={"name": name})
    return view


@action("kernel.delete_list")
def delete_list(*, acting_user: Any, view: SavedList) -> None:
    """A view that nobody needs; the rows that it showed stay."""
    require(acting_user, EDIT, view)
    record(view, before={"name": view.name, "query": view.query})
    view.delete()


@action("kernel.keep_columns")
def keep_columns(*, acting_user: Any, resource: Any, columns: Sequence[str]) -> None:
    """The columns that a person finds whenever they open the register; none for its own."""
    known = [key for key in columns if key in resource.all_columns]
    mine = SavedList.objects.filter(owner=acting_user, register=resource.name, name="")
    with transaction.atomic():
        mine.delete()
        if known:
            query = QueryDict(mutable=True)
            query[COLUMNS] = ",".join(known)
            SavedList.objects.create(
                owner=acting_user, register=resource.name, name="", query=query.urlencode()
            )
    record(acting_user, label=str(resource.title), after={"columns": known})
