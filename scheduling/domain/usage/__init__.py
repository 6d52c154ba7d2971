"""How the hours of clinicians are used in a period: figures that know what they are made of.

`atoms` cuts each clinician's time into stretches in which nothing changes, `tally` weighs and adds them up, `groups`
says by what, `rates` divides, `period` names the time. A figure is always a sum over atoms or cases, so that its parts
add up to it to the second and each of them can be shown.
"""
