"""The mark in an issued page: put in, and found again on a photograph or a copy."""
