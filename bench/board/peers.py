"""Other people's calendars with the same visits, installed by npm into a folder that is thrown away (PEERS=1).

None of them is part of Daybook. FullCalendar's resource views are sold; its evaluation key is used here to measure.
"""

import gzip
import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .facts import Column


@dataclass(frozen=True, slots=True)
class Peer:
    """A package, its files below `node_modules`, and the script that draws `columns` of `visits` on `day`."""

    name: str
    package: str
    files: tuple[str, ...]
    script: str


SAME = "headerToolbar: {}, resources, events, initialDate: day, date: day, slotMinTime: '07:00', slotMaxTime: '23:00'"
PEERS = (
    Peer(
        "EventCalendar",
        "@event-calendar/build@5",
        ("@event-calendar/build/dist/event-calendar.min.css", "@event-calendar/build/dist/event-calendar.min.js"),
        f"EventCalendar.create(at, {{view: 'resourceTimeGridDay', {SAME}}});",
    ),
    Peer(
        "FullCalendar 6 premium",
        "fullcalendar-scheduler@6",
        ("fullcalendar-scheduler/index.global.min.js",),
        f"new FullCalendar.Calendar(at, {{initialView: 'resourceTimeGridDay', {SAME},"
        " schedulerLicenseKey: 'CC-Attribution-NonCommercial-NoDerivatives'}).render();",
    ),
)


def installed(folder: Path) -> list[Peer]:
    """Those that npm could bring; the others are named on the way out."""
    if shutil.which("npm") is None:
        print("PEERS: not run, there is no npm here")
        return []
    return [peer for peer in PEERS if _brought(peer, folder)]


def _brought(peer: Peer, folder: Path) -> bool:
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), peer.package]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    there = all((folder / "node_modules" / name).is_file() for name in peer.files)
    if done.returncode or not there:
        print(f"{peer.name}: not run, npm could not bring {peer.package}")
    return there


def weight(peer: Peer, folder: Path) -> int:
    """Bytes of its styles and scripts by gzip."""
    return sum(len(gzip.compress((folder / "node_modules" / name).read_bytes(), 6)) for name in peer.files)


def page_of(peer: Peer, columns: Sequence[Column], day: str) -> str:
    """A page that draws the same visits with it. Files are asked for below /peer/."""
    resources = [{"id": column.person, "title": f"Person {number}"} for number, column in enumerate(columns)]
    events = [
        {"id": one.event_id, "resourceId": column.person, "start": one.start, "end": one.end, "title": one.text}
        for column in columns
        for one in column.visits
    ]
    links = "".join(map(_link, peer.files))
    told = f"const day={json.dumps(day)},resources={json.dumps(resources)},events={json.dumps(events)};"
    return (
        f"<!doctype html><meta charset=utf-8><title>{peer.name}</title>{links}<div id=at></div>"
        f"<script>{told}const at=document.getElementById('at');{peer.script}</script>"
    )


def _link(name: str) -> str:
    url = f"/peer/{name}"
    return f'<link rel=stylesheet href="{url}">' if name.endswith(".css") else f'<script src="{url}"></script>'
