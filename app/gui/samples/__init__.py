"""An invented dossier in memory, for looking at screens without a database: tests, screenshots."""
