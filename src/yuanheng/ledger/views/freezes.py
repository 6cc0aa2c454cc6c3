"""Freeze figures, take the frozen files, make tables of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yuanheng.calc.periods import Period
from yuanheng.kernel.actions import record_export
from yuanheng.kernel.forms import prepare_form
from yuanheng.kernel.policies import EDIT, require
from yuanheng.ledger import store
from yuanheng.ledger.actions import CannotFreeze, make_table
from yuanheng.ledger.choices import BearerKind, Standing
from yuanheng.ledger.frozen import FIGURES, MANIFEST
from yuanheng.ledger.jobs import ask_to_freeze
from yuanheng.ledger.layouts import layout_for, layouts_for
from yuanheng.ledger.models import Freeze
from yuanheng.ledger.queries.scopes import Scope
from yuanheng.registry.api import park_facts
from yuanheng.registry.choices import ParkRank
from yuanheng.registry.models import Region


class FreezeForm(forms.Form):
    """What is frozen: of whom, for which period, as known when."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Figures of"),
        choices=[(one, BearerKind(one).label) for one in ("park", "enterprise", "department")],
    )
    period = forms.CharField(
        label=gettext_lazy("Period"),
        max_length=12,
        help_text=gettext_lazy("2024, 2024H1, 2024Q3, 2024-07 or 2024-01..07 (cumulative)."),
    )
    rank = forms.ChoiceField(
        label=gettext_lazy("Class of park"),
        required=False,
        choices=[("", gettext_lazy("all")), *ParkRank.choices],
    )
    region = forms.ChoiceField(label=gettext_lazy("Region"), required=False)
    park = forms.ChoiceField(label=gettext_lazy("Park"), required=False)
    standing = forms.ChoiceField(
        label=gettext_lazy("Figures that are at least"),
        choices=[(str(value), label) for value, label in Standing.choices],
    )
    as_of = forms.DateTimeField(
        label=gettext_lazy("As known at"),
        required=False,
        help_text=gettext_lazy("Empty: as known now."),
    )
    title = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=120)

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        parks = park_facts(user)
        codes = {one.region_code[:size] for one in parks for size in (4, 6)}
        regions = Region.objects.filter(code__in=codes).order_by("code")
        self.fields["region"].choices = [
            ("", gettext_lazy("all")), *((one.code, one.name) for one in regions)
        ]  # fmt: skip
        self.fields["park"].choices = [
            ("", gettext_lazy("all")), *((one.code, one.name) for one in parks)
        ]  # fmt: skip

    def clean_period(self) -> Period:
        try:
            return Period.parse(self.cleaned_data["period"].strip())
        except ValueError:
            text = _("“%(found)s” is no period. Write 2024, 2024Q3, 2024-07 or 2024-01..07.")
            raise forms.ValidationError(text % {"found": self.cleaned_data["period"]}) from None

    @property
    def scope(self) -> Scope:
        """What was chosen."""
        return Scope(
            **{name: self.cleaned_data[name] for name in ("kind", "rank", "region", "park")}
        )


class TableForm(forms.Form):
    """For which scheme a table is made."""

    layout = forms.ChoiceField(
        label=gettext_lazy("Scheme"),
        required=False,
        help_text=gettext_lazy("It says which columns are needed, in which units."),
    )
    title = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=120)

    def __init__(self, *args: Any, layouts: list[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["layout"].choices = [
            ("", gettext_lazy("none: every indicator")),
            *((one.code, one.title) for one in layouts),
        ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def new_freeze(request: HttpRequest) -> HttpResponse:
    """Asks what to freeze, and has a worker freeze it."""
    require(request.user, EDIT, Freeze)
    data = request.POST if request.method == "POST" else None
    initial = {"period": request.GET.get("period", ""), "standing": str(Standing.REPORTED)}
    form = prepare_form(FreezeForm(data, user=request.user, initial=initial), request.user)
    if data is not None and form.is_valid():
        asked = ask_to_freeze(
            user=request.user,
            scope=form.scope,
            period=form.cleaned_data["period"],
            title=form.cleaned_data["title"],
            as_of=form.cleaned_data["as_of"],
            standing=_least(form.cleaned_data["standing"]),
        )
        return redirect("job-detail", asked.token)
    context = {
        "form": form,
        "title": _("Freeze figures"),
        "lead": _(
            "The figures of a scope and a period are kept for ever, with the year that they are "
            "compared with and every definition as it is today."
        ),
        "submit": _("Freeze"),
        "back_url": reverse("freeze-list"),
        "trail": [(_("Frozen figures"), reverse("freeze-list"))],
    }
    return render(request, "kernel/form.html", context, status=422 if form.errors else 200)


def _least(text: str) -> int:
    """Everything reported needs no look at the entries."""
    return 0 if int(text) == Standing.REPORTED else int(text)


@require_http_methods(["GET", "HEAD", "POST"])
def new_table(request: HttpRequest, key: str) -> HttpResponse:
    """Makes a table for a scheme out of frozen figures."""
    freeze = _visible(request, key)
    require(request.user, EDIT, freeze)
    layouts = [one for one in layouts_for(request.user) if one.kind == freeze.kind]
    data = request.POST if request.method == "POST" else None
    initial = {"title": freeze.title}
    form = prepare_form(TableForm(data, layouts=layouts, initial=initial), request.user)
    if data is not None and form.is_valid():
        try:
            snapshot, _is_new = make_table(
                acting_user=request.user,
                freeze=freeze,
                layout=layout_for(request.user, form.cleaned_data["layout"]),
                title=form.cleaned_data["title"],
            )
            messages.success(request, _("The table is made. It can be evaluated now."))
            return redirect("snapshot-detail", snapshot.code)
        except CannotFreeze as error:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "title": _("Make a table"),
        "submit": _("Make a table"),
        "back_url": reverse("freeze-detail", args=[freeze.code]),
        "trail": [
            (_("Frozen figures"), reverse("freeze-list")),
            (freeze.title, reverse("freeze-detail", args=[freeze.code])),
        ],
    }
    return render(request, "kernel/form.html", context, status=422 if form.errors else 200)


@require_safe
def freeze_file(request: HttpRequest, key: str) -> HttpResponse:
    """The frozen figures, byte for byte."""
    freeze = _visible(request, key)
    return _download(request, freeze, freeze.sha256, FIGURES)


@require_safe
def freeze_manifest(request: HttpRequest, key: str) -> HttpResponse:
    """What the numbers of the file mean."""
    freeze = _visible(request, key)
    return _download(request, freeze, freeze.manifest_sha256, MANIFEST)


def _download(request: HttpRequest, freeze: Freeze, sha256: str, name: str) -> HttpResponse:
    path = store.stored_path(sha256, name)
    record_export(
        acting_user=request.user, resource=Freeze, subject=freeze, query="",
        rows=freeze.figures, sha256=sha256, format=path.suffix.lstrip("."),
    )  # fmt: skip
    shown = f"{freeze.period}-{freeze.code}{path.suffix}"
    return FileResponse(path.open("rb"), as_attachment=True, filename=shown)


def _visible(request: HttpRequest, key: str) -> Freeze:
    return get_object_or_404(Freeze.objects.visible_to(request.user), code=key)
