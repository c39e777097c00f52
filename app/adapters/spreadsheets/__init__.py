"""Spreadsheets (.xlsx), written for the printer and read with suspicion."""
