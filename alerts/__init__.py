"""When to speak: rates announced values, runs the life of each alert, tells the outside once."""
