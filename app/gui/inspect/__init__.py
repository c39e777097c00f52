"""Inspect: only what needs eyes, worst first."""
