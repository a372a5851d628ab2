"""How Tasuki is put on machines: one machine (local), containers, Kubernetes."""
