"""Who may do what: one policy object a model, which answers for one row and for a whole query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

VIEW, EDIT, ARCHIVE, IMPORT, ADMINISTER = "view", "edit", "archive", "import", "administer"

_policies: dict[type[models.Model], Policy] = {}


class Refused(PermissionDenied):
    """Visible, but not allowed. The text is a sentence for the person who asked."""


class Policy:
    """Answers three questions about one model: may this user, which rows, and why not."""

    def instances(
        self, user: Any, queryset: models.QuerySet, capability: str = VIEW
    ) -> models.QuerySet:
        """The rows of ``queryset`` on which ``user`` has ``capability``."""
        raise NotImplementedError

    def anywhere(self, user: Any, capability: str) -> bool:
        """Whether there is any place where ``user`` has ``capability``."""
        raise NotImplementedError

    def can(self, user: Any, capability: str, row: models.Model | None = None) -> bool:
        """Whether ``user`` may, on ``row`` or (without one) anywhere."""
        if not (user.is_authenticated and user.is_active):
            return False
        if row is None or row.pk is None:
            return self.anywhere(user, capability)
        rows = type(row)._base_manager.filter(pk=row.pk)
        return self.instances(user, rows, capability).exists()

    def refusal(self, capability: str) -> str:
        """Why not, in a sentence that says what to do."""
        sentences = {
            VIEW: _("You have no right to see this. Ask your administrator for it."),
            EDIT: _("You may look at this, but not change it. Ask an analyst of your office."),
            ARCHIVE: _("You may look at this, but not archive it. Ask an analyst of your office."),
            IMPORT: _("You may not import here. Ask an analyst of your office."),
            ADMINISTER: _("Only an administrator may do this."),
        }
        return sentences.get(capability) or _("You may not do this.")


def policy(model: type[models.Model]) -> Callable[[type[Policy]], type[Policy]]:
    """Class decorator: this policy answers for ``model``."""

    def register(kind: type[Policy]) -> type[Policy]:
        _policies[model] = kind()
        return kind

    return register


def policy_for(model: type[models.Model]) -> Policy:
    """The policy of a model. A model without one is shown to nobody: that is an error here."""
    try:
        return _policies[model]
    except KeyError:
        raise LookupError(f"{model.__name__} has no policy: write one in its authz.py") from None


def instances(user: Any, action: str, model_or_queryset: Any) -> models.QuerySet:
    """The rows on which ``user`` may."""
    rows = model_or_queryset
    if isinstance(rows, type):
        rows = models.QuerySet(rows)
    if not (user.is_authenticated and user.is_active):
        return rows.none()
    return policy_for(rows.model).instances(user, rows, action)


def can(user: Any, capability: str, subject: models.Model | type[models.Model]) -> bool:
    """Whether ``user`` may, on a row, or anywhere on a model."""
    if isinstance(subject, type):
        return policy_for(subject).can(user, capability)
    return policy_for(type(subject)).can(user, capability, subject)


def require(user: Any, capability: str, subject: models.Model | type[models.Model]) -> None:
    """Raise ``Refused`` with the policy's sentence unless ``user`` may."""
    if not can(user, capability, subject):
        model = subject if isinstance(subject, type) else type(subject)
        raise Refused(policy_for(model).refusal(capability))


class ScopedQuerySet(models.QuerySet):
    """A queryset of rows that belong to somebody's area."""

    def visible_to(self, user: Any) -> ScopedQuerySet:
        """Only what ``user`` may see. Nothing else may reach a page, an answer or an export."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        return policy_for(self.model).instances(user, self, VIEW)

    def current(self) -> ScopedQuerySet:
        """Without what has been archived."""
        return self.filter(archived_at__isnull=True)
