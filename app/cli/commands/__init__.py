"""The commands by field of work; each calls the services and gives its answer."""
