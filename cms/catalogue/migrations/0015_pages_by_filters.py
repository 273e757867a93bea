import django.db.models.expressions
import django.db.models.functions.comparison
from django.db import migrations, models

_BEFORE = "uid, page_id, type, locale, translation_key, modified_at, terms_broader, has"
_NOW = f"{_BEFORE}, version, published_at, title_key"


def keep(columns: str) -> str:
    """The trigger's function for these columns, and the table filled by them."""
    values = ", ".join(f"NEW.{name}" for name in columns.split(", "))
    changed = ", ".join(f"{name} = excluded.{name}" for name in columns.split(", ")[1:])
    return f"""
CREATE OR REPLACE FUNCTION cms_catalogue_filter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM cms_catalogue_recordfilter WHERE uid = OLD.uid;
    ELSIF NEW.gone_at IS NOT NULL THEN
        DELETE FROM cms_catalogue_recordfilter WHERE uid = NEW.uid;
    ELSE
        INSERT INTO cms_catalogue_recordfilter ({columns}) VALUES ({values})
        ON CONFLICT (uid) DO UPDATE SET {changed};
    END IF;
    RETURN NULL;
END $$;
INSERT INTO cms_catalogue_recordfilter ({columns})
    SELECT {columns} FROM cms_catalogue_record WHERE gone_at IS NULL
    ON CONFLICT DO NOTHING;
"""


EMPTY = "TRUNCATE cms_catalogue_recordfilter"


class Migration(migrations.Migration):

    dependencies = [
        ('cms_catalogue', '0014_top_pages'),
    ]

    operations = [
        migrations.RunSQL(EMPTY, keep(_BEFORE)),
        migrations.RemoveIndex(model_name='record', name='record_live'),
        migrations.RemoveIndex(model_name='record', name='record_published'),
        migrations.AddIndex(
            model_name='record',
            index=models.Index(django.db.models.functions.comparison.Coalesce('published_at', django.db.models.expressions.RawSQL("'-infinity'::timestamptz", ())), models.F('uid'), condition=models.Q(('gone_at__isnull', True)), name='record_published'),
        ),
        migrations.AddField(
            model_name='recordfilter',
            name='version',
            field=models.BigIntegerField(default=0, unique=True),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='recordfilter',
            name='published_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='recordfilter',
            name='title_key',
            field=models.TextField(default=''),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='recordfilter',
            index=models.Index(django.db.models.functions.comparison.Coalesce('published_at', django.db.models.expressions.RawSQL("'-infinity'::timestamptz", ())), models.F('uid'), name='filter_published'),
        ),
        migrations.AddIndex(
            model_name='recordfilter',
            index=models.Index(fields=['title_key', 'uid'], name='filter_title'),
        ),
        migrations.RunSQL(keep(_NOW), EMPTY),
    ]
