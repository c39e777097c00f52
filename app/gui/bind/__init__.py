"""The page on which volumes and their papers are made."""
