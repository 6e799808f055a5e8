"""Take events over HTTP from senders that cannot seal: known, checked, sealed here, passed on."""
