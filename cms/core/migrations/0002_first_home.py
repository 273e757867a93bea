"""A fresh site begins with a home page of ours in place of Wagtail's welcome page."""

from django.db import migrations


def make_home(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    Locale = apps.get_model("wagtailcore", "Locale")
    HomePage = apps.get_model("cms_core", "HomePage")
    welcome = Page.objects.filter(depth=2, slug="home", numchild=0).first()
    if welcome is None or HomePage.objects.exists():
        return
    path = welcome.path
    Site.objects.filter(root_page=welcome).delete()
    welcome.delete()
    home_type, _ = ContentType.objects.get_or_create(model="homepage", app_label="cms_core")
    home = HomePage.objects.create(
        title="Accueil",
        draft_title="Accueil",
        slug="accueil",
        content_type=home_type,
        path=path,
        depth=2,
        numchild=0,
        url_path="/accueil/",
        locale=Locale.objects.get(),
        show_in_menus=False,
        live=True,
    )
    Site.objects.create(hostname="localhost", port=80, root_page=home, is_default_site=True)


class Migration(migrations.Migration):
    dependencies = [
        ("cms_core", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
    ]
    operations = [migrations.RunPython(make_home, migrations.RunPython.noop)]
