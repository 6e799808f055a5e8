"""The mail of a sentence: letters that nobody has taken yet, and those that stay shut."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from activities.names import OpenedLetter
from workflows.inbox import Letter, is_nudge
from workflows.parcels import is_parcel
from workflows.post import UNKNOWN_KEY, Shut, is_shut, judged, opened


class Mail:
    """What lies in the mail, oldest first; each letter is judged as it is looked at."""

    def __init__(self) -> None:
        self.accept_plaintext = True
        """Whether messages are taken that came readable."""
        self.awaiting_key = Shut()
        self.delivered: dict[int, Letter] = {}
        """Letters that a caller waits for, by ticket, once they are open."""
        self._messages: deque[Letter] = deque()

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[Letter]:
        return iter(self._messages)

    def append(self, item: Letter) -> None:
        """Lay a letter behind the others."""
        self._messages.append(item)

    def take_all(self) -> tuple[Letter, ...]:
        """Take out everything as it came."""
        letters = tuple(self._messages)
        self._messages.clear()
        return letters

    def take(self, most: int | None = None, *, as_it_is: bool = False) -> list[Letter]:
        """Take out what is open: of all letters, or of the oldest `most`.

        What came while letters were opened may be shut itself, and waits where it lies. That for
        which a key is not here yet is kept apart; it is no news, or it would end run after run.

        Args:
            most: Only of the oldest so many letters.
            as_it_is: Whether it is sent on, and so is not judged here.
        """
        taken: list[Letter] = []
        shut: list[Letter] = []
        for _ in range(len(self) if most is None else min(most, len(self))):
            item = self._messages.popleft()
            if not as_it_is:
                item = judged(item, plain=self.accept_plaintext)
            if is_shut(item):
                shut.append(item)
            elif not self._park(item):
                taken.append(item)
        self._messages.extendleft(reversed(shut))
        return taken

    def _park(self, item: Letter) -> bool:
        unknown = item.fault is not None and item.fault[0] == UNKNOWN_KEY
        return unknown and not item.waiter_id and self.awaiting_key.park(item)

    def deliver_to_waiter(self, item: Letter) -> bool:
        """Put a letter aside for the caller who waits for it; return whether there is one."""
        if item.waiter_id:
            self.delivered[item.waiter_id] = replace(item, waiter_id=0)
        return bool(item.waiter_id)

    def take_transfer_chunks(self) -> list[Letter]:
        """Take out only what is part of a file of another sentence."""
        letters = list(self._screened())
        self._messages = deque(item for item in letters if not is_part(item))
        return [item for item in letters if is_part(item)]

    def brings_transfer(self, most: int | None) -> bool:
        """Return whether one of the oldest `most` letters is part of a file of another sentence."""
        return any(is_part(item) for item in islice(self._screened(), most))

    def events(self) -> list[Letter]:
        """Return the letters that are to be read as events, and leave them."""
        return [i for i in self._screened() if not (is_nudge(i) or is_parcel(i) or is_shut(i))]

    def _screened(self) -> Iterator[Letter]:
        return (judged(item, plain=self.accept_plaintext) for item in self._messages)

    def at(self, places: Sequence[int]) -> list[Letter]:
        """Return the letters in these places."""
        return [self._messages[place] for place in places]

    def put_decrypted(self, places: Sequence[int], found: Sequence[OpenedLetter]) -> None:
        """Put letters that were opened in their places."""
        for place, letter in zip(places, found, strict=True):
            self._messages[place] = opened(self._messages[place], letter)

    def requeue(self, now: datetime) -> None:
        """Put what stayed shut behind the others, where it is time or somebody nudges."""
        asked = any(is_nudge(item) for item in self._messages)
        self._messages.extend(self.awaiting_key.take_due(now, asked=asked))


def is_part(item: Letter) -> bool:
    """Return whether a letter that was judged is part of a file of another sentence."""
    return is_parcel(item) and item.fault is None
