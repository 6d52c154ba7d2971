"""Properties are about answers, not about how fast this machine gives them."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
