"""Everything that can fail: standards on disk, notices, records."""
