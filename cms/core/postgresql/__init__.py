"""Django's PostgreSQL backend for short answers: fewer round trips, prepared statements."""
