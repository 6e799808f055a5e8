"""Make of an event what a sentence takes: a letter, sealed where there are keys, and its name."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.converter import PayloadConverter

from activities.sealing.envelope import Signer
from activities.sealing.keys import Key
from activities.sealing.letters import PLAIN_ENCODING, seal_event
from activities.sealing.verdict import Verdict
from runtime.codec import SealingCodec
from runtime.requests import sealed_request_id


@dataclass(frozen=True)
class How:
    """How one message goes: with which key, whose signature, and when.

    The key is asked for once, so that a message and its request id are of the same key although
    the ring may change in between.
    """

    converter: PayloadConverter
    key: Key | None
    signer: Signer | None = None
    vouched: Verdict | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @classmethod
    def for_client(
        cls, client: Client, signer: Signer | None = None, vouched: Verdict | None = None
    ) -> "How":
        """Return how messages of that client go: sealed where it has keys, readable otherwise."""
        converter = client.data_converter
        codec = converter.payload_codec
        key = codec.keys.primary() if isinstance(codec, SealingCodec) else None
        return cls(converter.payload_converter, key, signer, vouched)

    def encode(self, workflow_id: str, kind: str, arguments: Sequence[Any]) -> list[Payload]:
        """Return the arguments as letters to a sentence; what is sealed already goes as it is."""
        payloads = self.converter.to_payloads(arguments)
        if self.key is None:
            return payloads
        return [
            self._encrypted(workflow_id, kind, payload.data)
            if payload.metadata.get("encoding") == PLAIN_ENCODING
            else payload
            for payload in payloads
        ]

    def request_id(self, workflow_id: str, kind: str, arguments: Sequence[Any]) -> str:
        """Return the id of the request that carries them."""
        return sealed_request_id(self.key, self.signer, workflow_id, kind, arguments, self.now)

    def _encrypted(self, workflow_id: str, kind: str, data: bytes) -> Payload:
        return seal_event(
            self.key, self.signer, workflow_id, kind, data, vouched=self.vouched, now=self.now
        )
