"""Names of the desk's actions; the folders that are looked into at every tick."""

from django.utils.translation import gettext_lazy as _

from yuanheng.documents.mailbox import look_into_mailbox
from yuanheng.documents.watching import look_into_folders
from yuanheng.kernel.actions.labels import name_action
from yuanheng.kernel.clocks import on_tick

for _code, _label in {
    "documents.add": _("Document put on the desk"),
    "documents.read": _("Document read"),
    "documents.decide": _("Proposal decided"),
    "documents.mend": _("Proposal mended"),
    "documents.split": _("Proposal split"),
    "documents.merge": _("Proposals merged"),
    "documents.teach": _("Word taught"),
    "documents.enter_figures": _("Figures entered"),
    "documents.draft_tasks": _("Tasks drafted"),
}.items():
    name_action(_code, _label)

on_tick("mailbox", look_into_mailbox)
on_tick("watched folders", look_into_folders)
