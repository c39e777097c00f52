"""Leafing the paper through under a camera: picture, tick and tone, and what was not seen."""
