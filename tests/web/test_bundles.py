"""How our style sheets and scripts are sent: bundled, small, and never without what a bundle names."""

from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage

from scheduling.web.bundles import Paths, small

BUNDLES = ("css/app.css", "css/boards.css", "js/app.js", "js/boards.js")


def written(folder: Path, files: dict[str, str]) -> Paths:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return {name: (FileSystemStorage(folder), name) for name in files}


def sent(paths: Paths, name: str) -> str:
    storage, path = small(paths)[name]
    with storage.open(path) as file:
        return file.read().decode()


@pytest.fixture(scope="module")
def ours() -> Paths:
    """All files that are collected, as they lie in the project."""
    return {
        path: (storage, path)
        for finder in get_finders()
        for path, storage in finder.list([])
        if isinstance(storage, FileSystemStorage | StaticFilesStorage)
    }


def test_a_bundle_holds_each_file_in_its_order_and_each_script_in_a_block_of_its_own(tmp_path: Path) -> None:
    files = {
        "js/all.js": '// Both.\nimport "./one.js";\nimport "./two.js";\n',
        "js/one.js": "// One.\nconst own = 1;\nrun(own);\n",
        "js/two.js": "const own = 2;\nrun(own);\n",
        "css/all.css": '/* Both. */\n@import "./one.css";\n@import "./two.css";\n',
        "css/one.css": "/* One. */\na {\n  color: red;\n}\n",
        "css/two.css": "b { color: blue; }\n",
    }
    paths = written(tmp_path, files)

    assert sent(paths, "js/all.js") == "{const own=1;run(own);}\n{const own=2;run(own);}"
    assert sent(paths, "css/all.css") == "a{color:red}b{color:#00f}"


def test_what_is_no_bundle_keeps_its_imports(tmp_path: Path) -> None:
    paths = written(tmp_path, {"js/one.js": 'import { a } from "./two.js";\nimport "./two.js";\nrun(a);\n'})

    assert sent(paths, "js/one.js") == 'import{a}from"./two.js";import"./two.js";run(a);'


@pytest.mark.parametrize(
    ("written_as", "sent_as"),
    [
        ("@layer x { .a :is(th, td) { color: red } }", "@layer x{.a :is(th,td){color:red}}"),
        ("@layer x { .a > :is(b, i) :hover { color: red } }", "@layer x{.a>:is(b,i) :hover{color:red}}"),
        ("a { width: calc(1px + (2px * var(--n))) }", "a{width:calc(1px + (2px * var(--n)))}"),
        ('a::before { content: "x  y" / "" }', 'a:before{content:"x  y" / ""}'),
        (":root { --ink: light-dark( #000, #fff ) }", ":root{--ink:light-dark(#000,#fff)}"),
        ("a { color: color-mix(in oklab, red 4%, var(--b)) }", "a{color:color-mix(in oklab, red 4%, var(--b))}"),
        ("a { inset-inline-end: 4px; margin-block: 0 }", "a{margin-block:0;inset-inline-end:4px}"),
    ],
    ids=[
        "a pseudo-class below",
        "and one below that",
        "calc",
        "words of content",
        "schemes",
        "mixed colours",
        "sides by writing",
    ],
)
def test_a_style_sheet_says_the_same_when_it_is_small(tmp_path: Path, written_as: str, sent_as: str) -> None:
    assert sent(written(tmp_path, {"css/one.css": written_as}), "css/one.css") == sent_as


def test_a_style_sheet_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"css/one\.css"):
        small(written(tmp_path, {"css/one.css": "a { color: red; } } b {"}))


def test_what_is_not_ours_is_sent_as_it_is(tmp_path: Path) -> None:
    paths = written(tmp_path, {"vendor/one.js": "// A licence.\nrun();\n", "icons/one.svg": "<svg></svg>\n"})

    assert small(paths) == paths


@pytest.mark.parametrize(
    ("one", "told"),
    [
        pytest.param(None, "which is not there", id="a file that is missing"),
        pytest.param('import { a } from "./two.js";\n', "imports or exports names", id="names from elsewhere"),
        pytest.param("export const a = 1;\n", "imports or exports names", id="names for elsewhere"),
    ],
)
def test_what_cannot_be_bundled_is_refused(tmp_path: Path, one: str | None, told: str) -> None:
    files = {"js/all.js": 'import "./one.js";\n'} | ({"js/one.js": one} if one else {})

    with pytest.raises(ImproperlyConfigured, match=told):
        small(written(tmp_path, files))


@pytest.mark.parametrize("name", BUNDLES)
def test_ours_are_bundled_and_smaller_than_their_parts(ours: Paths, name: str) -> None:
    storage, path = ours[name]
    with storage.open(path) as file:
        named = [line.split('"')[1].removeprefix("./") for line in file.read().decode().splitlines() if '"' in line]
    parts = [f"{name.partition('/')[0]}/{each}" for each in named]
    text = sent(ours, name)

    assert len(parts) >= 4
    assert "import" not in text.replace("!important", "").replace("await import(", "").replace("&&import(", "")
    assert len(text) < sum(ours[each][0].size(each) for each in parts) * 0.9
