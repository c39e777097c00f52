"""The touch screen of a cabinet: who is there, what is hers, which door, what was counted."""
