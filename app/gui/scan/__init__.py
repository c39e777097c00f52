"""Scan: paper becomes sides, and the sum of sheets is told."""
