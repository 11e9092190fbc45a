"""Take the pictures of the README from a running `./run` with its demo.

    .venv/bin/python docs/take_screenshots.py [http://127.0.0.1:8000]

Needs Chromium (`CHROMIUM`, else /usr/bin/chromium) and the password in var/admin-password.
"""

import os
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
SITE = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
HEIGHT, GAP, GROUND = 844, 24, "#DCE4EA"


def main() -> None:
    """Write docs/images/overview.png and the pictures that it is put together from."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS
        )
        shots = [sign_up(browser), mail(browser), desk(browser)]
        browser.close()
    side_by_side(shots).save(IMAGES / "overview.png", optimize=True)


def sign_up(browser: Browser) -> bytes:
    """The front page on a phone."""
    page = open_page(browser, width=390)
    page.goto(f"{SITE}/")
    return page.screenshot()


def mail(browser: Browser) -> bytes:
    """The newest captured mail of a digest, as a phone shows it."""
    page = open_page(browser, width=390)
    page.goto(f"{SITE}/outbox/")
    page.locator("tr", has_text="digest").first.locator(".subject a").click()
    page.goto(f"{page.url}html")
    return page.screenshot()


def desk(browser: Browser) -> bytes:
    """The first page of the desk."""
    page = open_page(browser, width=1280)
    page.goto(f"{SITE}/admin/")
    page.fill("[name=username]", "admin")
    password = Path(os.environ.get("VAR_DIR", ROOT / "var")) / "admin-password"
    page.fill("[name=password]", password.read_text(encoding="utf-8").strip())
    page.press("[name=password]", "Enter")
    page.wait_for_load_state("networkidle")
    return page.screenshot()


def open_page(browser: Browser, *, width: int) -> Page:
    """A fresh page, light, as high as the pictures are."""
    context = browser.new_context(viewport={"width": width, "height": HEIGHT}, color_scheme="light")
    return context.new_page()


def side_by_side(shots: list[bytes]) -> Image.Image:
    """The shots in a row on a quiet ground."""
    pictures = [Image.open(BytesIO(shot)).convert("RGB") for shot in shots]
    width = sum(picture.width for picture in pictures) + GAP * (len(pictures) + 1)
    row = Image.new("RGB", (width, HEIGHT + 2 * GAP), GROUND)
    left = GAP
    for picture in pictures:
        row.paste(picture, (left, GAP))
        left += picture.width + GAP
    return row


if __name__ == "__main__":
    main()
