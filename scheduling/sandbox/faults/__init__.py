"""The sandbox as a fault server (reliability 4.3): only there with `--faults`, on a loopback address.

`rules` decides what happens to a request, `actions` are what can happen, `door` is where every request comes in,
`journal`, `arrivals` and `lag` remember what did. Nothing outside this package imports it but the flag's own hooks.
"""
