"""What does not stand in our code and templates at all: the ways in which typed text becomes a program (ASVS 1.2, 1.3).

A scan proves that something is not there, not that what is there is right: that is what the other tests are for. Each
rule has a line that it would find.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = [*(ROOT / "scheduling").rglob("*.py"), ROOT / "manage.py"]
TEMPLATES = list((ROOT / "templates").rglob("*.html"))
SCRIPTS = list((ROOT / "static" / "js").glob("*.js"))

# Rule -> where, what, an example of it, the files in which it may stand, for the reason told here.
RULES: dict[str, tuple[list[Path], str, str, set[str]]] = {
    "text that becomes code": (PYTHON, r"\b(?<!\.)(eval|exec|compile|__import__)\(", "eval(text)", set()),
    "objects out of bytes": (
        PYTHON,
        r"\b(pickle|marshal|shelve|dill)\b|yaml\.(unsafe_)?load\(",
        "import pickle",
        set(),
    ),
    "a shell": (PYTHON, r"os\.system|os\.popen|shell=True", "run(text, shell=True)", set()),
    # Programs with a list of arguments: of the supervisor, the first data of the demo, pg_dump and pg_restore.
    "other programs": (
        PYTHON,
        r"\bsubprocess\b|\bPopen\b",
        "import subprocess",
        {"supervision.py", "seed.py", "backup_postgres.py"},
    ),
    "text that counts as safe": (PYTHON, r"mark_safe|SafeString\(|__html__", "mark_safe(text)", set()),
    "a form of HTML that is not fixed": (
        PYTHON,
        r"format_html(_join)?\(\s*(f[\"']|[a-z]\w*[,)])",
        'format_html(f"<p>{text}")',
        set(),
    ),
    "queries out of text": (PYTHON, r"RawSQL|\.extra\(|\.raw\(", "objects.raw(text)", set()),
    # Locks, triggers, migrations, copies, the walk along the trail, checks of health: no text of a person in any.
    "SQL of our own": (
        PYTHON,
        r"\.execute\(|\.cursor\(",
        "cursor.execute(sql)",
        {
            *("standing.py", "access.py", "backup.py", "backup_postgres.py", "call_budget.py", "claims.py"),
            *("own_connection.py", "readiness.py", "audit_verify.py", "audit_chain.py", "operations.py"),
            *("append_only.py", "0003_claim_guards.py"),
        },
    ),
    "files from browsers": (PYTHON, r"request\.FILES|FileField|ImageField", "request.FILES", set()),
    "a request without its token": (PYTHON, r"csrf_exempt", "@csrf_exempt", set()),
    "templates out of text": (PYTHON, r"\bTemplate\(|from_string\(", "Template(text)", set()),
    "text that is not escaped": (TEMPLATES, r"\|\s*safe(seq)?\b|autoescape off", "{{ text|safe }}", set()),
    "a script in a page": (TEMPLATES, r"<script(?![^>]*\ssrc=)", "<script>", set()),
    "a script in an attribute": (
        TEMPLATES,
        r"\s(on\w+|(data-)?hx-on[\w:-]*)=|[\"']js:|javascript:",
        '<a onclick="">',
        set(),
    ),
    "a style in a page": (TEMPLATES, r"<style|\sstyle=", '<p style="">', set()),
    "a value without quotes": (TEMPLATES, r"<[^>]*\s[\w-]+=\{\{", "<a href={{ url }}>", set()),
    "text that becomes a script": (
        SCRIPTS,
        r"\beval\(|new Function|setTimeout\(\s*[\"'`]|document\.write",
        "eval(x)",
        set(),
    ),
    # An answer of ours, whose text the server has escaped; what is typed never goes there.
    "text that becomes a page": (
        SCRIPTS,
        r"\.(innerHTML|outerHTML)\s*\+?=[^=]|insertAdjacentHTML|createContextualFragment",
        "row.innerHTML = text",
        {"board-carry.js", "presence.js"},
    ),
    # The colours that somebody chose, and nothing else.
    "what stays in the browser": (
        SCRIPTS,
        r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.",
        "localStorage.x",
        {"theme.js"},
    ),
}


def found(files: list[Path], pattern: str, allowed: set[str]) -> Iterator[str]:
    rule = re.compile(pattern)
    for path in files:
        if path.name in allowed:
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if rule.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: {line.strip()}"


@pytest.mark.parametrize("rule", RULES)
def test_what_would_let_typed_text_act_is_nowhere(rule: str) -> None:
    files, pattern, _example, allowed = RULES[rule]

    assert list(found(files, pattern, allowed)) == []
    assert allowed <= {path.name for path in files}, "a file that may have it is gone"


@pytest.mark.parametrize("rule", RULES)
def test_the_scan_would_see_it(rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    _files, pattern, example, _allowed = RULES[rule]
    planted = tmp_path / "planted"
    planted.write_text(f"one\n{example}\n")
    monkeypatch.setitem(globals(), "ROOT", tmp_path)

    assert list(found([planted], pattern, set())) == [f"planted:2: {example}"]
