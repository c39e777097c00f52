"""The command line: the same services as the window, answers as text or as one JSON document."""
