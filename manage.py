#!/usr/bin/env python
"""Daybook's command line: `python manage.py help` lists the commands."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduling.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed here: `make run` and `make test` make a virtual environment; see README.md.")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as sentence:
        sys.exit(f"Daybook cannot start with these settings: {sentence}")


if __name__ == "__main__":
    main()
