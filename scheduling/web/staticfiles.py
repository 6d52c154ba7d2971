"""Static files with a digest in their name, also where one of our ES modules imports another."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


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
