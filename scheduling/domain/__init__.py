"""The rules of scheduling: pure values and functions on them, standard library only, no clock, no settings.

Bottom up: `interval` (stretches of real time), `zone` (wall times), `week` (days, rows, ISO weeks); `person`, `event`,
`work_hours` (what the API tells); `hours` (records become time), `occupancy` (whose time an event takes),
`availability` (what is left), then what screens ask: `conflict`, `lanes`, `rules`, `utilisation`.
"""
