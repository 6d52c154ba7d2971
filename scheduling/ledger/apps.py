from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "scheduling.ledger"
    label = "ledger"
