from django.apps import AppConfig


class ExampleRegisterConfig(AppConfig):
    """Installed for tests only."""

    name = "yuanheng.registry.tests.example_register"
    label = "example_register"
