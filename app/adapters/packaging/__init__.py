"""Archival packages: searchable PDF, manifest, metadata, and the check of a finished package."""
