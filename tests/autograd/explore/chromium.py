"""The browser that the tests drive: the system's Chromium, by Playwright. Nothing is downloaded."""

from __future__ import annotations

import shutil

try:
    from playwright.sync_api import sync_playwright
except ModuleNotFoundError:
    sync_playwright = None

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
MISSING = [
    what
    for what, there in (
        ("a browser (apt install chromium)", CHROMIUM),
        ("its driver (pip install playwright)", sync_playwright),
    )
    if not there
]
SKIPPED = f"The page of explore() is NOT tested in a browser here, for want of {' and '.join(MISSING)}."
