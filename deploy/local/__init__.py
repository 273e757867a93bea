"""The PostgreSQL and the Elasticsearch of one working copy, found or started on demand.

No Django here: ``manage.py``, the web server, the worker and the tests call these modules before
Django is set up. A *base directory* (``base_dir``) is the root of a working copy; everything a
service writes lies in ``<base_dir>/var``, a short socket folder and the download cache.
"""
