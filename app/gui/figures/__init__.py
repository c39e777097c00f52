"""Figures of the scanning operators."""
