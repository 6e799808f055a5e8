"""Where the work goes, and how a payload on the wire is marked."""

TASK_QUEUE = "sentences"
"""Where sentences and their local activities run."""

IO_QUEUE = "sentences-io"
"""Where slow activities run, so that a notice provider that is down never starves the clocks."""

OWN_ENCODING = b"binary/encrypted"
"""Encoding of what our own processes seal between them; the codec opens it."""

LETTER_ENCODING = b"binary/sealed"
"""Encoding of what senders seal for a sentence. The codec leaves it shut: an activity opens it."""

SEALED_AS = "sealed-as"
"""Metadata of a payload that came in `OWN_ENCODING`, opened or not. No letter ever has it."""

SEAL_FAULT = "seal-fault"
"""Metadata of such a payload that stayed shut: the code of what is wrong with it."""
