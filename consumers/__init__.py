"""The writer: the only process that writes the warehouse. Poll, decode, land, audit, derive, announce."""
