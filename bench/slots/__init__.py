"""Searching free time, measured against a floor, against the usual loop and against other libraries."""
