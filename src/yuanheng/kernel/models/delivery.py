import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.models.channel import NoticeChannel
from yuanheng.kernel.policies import ScopedQuerySet


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    DEAD = "dead", _("Could not be delivered")
    DROPPED = "dropped", _("Dropped")


class Delivery(models.Model):
    """One message that is to leave through one channel, and what became of it."""

    # Also the message's number for the receiver, who can tell a repetition by it.
    token = models.UUIDField(_("message number"), default=uuid.uuid4, unique=True, editable=False)
    # The same thing is never put down twice for the same channel and person.
    key = models.CharField(_("key"), max_length=150, unique=True, editable=False)
    channel = models.ForeignKey(
        NoticeChannel,
        verbose_name=_("channel"),
        on_delete=models.PROTECT,
        related_name="deliveries",
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recipient"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    code = models.CharField(_("kind of notice"), max_length=100)
    text = models.TextField(_("message text"))
    link = models.CharField(_("page"), max_length=300, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState, default=DeliveryState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("written at"), default=clock.now)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=clock.now)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    closed_reason = models.CharField(_("reason for dropping"), max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="delivery_due",
                condition=models.Q(state="waiting"),
            ),
            models.Index(fields=["channel", "sent_at"], name="delivery_pace"),
        ]

    def __str__(self) -> str:
        return self.text[:60]
