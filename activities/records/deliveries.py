"""Enter each notice that was delivered, once under its key, and find it again."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select

from activities.records.database import Store
from activities.records.portable import add_new
from activities.records.schema.filed import deliveries


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice that was delivered."""

    workflow_id: str
    key: str
    """Key of the notice, unique for its sentence."""
    template: str
    recipient: str
    """Code of a recipient, not an address."""
    channel: str
    content_digest: str
    """SHA-256 of what was sent, in hexadecimal."""
    delivered_at: datetime
    address_digest: str | None = None
    """SHA-256 of the address; the address itself is never kept."""
    document: str | None = None
    """SHA-256 of the document that went with it."""


class Deliveries:
    """The table of deliveries. Every call is a transaction of its own and may come twice.

    Each raises `StoreError` where the database does not answer or refuses.
    """

    def __init__(self, store: Store) -> None:
        self._database = store.main

    def find(self, workflow_id: str, key: str) -> Delivery | None:
        """Return the delivery of a notice; None where it was not delivered."""
        wanted = _COLUMNS.where(deliveries.c.workflow_id == workflow_id, deliveries.c.key == key)
        with self._database.reading() as connection:
            found = connection.execute(wanted).first()
        return Delivery(*found) if found is not None else None

    def enter(self, delivery: Delivery) -> bool:
        """Enter a delivery and return True; return False where the key has one: that one stands."""
        with self._database.writing() as connection:
            return add_new(connection, deliveries, [asdict(delivery)]) == 1

    def of_sentence(self, workflow_id: str) -> tuple[Delivery, ...]:
        """Return the deliveries of a sentence, oldest first."""
        wanted = _COLUMNS.where(deliveries.c.workflow_id == workflow_id)
        wanted = wanted.order_by(deliveries.c.delivered_at, deliveries.c.key)
        with self._database.reading() as connection:
            return tuple(Delivery(*row) for row in connection.execute(wanted))


_COLUMNS = select(*(deliveries.c[name] for name in Delivery.__slots__))
