"""The sandbox as a Django app: its models belong to its own project and database, never to the dashboard's."""

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "scheduling.sandbox"
    label = "sandbox"
    default_auto_field = "django.db.models.BigAutoField"
