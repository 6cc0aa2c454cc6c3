"""Who may do what: one policy object a model, which answers for one row and for a whole query."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext as _

from yuanheng.kernel.together import together

if TYPE_CHECKING:
    from collections.abc import Callable

VIEW, CREATE, EDIT, ARCHIVE = "view", "create", "edit", "archive"
IMPORT, EXPORT, ADMINISTER = "import", "export", "administer"

_policies: dict[type[models.Model], Policy] = {}


class Refused(PermissionDenied):
    """Visible, but not allowed. The text is a sentence for the person who asked."""


class Policy:
    """Answers for one model: may this user, which rows, who may, which fields, and why not.

    The three answers agree: ``u in who_can(a, row)``, ``can(u, a, row)`` and
    ``row in instances(u, a, rows)`` are one and the same.
    """

    # Fields that not everybody who sees a row may see, by group; who may, says ``unmasked``.
    masked_fields: ClassVar[Mapping[str, frozenset[str]]] = {}

    def instances(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        """The rows of ``queryset`` on which ``user`` may do ``action``."""
        raise NotImplementedError

    def many(self, user: Any, action: str, queryset: models.QuerySet) -> models.QuerySet:
        """The same rows as ``instances``, in words with which a database walks a whole register
        fastest; it may ask a query first."""
        return self.instances(user, action, queryset)

    def anywhere(self, user: Any, action: str) -> bool:
        """Whether there is any place where ``user`` may do ``action``."""
        raise NotImplementedError

    def can(self, user: Any, action: str, row: models.Model | None = None) -> bool:
        """Whether ``user`` may, on ``row`` or (without one) anywhere."""
        if not (user.is_authenticated and user.is_active):
            return False
        if row is None or row.pk is None:
            return self.anywhere(user, action)
        rows = models.QuerySet(type(row)).filter(pk=row.pk)
        return self.instances(user, action, rows).exists()

    def who_can(self, action: str, row: models.Model) -> models.QuerySet:
        """The active users who may do ``action`` on ``row``, superusers among them.

        This asks one person after another; a policy that can ask the database does so.
        """
        people = get_user_model()._default_manager.filter(is_active=True)
        able = [one.pk for one in people if self.can(one, action, row)]
        return people.filter(pk__in=able)

    def unmasked(self, user: Any, group: str, queryset: models.QuerySet) -> models.QuerySet | bool:
        """Of which rows ``user`` may see the fields of a masked group; ``True`` for all of them,
        without asking the database."""
        return True

    def open_fields(self, user: Any, row: models.Model | None = None) -> frozenset[str] | None:
        """The only fields that ``user`` may change on ``row``; ``None`` for every field."""
        return None

    def refusal(self, action: str) -> str:
        """Why not, in a sentence that says what to do."""
        sentences = {
            VIEW: _("You have no right to see this. Ask your administrator for it."),
            CREATE: _("You may not add a record here. Ask an analyst of your office."),
            EDIT: _("You may look at this, but not change it. Ask an analyst of your office."),
            ARCHIVE: _("You may look at this, but not archive it. Ask an analyst of your office."),
            IMPORT: _("You may not import here. Ask an analyst of your office."),
            EXPORT: _("You may look at this, but not export it. Ask an analyst of your office."),
            ADMINISTER: _("Only an administrator may do this."),
        }
        return sentences.get(action) or _("You may not do this.")


def policy(model: type[models.Model]) -> Callable[[type[Policy]], type[Policy]]:
    """Class decorator: this policy answers for ``model``."""

    def register(kind: type[Policy]) -> type[Policy]:
        _policies[model] = kind()
        return kind

    return register


def answer_for(model: type[models.Model], one: Policy) -> None:
    """This very policy answers for ``model``."""
    _policies[model] = one


def policy_for(model: type[models.Model]) -> Policy:
    """The policy of a model. A model without one is shown to nobody: that is an error here."""
    try:
        return _policies[model]
    except KeyError:
        raise LookupError(f"{model.__name__} has no policy: write one in its authz.py") from None


def all_policies() -> dict[type[models.Model], Policy]:
    """Every model that has a policy, with it."""
    return dict(_policies)


def can(user: Any, action: str, subject: models.Model | type[models.Model]) -> bool:
    """Whether ``user`` may, on a row, or anywhere on a model."""
    if isinstance(subject, type):
        return policy_for(subject).can(user, action)
    running = together()
    if running is not None:  # asked for all rows that are written together
        key = (user.pk, action, subject._meta.label, subject.pk)
        if key in running.rights:
            return running.rights[key]
    return policy_for(type(subject)).can(user, action, subject)


def with_rights(rows: models.QuerySet, user: Any, actions: Collection[str]) -> models.QuerySet:
    """The rows, each read with what ``user`` may do on it: ``rights_on`` then asks nothing."""
    found = policy_for(rows.model)
    if type(found).can is not Policy.can:  # it knows a shorter way
        return rows
    one = models.QuerySet(rows.model).filter(pk=models.OuterRef("pk"))
    return rows.annotate(
        **{
            f"right_to_{action}": models.Exists(instances(user, action, one).order_by())
            for action in actions
        }
    )


def rights_on(user: Any, row: models.Model, actions: Collection[str]) -> frozenset[str]:
    """Which of ``actions`` the user may do on ``row``, which was read ``with_rights``."""
    known = {one: getattr(row, f"right_to_{one}", None) for one in actions}
    return frozenset(
        one for one, may in known.items() if (can(user, one, row) if may is None else may)
    )


def instances(
    user: Any, action: str, rows: models.QuerySet | type[models.Model]
) -> models.QuerySet:
    """The rows of a query, or of a whole model, on which ``user`` may do ``action``."""
    queryset = rows._default_manager.all() if isinstance(rows, type) else rows
    if not (user.is_authenticated and user.is_active):
        return queryset.none()
    return policy_for(queryset.model).instances(user, action, queryset)


def who_can(action: str, row: models.Model) -> models.QuerySet:
    """The active users who may do ``action`` on ``row``; superusers may do everything."""
    return policy_for(type(row)).who_can(action, row)


def require(user: Any, action: str, subject: models.Model | type[models.Model]) -> None:
    """Raise ``Refused`` with the policy's sentence unless ``user`` may."""
    if not can(user, action, subject):
        model = subject if isinstance(subject, type) else type(subject)
        raise Refused(policy_for(model).refusal(action))


class ScopedQuerySet(models.QuerySet):
    """A queryset of rows that belong to somebody's area."""

    def visible_to(self, user: Any, *, many: bool = False) -> ScopedQuerySet:
        """Only what ``user`` may see. Nothing else may reach a page, an answer or an export.

        ``many``: for a walk over a whole register, such as a list."""
        if many and user.is_authenticated and user.is_active:
            return policy_for(self.model).many(user, VIEW, self)
        return instances(user, VIEW, self)

    def current(self) -> ScopedQuerySet:
        """Without what has been archived."""
        return self.filter(archived_at__isnull=True)
