"""Writes of programs: the form of the page checks them, the action of the page does them."""

from __future__ import annotations

from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models, transaction
from django.forms.models import construct_instance, modelform_factory
from django.http import HttpRequest
from django.utils.translation import gettext as _

from yuanheng.kernel.actions import action
from yuanheng.kernel.actions.rows import outside_area
from yuanheng.kernel.forms import prepare_form
from yuanheng.kernel.policies import ARCHIVE, CREATE, EDIT, Refused, require
from yuanheng.kernel.resources import Resource
from yuanheng.kernel.rest import stamps
from yuanheng.kernel.rest.errors import ApiError, fault, of_validation
from yuanheng.kernel.rest.fields import ApiField, form_kind, plain, relations, written_fields
from yuanheng.kernel.rest.listing import row_as_values, visible_row
from yuanheng.kernel.rest.masks import masked_in
from yuanheng.kernel.together import Together, remember, together, writing_together


def create(resource: Resource, user: Any, sent: dict[str, Any]) -> models.Model:
    """A new row. Raises ``ApiError`` 422 with every fault of the values, ``Refused``."""
    require(user, CREATE, resource.model)
    values = _cleaned(resource, user, None, sent)
    return _done(sent, lambda: resource.create(acting_user=user, values=values))


def change(
    resource: Resource, user: Any, row: Any, sent: dict[str, Any], masked: Any = None
) -> models.Model:
    """New values for some fields of a row; the others stay. ``masked``: the fields hidden from
    the person, where that is known."""
    require(user, EDIT, row)
    if masked is None:
        masked = masked_in(user, resource.model, [row]).get(row.pk, ())
    _require_unmasked(masked, sent)
    values = _cleaned(resource, user, row, sent)
    return _done(sent, lambda: resource.update(acting_user=user, row=row, values=values))


def require_fresh(
    request: HttpRequest, resource: Resource, row: Any, stamp: str | None, sent: dict[str, Any]
) -> None:
    """Refuses a change that was made without knowing the row as it is: 412 for ``If-Match``, 409
    for a stamp in the body; the answer says what differs and holds the row as it is."""
    header = request.headers.get("If-Match", "")
    # Read again under a lock: between this look and the write nobody else comes in.
    locked = type(row)._base_manager.select_for_update().get(pk=row.pk)
    now = stamps.stamp_of(locked)
    is_stale = bool(header) and not stamps.matches(header, now)
    if not is_stale and (stamp is None or stamp == now):
        return
    current = row_as_values(
        resource, visible_row(request, resource, _key(resource, row)), request.user
    )
    differs = stamps.difference(
        row, {name: _plain(value) for name, value in sent.items()}, current
    )
    faults = [
        fault(
            _("The row has changed since you read it."),
            where=name,
            found=pair["now"],
            do=_("Look at the present values, and send your change again with the new stamp."),
        )
        for name, pair in differs.items()
    ] or [fault(_("The row has changed since you read it."), where="stamp", found=now)]
    raise ApiError(412 if is_stale else 409, *faults, current=current, difference=differs)


def archive(resource: Resource, user: Any, row: Any, reason: str) -> models.Model:
    """Put a row away with a reason."""
    require(user, ARCHIVE, row)
    if row.is_archived:
        raise ApiError(409, fault(_("This record has been archived already."), where="reason"))
    return _done({}, lambda: resource.archive(acting_user=user, row=row, reason=reason))


def restore(resource: Resource, user: Any, row: Any, reason: str) -> models.Model:
    """Bring an archived row back."""
    require(user, ARCHIVE, row)
    if not row.is_archived:
        raise ApiError(409, fault(_("This record isn't archived."), where="reason"))
    return _done({}, lambda: resource.restore(acting_user=user, row=row, reason=reason))


