"""One machine with a container engine: what `docker-compose.yml` needs beside the images."""
