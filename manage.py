#!/usr/bin/env python
"""Daybook's command line: `python manage.py help` lists the commands."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduling.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed here: `make run` and `make test` make a virtual environment; see README.md.")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
