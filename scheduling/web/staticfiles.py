"""Static files with a digest in their name, also where one ES module imports another; ours are bundled and small."""

from collections.abc import Iterator
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

from scheduling.web.bundles import Paths, small


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """Rewrites imports inside `js/` only: Django's own pattern would also read comments of vendored files."""

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (
            "js/*.js",
            (
                (
                    r"""(?P<matched>import(?s:(?P<import>[\s\{].*?|\*\s*as\s*\w+))\s*from\s*['"](?P<url>[./].*?)["']\s*;)""",
                    """import%(import)s from "%(url)s";""",
                ),
                (r"""(?P<matched>import\s*['"](?P<url>[./].*?)["']\s*;)""", """import "%(url)s";"""),
            ),
        ),
    )

    def post_process(self, paths: Paths, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        yield from super().post_process(paths if dry_run else small(paths), dry_run=dry_run, **options)
