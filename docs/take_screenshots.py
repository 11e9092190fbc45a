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
MOST, COLOURS = 150_000, (256, 128, 64, 32)
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
    """Write docs/images/: signing up, mails in every look, and pages of the desk."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS
        )
        save_row([in_a_story(browser), front(browser)], IMAGES / "sign-up.png")
        page = at_the_desk(browser)
        save_row(
            [
                shot
                for name in ("morning-briefing", "good-news")
                for shot in in_the_inbox(page, newest(page, MAILS[name]))
            ],
            IMAGES / "mails.png",
        )
        for name, title in MAILS.items():
            looks_of(browser, name, title)
        save(writing(browser), IMAGES / "desk-mail.png")
        save(board(browser), IMAGES / "desk-board.png")
        browser.close()


def in_a_story(browser: Browser) -> bytes:
    """A story on a computer, where the box to sign up stands between its paragraphs."""
    page = open_page(browser, width=720)
    page.goto(f"{SITE}/articles/harbour-reopens-to-large-ships/")
    # With the words before it, so that one sees where it stands.
    page.evaluate(
        "scrollTo(0, document.querySelector('.sign-up-box').getBoundingClientRect().bottom"
        f" - {HEIGHT - GAP})"
    )
    page.wait_for_load_state("networkidle")
    return page.screenshot()


def front(browser: Browser) -> bytes:
    """The front page on a phone in dark mode, with both newsletters chosen."""
    page = open_page(browser, width=390, scheme="dark")
    page.goto(f"{SITE}/")
    for box in page.locator(".tick").all():
        box.check()
    return page.screenshot()


def in_the_inbox(page: Page, mail: str) -> list[bytes]:
    """The top of a mail on a computer, and on a phone in dark mode."""
    shots = []
    for width, query in ((640, ""), (390, "dark=1")):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.goto(f"{mail}frame/?{query}")
        page.wait_for_load_state("networkidle")
        shots.append(page.screenshot())
    return shots


def board(browser: Browser) -> bytes:
    """The same on a wide screen, with something of the next days."""
    page = at_the_desk(browser)
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.goto(f"{SITE}/admin/")
    page.wait_for_load_state("networkidle")
    return page.screenshot()


def writing(browser: Browser) -> bytes:
    """The page where the next mail is written, with the mail beside it; makes it if it must."""
    page = at_the_desk(browser)
    page.set_viewport_size({"width": 1640, "height": 1000})
    there = page.get_by_role("link", name="Look it over")
    page.get_by_role("button", name="Make it now").or_(there).first.click()
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
    mail = newest(page, title)
    for look, (width, query) in LOOKS.items():
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.goto(f"{mail}frame/?{query}")
        page.wait_for_load_state("networkidle")
        save(page.screenshot(full_page=True), IMAGES / f"mail-{name}-{look}.png")
    page.set_viewport_size({"width": 1280, "height": HEIGHT})
    page.goto(f"{mail}preview/?as=text")
    save(page.locator(".desk-text").screenshot(), IMAGES / f"mail-{name}-text.png")


def newest(page: Page, title: re.Pattern[str]) -> str:
    """Where the desk has the newest mail of that name that was sent."""
    page.goto(f"{SITE}/admin/newsletter/digest/?state__exact=sent")
    row = page.locator("tr", has_text=title).first
    return f"{SITE}{row.locator(LINK).first.get_attribute('href')}".partition("change/")[0]


def save(shot: bytes, path: Path) -> None:
    """A PNG with as many colours as fit into `MOST` bytes."""
    write(Image.open(BytesIO(shot)).convert("RGB"), path, most=MOST)


def save_row(shots: list[bytes], path: Path) -> None:
    """The same for several beside each other on a quiet ground."""
    pictures = [Image.open(BytesIO(shot)).convert("RGB") for shot in shots]
    width = sum(picture.width for picture in pictures) + GAP * (len(pictures) + 1)
    row = Image.new("RGB", (width, HEIGHT + 2 * GAP), GROUND)
    left = GAP
    for picture in pictures:
        row.paste(picture, (left, GAP))
        left += picture.width + GAP
    write(row, path, most=2 * MOST)


def write(picture: Image.Image, path: Path, *, most: int) -> None:
    """With fewer colours where it would have more than `most` bytes."""
    picture.save(path, optimize=True)
    for colours in COLOURS:
        if path.stat().st_size <= most:
            return
        # The method that keeps colours of which there is little: marks, links, rules.
        few = picture.quantize(colours, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
    if path.stat().st_size > most:
        raise SystemExit(f"{path.name} is too large.")


def open_page(browser: Browser, *, width: int, scheme: str = "light") -> Page:
    """A fresh page, as high as the pictures are."""
    context = browser.new_context(viewport={"width": width, "height": HEIGHT}, color_scheme=scheme)
    return context.new_page()


if __name__ == "__main__":
    main()
