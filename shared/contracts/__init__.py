"""What services say to each other; the only knowledge they have in common."""
