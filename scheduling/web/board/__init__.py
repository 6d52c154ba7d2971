"""The board's view model: from domain values to what the templates print. Templates compute nothing."""
