"""The one page of accounts that is special: ending a grant."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yuanheng.accounts.actions import end_grant
from yuanheng.accounts.forms import EndGrantForm
from yuanheng.kernel.forms import add_errors, prepare_form
from yuanheng.kernel.policies import EDIT, require
from yuanheng.kernel.resources import resource_for
from yuanheng.kernel.views.details import visible_row


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, key: str) -> HttpResponse:
    """Asks for the last day, then ends the grant."""
    resource = resource_for("grant")
    grant = visible_row(request, resource, key)
    require(request.user, EDIT, grant)
    data = request.POST if request.method == "POST" else None
    form = prepare_form(EndGrantForm(data), request.user)
    if request.method == "POST" and form.is_valid():
        try:
            end_grant(acting_user=request.user, grant=grant, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The grant has been ended."))
            return redirect(resource.link(grant))
    context = {
        "form": form,
        "title": _("End: %(name)s") % {"name": grant},
        "submit": _("End this grant"),
        "back_url": resource.link(grant),
        "trail": [(resource.title, resource.url("list"))],
    }
    return render(request, "kernel/form.html", context, status=422 if form.errors else 200)
