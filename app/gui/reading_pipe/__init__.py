"""The pipe between the terminal's shell and the process of one reader: all that connects them."""
