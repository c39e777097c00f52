"""Looks: token files -> palette and one style sheet. Nothing else in the program picks a colour."""
