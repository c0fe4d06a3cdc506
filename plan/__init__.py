"""What is watched, for whom and by when: plans as data, periods, the return contract, the topic list. Pure."""
