"""Daybook. One zone database counts on every machine: the pinned one.

`zoneinfo` would read the operating system's first, which may be years older than the rules that zones change by today
(on one such system Vancouver still put its clock back in November 2026), and then two workers of one clinic could show
two times for one visit. An update of `tzdata` in requirements/ is an update of the zones.
"""

import zoneinfo

zoneinfo.reset_tzpath(to=())
