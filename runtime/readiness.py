"""Say whether a process is ready, and in sentences why not."""

import asyncio

from temporalio.client import Client

_PATIENCE = 2.0
"""Seconds that Temporal has to answer a probe."""


class Readiness:
    """What still keeps the process from work; the probes read it, the worker writes it."""

    def __init__(self, waiting_for: str) -> None:
        self._fault: str | None = waiting_for
        self._client: Client | None = None

    def waits_for(self, fault: str) -> bool:
        """Take down what is missing; return whether that is news."""
        news = fault != self._fault
        self._fault = fault
        return news

    def is_ready(self, client: Client) -> None:
        """Take down that nothing is missing, as long as the client's server answers."""
        self._fault, self._client = None, client

    async def faults(self) -> tuple[str, ...]:
        """Return what keeps the process from work now; empty when nothing does."""
        if self._fault is not None:
            return (self._fault,)
        return () if await self._temporal_answers() else ("Temporal does not answer",)

    async def _temporal_answers(self) -> bool:
        if self._client is None:
            return False
        try:
            return await asyncio.wait_for(self._client.service_client.check_health(), _PATIENCE)
        except Exception:  # noqa: BLE001 - whatever it is, the probe says no
            return False
