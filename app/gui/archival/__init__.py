"""Retention, archival code and term of one case."""
