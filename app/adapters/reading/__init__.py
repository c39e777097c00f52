"""Pictures for the review terminal."""
