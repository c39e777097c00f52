"""The only place for SQL, disk and network."""
