"""Put together what makes documents from the settings: templates, records, whom to turn to."""

from activities.documents.papers import Papers
from activities.documents.store import FiledInRecords
from activities.documents.typesetting import SHIPPED, Templates
from activities.notices import Lookup
from activities.records import Documents, Store
from settings import Settings


def templates_of(settings: Settings) -> Templates:
    """Return the templates that the settings name, or those that come with this version."""
    return Templates(settings.templates_dir or SHIPPED)


def papers_of(settings: Settings, store: Store, lookup: Lookup) -> Papers:
    """Return what makes the documents that go with notices."""
    filed = FiledInRecords(store)
    return Papers(
        Documents(store), filed, templates_of(settings), lambda route: lookup().contact(route)
    )
