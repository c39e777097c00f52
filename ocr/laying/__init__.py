"""A picture of a sheet of paper laid over the side that was scanned from it."""
