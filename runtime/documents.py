"""Put together what makes documents from the settings: templates, records, whom to turn to."""

from collections.abc import Mapping

from activities.documents.papers import Contacts, Papers
from activities.documents.store import FiledInRecords
from activities.documents.typesetting import SHIPPED, Templates
from activities.notices import By, Lookup
from activities.notices.faults import UnknownRecipientError
from activities.records import Documents, Store
from settings import Settings
from states.rules.telling import OFFICER


def templates_of(settings: Settings) -> Templates:
    """Return the templates that the settings name, or those that come with this version."""
    return Templates(settings.templates_dir or SHIPPED)


def papers_of(settings: Settings, store: Store, lookup: Lookup) -> Papers:
    """Return what makes the documents that go with notices."""
    filed = FiledInRecords(store)
    return Papers(Documents(store), filed, templates_of(settings), contacts_of(lookup))


def contacts_of(lookup: Lookup) -> Contacts:
    """Return how the officer of a case is reached, as far as the directory says it.

    A web hook's address is for machines, and a folder has none: a document then names the officer
    alone.
    """

    def contact(route: Mapping[str, str]) -> Mapping[str, str] | None:
        try:
            entry = lookup().find(OFFICER, route)
        except UnknownRecipientError:
            return None
        return {"email": entry.address} if entry.channel is By.SMTP else None

    return contact
