"""Telling people something: on the page, by e-mail, by the robot of a group chat.

``notify`` is all that a room needs; ``add_kind`` names a kind of notice, ``add_digest_line`` adds
a line to the daily message, ``deliver_due`` is called by the tick.
"""

from yuanheng.kernel.notices.digest import DigestLine, add_digest_line, send_digests
from yuanheng.kernel.notices.kinds import add_kind, all_kinds, kind_of
from yuanheng.kernel.notices.outbox import deliver_due
from yuanheng.kernel.notices.telling import notify, unread_count

__all__ = [
    "DigestLine",
    "add_digest_line",
    "add_kind",
    "all_kinds",
    "deliver_due",
    "kind_of",
    "notify",
    "send_digests",
    "unread_count",
]
