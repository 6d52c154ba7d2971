from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "scheduling.directory"
    label = "directory"
