from django.apps import AppConfig


class WebConfig(AppConfig):
    """Base pages, sign-in, home."""

    name = "yuanheng.web"
    label = "web"
