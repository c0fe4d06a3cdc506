"""The lake: migrations, SQL layers, the writer's transaction, derivation, reads as of a date, upkeep."""
