"""How every other room reaches Kafka, and the local server for one machine."""
