"""Sign-in: who sits down at this desk."""
