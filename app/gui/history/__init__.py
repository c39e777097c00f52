"""History of a dossier: who did what, when."""
