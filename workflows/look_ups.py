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

    async def terms(self, sentenced_on: date | None = None, *, anew: bool = False) -> RunTerms:
        """Return the terms for that day of sentence; its law is chosen unless one is, or `anew`."""
        terms = await self._waiting.looked_up(terms_for(sentenced_on))
        self._told(terms)
        self._desk.mail.plain = terms.plain
        if self._desk.pins is None or anew:
            self._desk.pin(terms.edition, terms.calendar, sentenced_on)
        return terms

    async def mail(self) -> None:
        """Have the letters opened that are shut; what comes meanwhile is the next turn's."""
        mail, waiting = self._desk.mail, self._waiting
        if waiting.ahead is None:
            mail.readmit(workflow.now())
        most = len(mail) if waiting.ahead is None else waiting.ahead
        while places := next_shut(mail, most):
            found = await waiting.looked_up(look_into(mail.at(places)))
            mail.put_opened(places, found)
            waiting.ahead = most

    async def law(self) -> None:
        """Choose the law again for another day of sentence, or look up what events name."""
        desk = self._desk
        if desk.brought is not None:
            desk.take_pins(await self._waiting.looked_up(shelf_names()))
        elif desk.is_mispinned and desk.decided is not None:
            await self.terms(desk.decided.sentenced_on, anew=True)
        else:
            desk.learn(await self._waiting.looked_up(shelf_names()))
