from django.apps import AppConfig


class ExampleRoomConfig(AppConfig):
    """Installed for tests only."""

    name = "yuanheng.kernel.tests.example_room"
    label = "example_room"