@action("kernel.write_many")
def write_many(
    *, acting_user: Any, resource: Resource, rows: list[dict[str, Any]]
) -> list[tuple[models.Model, bool]]:
    """Adds or changes each row by its key, all or none: (row, whether it is new).

    Raises ``ApiError`` 422 that lists the faults of every row. What all rows would ask is asked
    once (``kernel.together``), unless the register changes its rows by an action of its own.
    """
    if resource.has_own_update or resource.has_own_create:
        return _write_each(acting_user, resource, rows)
    with writing_together() as batch:
        return _write_each(acting_user, resource, rows, batch)


def _write_each(
    acting_user: Any, resource: Resource, rows: list[dict[str, Any]], batch: Together | None = None
) -> list[tuple[models.Model, bool]]:
    keys = [str(one.get(resource.lookup) or "") for one in rows]
    known = _by_key(resource, acting_user, keys)
    masks = masked_in(acting_user, resource.model, list(known.values()))
    if batch is not None:
        batch.know_rights(acting_user, EDIT, list(known.values()))
        batch.lock(list(known.values()))
    done: list[tuple[models.Model, bool]] = []
    faults: list[dict[str, Any]] = []
    places: dict[Any, tuple[str, str]] = {}
    seen: set[str] = set()
    for at, (key, sent) in enumerate(zip(keys, rows, strict=True)):
        where = f"rows[{at}]"
        if not key or key in seen:
            text = (
                _("This key stands in an earlier row.") if key else _("This field must be given.")
            )
            faults.append(fault(text, where=f"{where}.{resource.lookup}", found=key or None))
            continue
        seen.add(key)
        try:
            with transaction.atomic():
                row = known.get(key)
                if row is None:
                    done.append((create(resource, acting_user, sent), True))
                elif resource.editable:
                    masked = masks.get(row.pk, ())
                    done.append((change(resource, acting_user, row, sent, masked), False))
                else:
                    raise Refused(_("Rows of this register are added, never changed."))
                places[done[-1][0].pk] = (where, key)
        except ApiError as error:
            faults += [one | {"where": f"{where}.{one['where']}"} for one in error.errors]
        except Refused as error:
            faults.append(fault(error, where=where, found=key))
    if batch is not None:
        for _label, pk in sorted(batch.outside(acting_user, EDIT), key=str):
            place, key = places.get(pk, ("rows", ""))
            faults.append(fault(outside_area(), where=place, found=key))
    if faults:
        raise ApiError(422, *faults)
    if batch is not None:
        batch.index()
    return done


def _by_key(resource: Resource, user: Any, keys: list[str]) -> dict[str, Any]:
    wanted = [key for key in keys if key]
    found: dict[str, Any] = {}
    for at in range(0, len(wanted), 500):
        part = wanted[at : at + 500]
        try:
            rows = resource.queryset(user).filter(**{f"{resource.lookup}__in": part})
            names = [one.name for one in relations(resource)]
            rows = rows.select_related(*names) if names else rows
            found |= {_key(resource, row): row for row in rows}
        except ValueError as error:
            raise ApiError(422, fault(error, where=resource.lookup)) from None
    return found


def _done(sent: dict[str, Any], write: Any) -> models.Model:
    """Runs the write; what it finds wrong becomes an answer."""
    try:
        with transaction.atomic():
            return write()
    except ValidationError as error:
        raise ApiError(422, *of_validation(error, sent)) from None
    except ValueError as error:  # an action's own sentence
        raise ApiError(422, fault(error)) from None


def _cleaned(resource: Resource, user: Any, row: Any, sent: dict[str, Any]) -> dict[str, Any]:
    """The values as the page's form gives them; fields that weren't sent keep theirs."""
    batch = together()
    kind = remember(("form", resource.name), lambda: form_kind(resource))
    every = kind
    if batch is not None:  # only the fields that this row is checked for
        names = tuple(
            name
            for name in resource.form_fields
            if name in sent or (row is None and not _has_default(resource, name))
        )
        kind = remember(("form", resource.name, names), lambda: _kind_of(resource, names))
    # A copy: checking puts values into the row that the action must find unchanged.
    instance = _copy_of(row) if row is not None else None
    whole = _whole_form(every, instance, user)
    faults: list[dict[str, Any]] = []
    data = {}
    for field in written_fields(resource):
        if field.name in sent and field.name in whole.fields:
            data[field.name] = _for_form(field, sent[field.name], whole.fields, faults)
    form = kind(data=data, instance=instance)
    for name in list(form.fields):
        if name not in whole.fields or (
            name not in sent and (row is not None or _has_default(resource, name))
        ):
            del form.fields[name]
    if batch is not None:
        _leave_rules_to_the_write(form)
    prepare_form(form, user)
    kept = _kept(whole, row, form.fields)
    if not form.is_valid():
        named = {one["where"] for one in faults}
        for name, errors in form.errors.get_json_data().items():
            where = "" if name == "__all__" else name
            if where not in named:
                faults += [fault(e["message"], where=where, found=sent.get(name)) for e in errors]
    if faults:
        raise ApiError(422, *faults)
    return kept | form.cleaned_data


