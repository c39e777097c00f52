"""Use cases: one class per job a person has. Every command takes an Actor."""
