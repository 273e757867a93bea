"""Text search configurations for the admin's own search: accents are folded."""

from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations

CREATE = """
    CREATE TEXT SEARCH CONFIGURATION admin_french (COPY = french);
    ALTER TEXT SEARCH CONFIGURATION admin_french
        ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;
    CREATE TEXT SEARCH CONFIGURATION admin_plain (COPY = simple);
    ALTER TEXT SEARCH CONFIGURATION admin_plain
        ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
"""
DROP = """
    DROP TEXT SEARCH CONFIGURATION IF EXISTS admin_french;
    DROP TEXT SEARCH CONFIGURATION IF EXISTS admin_plain;
"""


class Migration(migrations.Migration):
    dependencies = [("cms_core", "0002_first_home")]
    operations = [UnaccentExtension(), migrations.RunSQL(CREATE, DROP)]
