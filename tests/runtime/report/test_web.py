"""The pages of the report: what they show, what they refuse, and what keeps them to themselves."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient

from activities.records.database import open_store
from activities.records.deliveries import DocumentTable
from runtime.report.model import ReportScope, TimescaleKinds
from runtime.report.present import Presenter, ReportLinks, percent, render_overview
from runtime.report.results import build_report
from runtime.report.web import ReportPages, make_app
from tests.caseloads import NOW
from tests.runtime.report.conftest import Filled

UI = "http://127.0.0.1:8233/namespaces/default/workflows"
ELSEWHERE = re.compile(r"""(?:src|href|action|url)\s*[=(]\s*["']?(?:https?:)?//(?!127\.0\.0\.1)""")


@pytest.fixture
def pages(in_files: Filled, kinds: TimescaleKinds) -> ReportPages:
    return ReportPages(in_files.store.main, kinds, UI, lambda: NOW)


@pytest.fixture
async def browser(pages: ReportPages) -> AsyncIterator[AsyncClient]:
    """Somebody on this machine who looks at the pages."""
    async with looking_at(pages) as found:
        yield found


def looking_at(pages: ReportPages) -> AsyncClient:
    """Return a client of the application itself, without a socket."""
    transport = ASGITransport(app=make_app(pages))
    return AsyncClient(transport=transport, base_url="http://127.0.0.1:8087")


def addresses(text: str) -> list[str]:
    """The addresses of a page that lead to other pages of the report."""
    return sorted({found.replace("&amp;", "&") for found in re.findall(r'href="(/[^"]*)"', text)})


async def test_every_number_leads_to_its_sentences_and_each_to_its_record(
    browser: AsyncClient,
) -> None:
    """From the overview to a list, to a case record, and on to the Temporal UI."""
    text = (await browser.get("/")).text
    found = [item for item in addresses(text) if item.startswith("/measures/w-duties/owner")]
    listed = await browser.get(found[0])
    records = [item for item in addresses(listed.text) if item.startswith("/sentences/")]
    record = await browser.get(records[0])

    assert 200 == listed.status_code == record.status_code
    _, _, crn, event = records[0].split("/")
    assert f'href="{UI}/sentence-{crn}-{event}"' in record.text
    assert "Every clock, with the reason for its due date" in record.text


async def test_a_page_answers_for_every_measure(browser: AsyncClient) -> None:
    """No address that the overview names is missing."""
    found = [
        item for item in addresses((await browser.get("/")).text) if item.startswith("/measures/")
    ]
    plain = [item for item in found if item.count("/") == 2]

    assert 35 < len(plain)
    assert {200} == {(await browser.get(item)).status_code for item in plain}


async def test_what_was_asked_is_kept_in_every_link(browser: AsyncClient) -> None:
    """A figure of one provider and period lists the sentences of that provider and period."""
    asked = "provider=CRC&from=2026-03-01&to=2026-09-30"
    found = addresses((await browser.get(f"/?{asked}")).text)

    assert {True} == {asked in item for item in found if item.startswith("/measures/")}
    assert "Provider CRC, 2026-03-01 to 2026-09-30" in (await browser.get(f"/?{asked}")).text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/measures/nothing", 404),
        ("/measures/t-all/nothing", 404),
        ("/sentences/X999999/1", 404),
        ("/sentences/X000001/1/documents/none", 404),
        ("/nothing", 404),
        ("/?from=yesterday", 400),
        ("/?provider=%3Cscript%3E", 400),
    ],
)
async def test_what_is_not_there_or_cannot_be_read_is_refused_in_words(
    browser: AsyncClient, address: str, status: int
) -> None:
    """A page says what is wrong, and repeats nothing of what was sent."""
    found = await browser.get(address)

    assert status == found.status_code
    assert "<h1>" in found.text
    assert "script" not in found.text


async def test_a_line_that_is_no_code_is_shown_as_text(browser: AsyncClient) -> None:
    """Text from an address is never interpreted as HTML."""
    found = await browser.get("/measures/w-duties/owner", params={"line": "<b>bold</b>"})

    assert 200 == found.status_code
    assert "<b>bold</b>" not in found.text


async def test_no_page_needs_a_script_or_anything_from_elsewhere(browser: AsyncClient) -> None:
    """The policy forbids all of it, and no page asks for it."""
    for address in ("/", "/measures/c-funnel", "/measures/w-duties/owner", "/report.css"):
        found = await browser.get(address)
        policy = found.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'")
        assert "unsafe" not in policy
        assert "nosniff" == found.headers["x-content-type-options"]
        assert "no-store" == found.headers["cache-control"]
        assert None is re.search(r"<script|\sstyle=|\son[a-z]+=", found.text)
        assert None is ELSEWHERE.search(found.text)


async def test_a_page_elsewhere_that_had_its_name_point_here_is_turned_away(
    browser: AsyncClient,
) -> None:
    """On loopback only the names of this machine are answered."""
    assert 400 == (await browser.get("/", headers={"host": "report.example"})).status_code
    assert 200 == (await browser.get("/", headers={"host": "localhost:8087"})).status_code


async def test_the_report_is_there_as_data(browser: AsyncClient) -> None:
    """The same report, for programs."""
    found = json.loads((await browser.get("/report.json?provider=N07")).text)

    assert "N07" == found["provider"]
    assert "w-due" == found["measures"][0]["id"]


async def test_a_document_is_given_to_be_saved(in_files: Filled, browser: AsyncClient) -> None:
    """The bytes that were first made, under a name that says whose they are."""
    whose = in_files.caseload[0][0].identity
    DocumentTable(in_files.store).store(
        whose.workflow_id,
        "warning/W1/person",
        template="first-warning",
        edition="ns-2015",
        pdf=b"%PDF-1.7 sample",
        at=NOW,
    )
    record = (await browser.get(f"/sentences/{whose.crn}/{whose.event_number}")).text
    (address,) = [item for item in addresses(record) if "/documents/" in item]

    found = await browser.get(address)

    assert b"%PDF-1.7 sample" == found.content
    assert "application/pdf" == found.headers["content-type"]
    name = f"{whose.crn}-{whose.event_number}-first-warning.pdf"
    assert f'attachment; filename="{name}"' == found.headers["content-disposition"]


async def test_records_that_cannot_be_read_are_said_to_be(
    tmp_path: Path, kinds: TimescaleKinds
) -> None:
    """A database without tables is an answer in words, not an error of ours."""
    pages = ReportPages(open_store(tmp_path).main, kinds)
    async with looking_at(pages) as browser:
        found = await browser.get("/")

    assert 503 == found.status_code
    assert "The records cannot be read" in found.text


def test_the_file_that_stands_alone_needs_nothing_and_leads_nowhere(
    in_files: Filled, kinds: TimescaleKinds
) -> None:
    """It has its style and every table in it, and no link but those within it."""
    found = build_report(in_files.store.main, ReportScope(NOW, kinds))

    text = render_overview(found, Presenter(kinds.titles, ReportLinks({}, alone=True)))

    assert [] == addresses(text)
    assert "<style>" in text
    assert "<script" not in text
    assert all(f'id="{measure.id}"' in text for measure in found.measures)
    assert None is ELSEWHERE.search(text)


@pytest.mark.parametrize(
    ("share", "expected"),
    [(None, ""), (0.0, "0%"), (0.001, "<1%"), (0.5, "50%"), (0.999, ">99%"), (1.0, "100%")],
)
def test_a_share_that_is_not_quite_all_does_not_say_so(share: float | None, expected: str) -> None:
    """One missed clock among a thousand is not 100 per cent met."""
    assert expected == percent(share)
