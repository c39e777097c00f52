"""The review terminal: a reader sees what was granted to her, and nothing stays when she leaves."""
