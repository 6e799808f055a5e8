"""The pages of the report in a real browser: narrow and wide, by keyboard alone, accessible."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped] # no types
from playwright.async_api import Browser, Page, async_playwright

from runtime.report.model import ReportScope, TimescaleKinds
from runtime.report.present import Presenter, ReportLinks, render_overview
from runtime.report.results import build_report
from runtime.report.web import ReportPages, report_server
from settings import Address
from states.standards.law import StandardsCatalogue
from tests.caseloads import NOW, caseload
from tests.record_loader import load_rows
from tests.stores import open_files

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
NARROW, WIDE = 360, 1440
FIGURE = "measures/w-duties/owner?line=officer&column=open"

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(
        not Path(CHROMIUM).exists(), reason="there is no Chromium here, so no page is looked at"
    ),
]


@dataclass(frozen=True)
class ReportSetup:
    """A browser, the address of the report, and a file that holds it alone."""

    browser: Browser
    url: str
    file: Path

    def pages(self) -> list[str]:
        """The addresses of a page of each sort."""
        known = next(caseload(3, 1)).identity
        record = f"sentences/{known.crn}/{known.event_number}"
        sorts = ["", "measures/t-enforce-6wd", "measures/c-funnel", FIGURE, record, "nothing"]
        return [*(self.url + each for each in sorts), self.file.as_uri()]

    async def page(self, width: int, scheme: str = "light") -> Page:
        """An empty page that no script runs in."""
        context = await self.browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        return await context.new_page()


@pytest.fixture(scope="module")
async def setup(
    tmp_path_factory: pytest.TempPathFactory, catalogue: StandardsCatalogue
) -> AsyncIterator[ReportSetup]:
    """A browser in front of the report of forty sentences."""
    folder, kinds = tmp_path_factory.mktemp("report"), TimescaleKinds.of(catalogue)
    with open_files(folder) as store:
        load_rows(store, ((life.identity, life.record()) for life in caseload(3, 40)), NOW)
        pages = ReportPages(store.main, kinds, "http://127.0.0.1:8233", lambda: NOW)
        file = folder / "report.html"
        whole = build_report(store.main, ReportScope(NOW, kinds))
        file.write_text(
            render_overview(whole, Presenter(kinds.titles, ReportLinks({}, alone=True))), "utf-8"
        )
        async with report_server(Address("127.0.0.1", 0), pages) as url, async_playwright() as run:
            browser = await run.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
            yield ReportSetup(browser, url, file)
            await browser.close()


@pytest.mark.parametrize("width", [NARROW, WIDE])
async def test_no_page_is_wider_than_its_window(setup: ReportSetup, width: int) -> None:
    """A wide table scrolls by itself; the page never does."""
    page = await setup.page(width)
    wider = {}
    for address in setup.pages():
        await page.goto(address)
        wider[address] = await page.evaluate("document.documentElement.scrollWidth - innerWidth")

    assert set(setup.pages()) == {address for address, by in wider.items() if by <= 0}


@pytest.mark.parametrize(
    ("width", "scheme", "turn"),
    [(NARROW, "light", 0), (WIDE, "dark", 1)],
    ids=["narrow by day", "wide by night"],
)
async def test_every_page_is_accessible(
    setup: ReportSetup, width: int, scheme: str, turn: int
) -> None:
    """Axe finds nothing; a half of the pages is looked at narrow, the other at night."""
    page = await setup.page(width, scheme)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    wrong = {}
    for address in setup.pages()[turn::2]:
        await page.goto(address)
        found = await Axe().run(page)
        if rules := [item["id"] for item in found.response["violations"]]:
            wrong[address] = rules

    assert {} == wrong
    # The page that is not there is all that the browser may complain of.
    assert [] == [text for text in complaints if "404 (Not Found)" not in text]


async def test_the_report_is_used_by_keyboard_alone(setup: ReportSetup) -> None:
    """From the skip link to the case record of a sentence, and every stop on the way is seen."""
    page = await setup.page(WIDE)
    await page.goto(f"{setup.url}measures/w-duties")
    await page.keyboard.press("Tab")
    assert "Skip to the content" == await _focused(page, "textContent")
    await page.keyboard.press("Enter")
    assert "main" == await _focused(page, "id")

    await _tab_to(page, "owner?column=open&line=officer")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/measures/w-duties/owner?**")
    await _tab_to(page, "/sentences/")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/sentences/**")

    assert "Current state" in await page.inner_text("main")


async def test_a_period_is_chosen_without_a_script(setup: ReportSetup) -> None:
    """The form works where scripts are off, and the figures are of what was asked."""
    context = await setup.browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(setup.url)
    await page.get_by_label("Provider", exact=True).select_option("CRC")
    await page.get_by_label("From", exact=True).fill("2026-01-01")
    await page.get_by_role("button", name="Show").click()
    await page.wait_for_url("**provider=CRC**")

    assert "Provider CRC, from 2026-01-01" in await page.inner_text("header")


async def test_it_prints_without_what_only_a_screen_needs(setup: ReportSetup) -> None:
    """On paper there is no form and no navigation, and every number stays."""
    page = await setup.page(WIDE)
    await page.goto(setup.url)
    await page.emulate_media(media="print")

    assert not await page.get_by_role("button", name="Show").is_visible()
    assert await page.get_by_role("heading", name="At a glance").is_visible()


async def _focused(page: Page, what: str) -> str:
    found: str = await page.evaluate(f"document.activeElement.{what}")
    return found


async def _tab_to(page: Page, part: str) -> None:
    """Press the tab key until a link to `part` has the focus, and see that it shows."""
    for _ in range(200):
        await page.keyboard.press("Tab")
        # Each stop shows that it has the focus: a link, a field, a table that scrolls.
        outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert "none" != outline
        if part in str(await page.evaluate("document.activeElement.href || ''")):
            return
    pytest.fail(f"no tab leads to {part}")
