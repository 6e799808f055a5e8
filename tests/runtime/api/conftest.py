"""An API before sentences that accept encrypted messages only, and the senders it knows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from temporalio.client import Client

from activities.crypto.keys import Key, KeyRing
from runtime.api.app import api_server
from runtime.client import connect
from runtime.dev_server import DevServer
from runtime.http.settings import ApiSettings
from runtime.worker import build_activities, io_worker, sentence_worker
from settings import Settings
from states.standards.law import StandardsCatalogue
from tests.isolation import isolated
from tests.runtime.codec.issuer import Issuer, running_issuer
from workflows.sentence import SentenceWorkflow

KEY = Key("2026-11", bytes(range(32)))
COURTS, BENCH, OFFICERS, OLD = (
    f"api_{name}-0123456789abcdef" for name in ("courts", "bench", "delius", "old")
)


def digest(secret: str) -> str:
    """The digest of a secret, as the file has it."""
    return sha256(secret.encode()).hexdigest()


INTEGRATORS = f"""
integrators:
  - id: courts
    organisations: [NPS]
    roles: [court_officer]
    kinds: [sentence_imposed, case_allocated]
    api_keys:
      - id: courts-1
        sha256: {digest(COURTS)}
  - id: bench
    organisations: [COURT]
    roles: [court]
    api_keys:
      - id: bench-1
        sha256: {digest(BENCH)}
  - id: delius
    organisations: [CRC]
    roles: [officer]
    api_keys:
      - id: delius-1
        sha256: {digest(OFFICERS)}
      - id: delius-0
        sha256: {digest(OLD)}
        valid_until: 2026-01-01T00:00:00Z
    api_subjects: [delius-client]
"""


class Before(NamedTuple):
    """The callers of an API, and the sentences behind it."""

    caller: httpx.AsyncClient
    client: Client
    settings: Settings
    issuer: Issuer


def shows(secret: str, **more: str) -> dict[str, str]:
    """The headers of a request with a key or a token."""
    return {"Authorization": f"Bearer {secret}", **more}


@asynccontextmanager
async def opened(
    client: Client, settings: Settings, **terms: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """An API with these settings, and a client of it."""
    held = ApiSettings.model_validate({"bind": "127.0.0.1:0"} | terms)
    async with api_server(client, settings, held) as url, httpx.AsyncClient(base_url=url) as caller:
        yield caller


@pytest.fixture(scope="module")
async def before(
    server: DevServer, catalogue: StandardsCatalogue, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Before]:
    """Workers that accept neither plain nor unsigned messages, and the API."""
    folder: Path = tmp_path_factory.mktemp("api")
    file = folder / "integrators.yaml"
    file.write_text(INTEGRATORS, "utf-8")
    ring = folder / "ring"
    ring.write_text(f"{KEY.id} AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n", "utf-8")
    settings = isolated(
        folder,
        keys_file=ring,
        integrators_file=file,
        plain_payloads=False,
        unsigned_senders=False,
        closing_days=0,
        quiet_minutes=0,
    )
    client = await connect(address=server.address, namespace="default", keys=KeyRing(KEY))
    activities = build_activities(settings, catalogue)
    async with (
        running_issuer() as issuer,
        io_worker(client, settings, activities),
        sentence_worker(client, settings, activities, [SentenceWorkflow]),
        opened(
            client, settings, issuer=issuer.url, subject_claim="client_id", answer_seconds=15
        ) as caller,
    ):
        yield Before(caller, client, settings, issuer)
