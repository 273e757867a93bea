"""What stands around a record, as JSON. Functions of the database, because most records have nothing
around them: a statement that only calls these where there is something costs a third less than one
that holds their queries (PostgreSQL prepares each node of a plan, whether it runs or not).
"""

from django.db import migrations

# The same in other languages.
TRANSLATIONS = """
CREATE FUNCTION cms_catalogue_translations(family uuid, own uuid, base text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT coalesce(json_agg(json_build_object('uid', other.uid, 'locale', other.locale,
            'title', other.title, 'url', base || other.url) ORDER BY other.locale), '[]')
        FROM cms_catalogue_record other
        WHERE other.translation_key = family AND other.uid <> own AND other.gone_at IS NULL
    )::text;
END $$;
"""
# Ties from both ends, and the identifiers under the key "related" of the answer, which inside a
# text would stand with a backslash before its quotation marks. Of each family one record, in the
# language of this one where there is one, else in French.
RELATED = """
CREATE FUNCTION cms_catalogue_related(family uuid, language text, answer text, base text)
RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT coalesce(json_agg(json_build_object('relation', relation, 'inverse', inverse,
            'uid', uid, 'type', type, 'locale', locale, 'title', title, 'url', base || url)
            ORDER BY inverse, relation, sort_order, title_key, uid), '[]')
        FROM (
            SELECT DISTINCT ON (tie.relation, tie.inverse, other.translation_key)
                tie.relation, tie.inverse, tie.sort_order, other.title_key,
                other.uid, other.type, other.locale, other.title, other.url
            FROM (
                SELECT link.relation, FALSE AS inverse, link.sort_order, there.translation_key
                FROM wagtailcore_page here
                JOIN cms_catalogue_link link ON link.page_id = here.id
                JOIN wagtailcore_page there ON there.id = link.target_id
                WHERE here.translation_key = family
                UNION ALL
                SELECT link.relation, TRUE, link.sort_order, there.translation_key
                FROM wagtailcore_page here
                JOIN cms_catalogue_link link ON link.target_id = here.id
                JOIN wagtailcore_page there ON there.id = link.page_id
                WHERE here.translation_key = family
                UNION ALL
                SELECT 'related', FALSE, listed.place::int, chosen.translation_key
                FROM unnest(string_to_array(replace(split_part(
                        split_part(answer, '"related":[', 2), ']', 1), '"', ''), ','))
                    WITH ORDINALITY AS listed(one, place)
                JOIN cms_catalogue_record chosen ON chosen.uid = CASE
                    WHEN listed.one ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                    THEN listed.one::uuid END
            ) tie
            JOIN cms_catalogue_record other
                ON other.translation_key = tie.translation_key AND other.gone_at IS NULL
            ORDER BY tie.relation, tie.inverse, other.translation_key,
                other.locale <> language, other.locale <> 'fr', other.locale, tie.sort_order
        ) named
    )::text;
END $$;
"""
BACKWARDS = """
DROP FUNCTION cms_catalogue_translations(uuid, uuid, text);
DROP FUNCTION cms_catalogue_related(uuid, text, text, text);
"""


class Migration(migrations.Migration):
    dependencies = [("cms_catalogue", "0012_record_filters")]
    operations = [migrations.RunSQL(TRANSLATIONS + RELATED, BACKWARDS)]
