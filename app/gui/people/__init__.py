"""People who work here, and one's own PIN."""
