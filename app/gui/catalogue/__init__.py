"""Catalogue: items, their titles and where they begin."""
