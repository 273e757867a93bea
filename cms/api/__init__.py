"""The page API, /api/v1/: records, changes and concepts for partners."""
