"""Work slips: opened by a hand scanner, previewed and printed."""
