"""How a value is judged against its target: trajectories, yardsticks, presets. Pure: no files, no network, no clock."""
