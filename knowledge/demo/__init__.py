"""A fictional centre to look at: `manage.py load_demo`."""
