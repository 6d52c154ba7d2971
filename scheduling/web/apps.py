from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "scheduling.web"
    label = "web"
