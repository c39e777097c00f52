"""Reconcile: paper above, images below, differences settled."""
