"""Make what opens the letters that come, as the settings say."""

from activities.sealing.integrators import read_integrators
from activities.sealing.letters import Post
from activities.sealing.register import NOBODY, Register
from activities.sealing.watched import Watched
from runtime.sealing import keys_of
from settings import Settings


def post_of(settings: Settings) -> Post:
    """Return what opens the messages that come for sentences.

    Raises:
        SealingFileError: If a file of keys or integrators holds a mistake.
    """
    register = (
        (lambda: NOBODY)
        if (path := settings.integrators_file) is None
        else Watched(path, lambda file: Register.from_file(read_integrators(file))).current
    )
    return Post(
        keys_of(settings),
        register,
        plain_allowed=settings.plain_payloads,
        unsigned_allowed=settings.unsigned_senders,
    )
