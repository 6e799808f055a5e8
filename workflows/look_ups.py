"""What a run asks the worker that runs it: its terms, what sealed letters say, named law.

What follows an answer is decided on the mail that lay there before: `waiting` sees to that.
"""

from collections.abc import Callable
from datetime import date

from temporalio import workflow

from activities.names import RunTerms
from workflows.desk import Desk
from workflows.opening import shelf_names, terms_for
from workflows.post import look_into, next_shut
from workflows.waiting import Waiting


class LookUps:
    """The look-ups of one sentence, whose answers go to its desk."""

    def __init__(self, desk: Desk, waiting: Waiting, told: Callable[[RunTerms], None]) -> None:
        """Look up for `desk`; `told` is given the terms before anything is done by them."""
        self._desk, self._waiting, self._told = desk, waiting, told

    async def load_run_config(self, sentenced_on: date | None = None, *, anew: bool = False) -> RunTerms:
        """Return the terms for that day of sentence; its law is chosen unless one is, or `anew`."""
        terms = await self._waiting.lookup(terms_for(sentenced_on))
        self._told(terms)
        self._desk.inbox.accept_plaintext = terms.plain
        if self._desk.pinned_law is None or anew:
            self._desk.pin_law(terms.edition, terms.calendar, sentenced_on)
        return terms

    async def decrypt_inbox(self) -> None:
        """Have the letters opened that are shut; what comes meanwhile is the next turn's."""
        mail, waiting = self._desk.inbox, self._waiting
        if waiting.batch_limit is None:
            mail.requeue(workflow.now())
        most = len(mail) if waiting.batch_limit is None else waiting.batch_limit
        while places := next_shut(mail, most):
            found = await waiting.lookup(look_into(mail.at(places)))
            mail.put_decrypted(places, found)
            waiting.batch_limit = most

    async def look_up_law(self) -> None:
        """Choose the law again for another day of sentence, or look up what events name."""
        desk = self._desk
        if desk.transferred_law is not None:
            desk.adopt_transferred_law(await self._waiting.lookup(shelf_names()))
        elif desk.has_stale_law and desk.decision is not None:
            await self.load_run_config(desk.decision.sentenced_on, anew=True)
        else:
            desk.answer_lookups(await self._waiting.lookup(shelf_names()))
