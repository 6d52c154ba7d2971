"""Marks: short texts that change whenever some facts do, for forms that must not overwrite what nobody has seen."""

import hashlib
import json
from typing import Any


def mark_of(facts: Any) -> str:
    """The mark of facts that JSON can write, in the order in which they stand."""
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
