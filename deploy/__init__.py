"""Everything that runs Relais somewhere: local services for developers, files for a real server."""
