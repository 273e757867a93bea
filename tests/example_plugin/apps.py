from django.apps import AppConfig


class ExampleConfig(AppConfig):
    name = "tests.example_plugin"
    label = "example_plugin"
    default_auto_field = "django.db.models.BigAutoField"
