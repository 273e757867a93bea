"""What a resource centre publishes: vocabularies and content types, one app each."""
