"""Background work: a pool of killable processes and the dispatcher of the job table."""
