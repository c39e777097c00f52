"""Stores of immutable bytes."""
