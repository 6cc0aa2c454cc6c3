from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    """Schemes, runs on frozen figures, results with their explanation."""

    name = "yuanheng.evaluation"
    label = "evaluation"
    verbose_name = _("Evaluation")
