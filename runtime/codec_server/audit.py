"""Write down who had what opened: a line of the log for each request, nothing of its content."""

import re
from hashlib import sha256
from typing import Final

from runtime.codec_server.payloads import CodecResult
from runtime.http.auth import Right
from runtime.logs import get_logger

_CODE: Final = re.compile(r"[\w.:/@+-]{1,200}", re.ASCII)

_log = get_logger("codec")


def answered(who: str, right: Right, namespace: str, found: CodecResult) -> None:
    """Note what was opened or sealed for whom."""
    _log.info(
        "payloads_opened" if right is Right.DECODE else "payloads_sealed",
        who=loggable_name(who),
        namespace=namespace,
        workflow_ids=found.workflow_ids,
        payloads=len(found.payloads),
        unopened=found.unopened,
    )


def refused(who: str, right: Right, namespace: str, code: str) -> None:
    """Note who was turned away, and why; nobody where the token said nobody."""
    _log.warning(
        "request_refused",
        who=loggable_name(who) if who else None,
        right=right.value,
        namespace=namespace,
        reason_code=code,
    )


def loggable_name(subject: str) -> str:
    """Return the issuer's name of a person as the log takes it; any other one by its digest."""
    if _CODE.fullmatch(subject):
        return subject
    return f"sha256:{sha256(subject.encode()).hexdigest()}"
