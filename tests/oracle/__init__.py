"""The independent proof of the time engine: a walk along the minutes that shares nothing with it but the values.

`clinics` makes random clinics, `minutes` is the brute force, `agreement` compares the two. The short form runs with the
tests; the full form is `python -m tests.oracle --clinics 10000`.
"""
