"""The five services. They never import each other: they meet on Kafka and over HTTP."""
