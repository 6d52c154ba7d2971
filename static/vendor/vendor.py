"""Copy the pinned front-end files out of their npm packages and write the manifest.

    python static/vendor/vendor.py           fetch again (needs npm) and rewrite files, sprite and manifest
    python static/vendor/vendor.py --check   compare the files here with the manifest (needs nothing)

npm is used on a maintainer's machine only: running Daybook needs no node, and no address is kept here.
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SPRITE = HERE.parent / "icons" / "sprite.svg"
MANIFEST = HERE / "manifest.json"

PACKAGES = {
    "htmx.org": ("4.0.1", "0BSD"),
    "@github/auto-complete-element": ("3.8.0", "MIT"),
    "lucide-static": ("1.62.0", "ISC"),
}
FILES = {
    "htmx/htmx.min.js": ("htmx.org", "dist/htmx.min.js"),
    "htmx/upgrade-check.py": ("htmx.org", "dist/scripts/upgrade-check.py"),
    "htmx/LICENSE": ("htmx.org", "LICENSE"),
    "auto-complete/auto-complete.js": ("@github/auto-complete-element", "dist/bundle.js"),
    "auto-complete/LICENSE": ("@github/auto-complete-element", "LICENSE"),
    "lucide/LICENSE": ("lucide-static", "LICENSE"),
}
ICONS = (HERE / "lucide" / "icons.txt").read_text().split()


def fetch(package: str, version: str, folder: Path) -> Path:
    """Fetch and unpack one package; answers the folder that holds its files."""
    command = ["npm", "pack", "--silent", f"{package}@{version}"]
    name = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.split()[-1]  # noqa: S603
    target = folder / package.replace("/", "-")
    with tarfile.open(folder / name) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def symbol(name: str, icons: Path) -> str:
    """One icon as a sprite symbol; the stroke comes from our own style sheet (`.icon`)."""
    drawing = (icons / f"{name}.svg").read_text()
    body = re.sub(r"\s+", " ", drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.rindex("</svg>")])
    return f'<symbol id="{name}" viewBox="0 0 24 24">{body.replace("> <", "><").replace(" />", "/>").strip()}</symbol>'


def sprite(icons: Path) -> str:
    """The sprite of the icons in use, with its licence on top."""
    heading = "<!-- Icons of Lucide, ISC licence: see static/vendor/lucide/LICENSE -->"
    symbols = "\n".join(symbol(name, icons) for name in ICONS)
    return f'{heading}\n<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def entry(file: str, package: str, path: Path) -> dict[str, str]:
    """One line of the manifest."""
    version, licence = PACKAGES[package]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"file": file, "package": package, "version": version, "licence": licence, "sha256": digest}


def listing() -> list[dict[str, str]]:
    """The manifest that the files on disk deserve."""
    rows = [entry(file, package, HERE / file) for file, (package, _) in FILES.items()]
    return [*rows, entry("../icons/sprite.svg", "lucide-static", SPRITE)]


def update() -> None:
    """Fetch every package and rewrite the files, the sprite and the manifest."""
    with tempfile.TemporaryDirectory() as temporary:
        folders = {name: fetch(name, version, Path(temporary)) for name, (version, _) in PACKAGES.items()}
        for file, (package, source) in FILES.items():
            target = HERE / file
            target.parent.mkdir(exist_ok=True)
            target.write_bytes((folders[package] / source).read_bytes())
        SPRITE.write_text(sprite(folders["lucide-static"] / "icons"))
    MANIFEST.write_text(json.dumps(listing(), indent=2) + "\n")


def main() -> int:
    if sys.argv[1:] == ["--check"]:
        return 0 if json.loads(MANIFEST.read_text()) == listing() else 1
    update()
    return 0


if __name__ == "__main__":
    sys.exit(main())
