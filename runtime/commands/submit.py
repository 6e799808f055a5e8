"""`submit`: one event by update, for whoever waits for the answer."""

import json
from collections.abc import Sequence
from typing import Any

import typer
from temporalio.client import Client

from activities.sealing.envelope import Signer
from runtime import submitting
from runtime.commands.compose import Envelope, event_of, text_of
from runtime.commands.options import At, By, CrnOption, Data, EventId, EventOption, Json, Kind
from runtime.commands.refusal import CommandError, NoWorkerError, UnknownSentenceError
from runtime.commands.session import with_client
from runtime.sealing import signer_of
from runtime.submitting import NoAnswerError, NotRunningError, NotTakenError
from settings import load_settings
from states.view import is_decision


class RefusedEventError(CommandError):
    """The sentence refused an event."""

    def __init__(self, reason: str, allowed: Sequence[str]) -> None:
        decisions = ", ".join(kind for kind in allowed if is_decision(kind))
        now = f"; decisions allowed now: {decisions}" if decisions else ""
        super().__init__(f"refused: {reason}{now}")


def submit(  # noqa: PLR0913 - an option of the command line each
    kind: Kind,
    crn: CrnOption,
    event: EventOption,
    data: Data = "{}",
    *,
    event_id: EventId = None,
    at: At = None,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Submit one event to a running sentence and print its receipt.

    A sentence is started by `send`: an update that is refused would leave an empty one behind.
    """
    found = event_of(kind, text_of(data), Envelope(event_id, at, by))

    signer = signer_of(load_settings())

    async def work(client: Client) -> list[dict[str, Any]]:
        return await _submitted(client, crn, event, kind, found, signer)

    receipts = with_client(work)
    if as_json:
        typer.echo(json.dumps(receipts, indent=2))
        return
    for receipt in receipts:
        reason = f": {receipt['reason']}" if receipt["reason"] else ""
        typer.echo(f"{receipt['disposition']} {receipt['kind']} {receipt['event_id']}{reason}")


async def _submitted(
    client: Client,
    crn: str,
    event: str,
    kind: str,
    data: dict[str, Any],
    signer: Signer | None,
) -> list[dict[str, Any]]:
    try:
        return await submitting.submit(client, crn, event, kind, data, signer=signer)
    except NotTakenError as error:
        raise RefusedEventError(error.reason, error.allowed) from error
    except NoAnswerError as error:
        raise NoWorkerError from error
    except NotRunningError as error:
        raise UnknownSentenceError(crn, event) from error
