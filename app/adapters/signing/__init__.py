"""Signatures over documents and packages: made with keys of the court, and read with its trust."""
