from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Documents dropped on the desk, what was read in them, and what people made of it."""

    name = "yuanheng.documents"
    label = "documents"
    verbose_name = _("Document desk")
