"""Take the pictures of the README and of docs/mails.md from a running `./run` with its demo.

    .venv/bin/python docs/take_screenshots.py [http://127.0.0.1:8000]

Needs Chromium (`CHROMIUM`, else /usr/bin/chromium) and the password in var/admin-password.
"""

import os
import re
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
# Pictures in the repository stay small: bytes of one, and colours in it.
MOST, COLOURS = 150_000, (128, 64, 32)
LINK = "a[href*='/change/']"
# Picture -> what the list of mails says of it.
MAILS = {
    "morning-briefing": re.compile(r"Morning Briefing · \d{4}-\d\d-\d\d(?!, the week)"),
    "good-news": re.compile("Good News Newsletter · "),
    "the-week": re.compile(r"Morning Briefing · \d{4}-\d\d-\d\d, the week"),
}
# Look -> width of the window, what the frame of the desk's preview is asked for.
LOOKS = {
    "computer": (640, ""),
    "phone": (390, ""),
    "dark": (640, "dark=1"),
    "bare": (640, "bare=1"),
}


def main() -> None:
    """Write docs/images/overview.png, pages of the desk, and the mails in every look."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS
        )
        shots = [sign_up(browser), mail(browser), desk(browser)]
        for name, title in MAILS.items():
            looks_of(browser, name, title)
        save(writing(browser), IMAGES / "desk-mail.png")
        save(board(browser), IMAGES / "desk-board.png")
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
    return at_the_desk(browser).screenshot()


def board(browser: Browser) -> bytes:
    """The same on a wide screen, with something of the next days."""
    page = at_the_desk(browser)
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.goto(f"{SITE}/admin/")
    page.wait_for_load_state("networkidle")
    return page.screenshot()


def writing(browser: Browser) -> bytes:
    """The page where the next mail is written, with the mail beside it; makes it."""
    page = at_the_desk(browser)
    page.set_viewport_size({"width": 1640, "height": 1000})
    page.get_by_role("button", name="Make it now").first.click()
    page.wait_for_load_state("networkidle")
    return page.screenshot()


def at_the_desk(browser: Browser) -> Page:
    """The desk's first page, of somebody who may see everything."""
    page = open_page(browser, width=1280)
    page.goto(f"{SITE}/admin/")
    page.fill("[name=username]", "admin")
    password = Path(os.environ.get("VAR_DIR", ROOT / "var")) / "admin-password"
    page.fill("[name=password]", password.read_text(encoding="utf-8").strip())
    page.press("[name=password]", "Enter")
    page.wait_for_load_state("networkidle")
    return page


def looks_of(browser: Browser, name: str, title: re.Pattern[str]) -> None:
    """docs/images/mail-<name>-<look>.png: the newest mail that was sent, from top to bottom."""
    page = at_the_desk(browser)
    page.goto(f"{SITE}/admin/newsletter/digest/?state__exact=sent")
    row = page.locator("tr", has_text=title).first
    mail = f"{SITE}{row.locator(LINK).first.get_attribute('href')}"
    mail = mail.partition("change/")[0]
    for look, (width, query) in LOOKS.items():
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.goto(f"{mail}frame/?{query}")
        page.wait_for_load_state("networkidle")
        save(page.screenshot(full_page=True), IMAGES / f"mail-{name}-{look}.png")
    page.set_viewport_size({"width": 1280, "height": HEIGHT})
    page.goto(f"{mail}preview/?as=text")
    save(page.locator(".desk-text").screenshot(), IMAGES / f"mail-{name}-text.png")


def save(shot: bytes, path: Path) -> None:
    """A PNG with as many colours as fit into `MOST` bytes."""
    picture = Image.open(BytesIO(shot)).convert("RGB")
    for colours in COLOURS:
        picture.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= MOST:
            return
    raise SystemExit(f"{path.name} is too large.")


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
