from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "scheduling.accounts"
    label = "accounts"
