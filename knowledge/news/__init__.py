"""News and monitored resources."""
