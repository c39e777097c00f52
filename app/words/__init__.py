"""What window and command line call the codes of the line. An unknown code stays as it is."""
