"""Catalogue templates: looking at them, and making those of a court."""
