"""The window of one reader: what was granted to her, and nothing that outlives her visit."""
