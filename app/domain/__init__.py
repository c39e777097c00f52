"""Pure business objects and rules: no disk, no database, no pixels, no Qt."""
