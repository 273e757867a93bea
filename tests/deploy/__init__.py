"""The local services and the files for a real server."""
