"""Archive targets: where packages are handed over."""
