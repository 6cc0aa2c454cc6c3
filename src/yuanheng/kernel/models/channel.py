import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.models.archive import Archivable
from yuanheng.kernel.policies import ScopedQuerySet


class ChannelKind(models.TextChoices):
    EMAIL = "email", _("E-mail")
    DINGTALK = "dingtalk", _("DingTalk robot")
    WECOM = "wecom", _("WeCom robot")
    FEISHU = "feishu", _("Feishu robot")
    WEBHOOK = "webhook", _("Signed webhook")


class NoticeChannel(Archivable):
    """A way out of this installation, opened by an administrator for one organisation.

    Address and secret lie sealed in the row (see decision 0026); what is shown of the address
    names the host and hides the key.
    """

    audit_hidden = ("address_sealed", "secret_sealed")

    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=50)
    kind = models.CharField(_("kind"), max_length=10, choices=ChannelKind)
    org_unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Notices to the people of this organisation and of those under it go out."),
    )
    address_shown = models.CharField(
        _("receiving address"), max_length=200, blank=True, editable=False
    )
    address_sealed = models.TextField(blank=True, editable=False)
    secret_sealed = models.TextField(blank=True, editable=False)
    sender = models.EmailField(
        _("sender"), blank=True, help_text=_("For e-mail: the address that messages come from.")
    )
    wanted = models.CharField(
        _("kinds of notices"), max_length=500, blank=True, help_text=_("Nothing chosen: all.")
    )
    shows_text = models.BooleanField(
        _("send the whole sentence"),
        default=True,
        help_text=_("If not, the message only says that there is a notice, with its address."),
    )
    is_inside = models.BooleanField(
        _("server of our own network"),
        default=False,
        help_text=_("Allows an address in a private network, which is refused otherwise."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice channel")
        verbose_name_plural = _("notice channels")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def wanted_kinds(self) -> list[str]:
        """Codes of the kinds that go out; an empty list means all."""
        return self.wanted.split()


class NoticeSettings(models.Model):
    """What one person has chosen; without a row the defaults of the fields count."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="notice_settings",
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    # Codes of kinds, separated by blanks, which this person does not want that way.
    no_email = models.CharField(_("not by e-mail"), max_length=500, blank=True)
    no_robot = models.CharField(_("not by robot"), max_length=500, blank=True)
    wants_digest = models.BooleanField(_("daily summary"), default=True)
    digest_hour = models.PositiveSmallIntegerField(_("hour of the daily summary"), default=8)
    last_digest_on = models.DateField(_("last daily summary"), null=True, editable=False)

    class Meta:
        verbose_name = _("notice settings")
        verbose_name_plural = _("notice settings")

    def __str__(self) -> str:
        return str(self.user)

    def refuses(self, way: str, kind: str) -> bool:
        """Whether this kind is not to come that way (``email`` or ``robot``)."""
        return kind in (self.no_email if way == "email" else self.no_robot).split()
