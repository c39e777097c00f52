"""Today: all cases, what is due, what comes next."""
