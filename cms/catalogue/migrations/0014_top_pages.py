from django.db import migrations


class Migration(migrations.Migration):
    """Menus are read by depth: without an index, all pages would be read for each page shown."""

    dependencies = [
        ('cms_catalogue', '0013_around_a_record'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX cms_catalogue_top_pages ON wagtailcore_page (depth) WHERE depth <= 3",
            "DROP INDEX cms_catalogue_top_pages",
        ),
    ]
