from django.apps import AppConfig


class VitalsConfig(AppConfig):
    name = "scheduling.vitals"
    label = "vitals"
