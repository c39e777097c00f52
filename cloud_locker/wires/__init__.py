"""Wires to lock boards: what carries bytes, and what goes wrong with it."""