def _copy_of(row: Any) -> Any:
    running = together()
    locked = running.locked.get((row._meta.label, row.pk)) if running is not None else None
    return copy(locked) if locked is not None else type(row)._base_manager.get(pk=row.pk)


def _leave_rules_to_the_write(form: Any) -> None:
    """The action that writes checks the row's rules once more: of rows that are written together
    the form checks them only where it has found something, to say all of it at once."""
    check = form._post_clean

    def post_clean() -> None:
        if form._errors:
            check()
        else:
            form.instance = construct_instance(form, form.instance)

    form._post_clean = post_clean


def _kind_of(resource: Resource, names: tuple[str, ...]) -> Any:
    return modelform_factory(resource.model, form=resource.form_class, fields=list(names))


def _whole_form(kind: Any, instance: Any, user: Any) -> Any:
    """The form with all its fields. One whose fields don't hang on the row is made once for rows
    that are written together."""
    if kind.__init__ is not forms.ModelForm.__init__:
        return prepare_form(kind(instance=instance), user)
    return remember(("whole", kind, user.pk), lambda: prepare_form(kind(), user))


def _has_default(resource: Resource, name: str) -> bool:
    """Whether a new row gets this value by itself when nothing is said."""
    try:
        return resource.model._meta.get_field(name).has_default()
    except FieldDoesNotExist:  # a field of the form only
        return False


def _kept(whole: Any, row: Any, checked: Any) -> dict[str, Any]:
    """What the row holds (or a new one begins with) in the fields that weren't sent."""
    kept = {}
    for name, field in whole.fields.items():
        if name in checked:
            continue
        model_field = next((f for f in whole._meta.model._meta.fields if f.name == name), None)
        if model_field is None:
            kept[name] = field.clean(None) if not field.required else ""
        elif row is not None:
            kept[name] = getattr(row, name)
        else:
            kept[name] = model_field.get_default()
    return kept


def _for_form(
    field: ApiField, value: Any, fields: dict[str, Any], faults: list[dict[str, Any]]
) -> Any:
    """A JSON value as the form's field reads it; a relation's key becomes its row."""
    if value is None:
        return None if field.kind == "flag" else ""
    if field.kind == "relation":
        form_field = fields[field.name]
        try:
            related = remember(
                ("related", field, value, repr(form_field.queryset.query.where)),
                lambda: form_field.queryset.filter(**{field.target_key: value}).first(),
            )
        except ValueError:
            related = None
        if related is None:
            faults.append(
                fault(
                    _("There is no such record, or it lies outside your area."),
                    where=field.name,
                    found=value,
                    do=_("Give its key (“%(key)s”).") % {"key": field.target_key},
                )
            )
            return ""
        return related.pk
    if isinstance(fields[field.name], forms.MultipleChoiceField):
        return str(value).split()  # as it is read: codes with blanks between them
    return _plain(value)


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool) else plain(value, "text")


def _require_unmasked(hidden: Any, sent: dict[str, Any]) -> None:
    named = [name for name in sent if name in hidden]
    if named:
        what = _("You may not see this field, so you can't change it either.")
        raise ApiError(403, *(fault(what, where=name) for name in named))


def _key(resource: Resource, row: Any) -> str:
    return str(getattr(row, resource.lookup))
