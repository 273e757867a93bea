"""Some reasons to refuse, for a beginning: editors change them, add others, take them away."""

from django.db import migrations

REASONS = [
    (
        "Hors du champ",
        "Votre proposition sort du champ de ce centre de ressources, ou du territoire qu’il"
        " couvre. Merci de l’avoir partagée.",
    ),
    (
        "Informations insuffisantes",
        "Il nous manque trop d’informations pour publier votre proposition. Vous pouvez en faire"
        " une nouvelle en décrivant davantage l’action, son lieu et ses résultats.",
    ),
    (
        "Démarche commerciale",
        "Nous ne publions pas d’offre commerciale ni de promotion d’un produit.",
    ),
    (
        "Source à préciser",
        "Nous n’avons pas pu vérifier l’origine de cette information. Vous pouvez proposer de"
        " nouveau votre texte en indiquant ses sources.",
    ),
]


def write(apps, schema_editor):
    reason = apps.get_model("cms_submissions", "RefusalReason")
    if not reason.objects.exists():
        reason.objects.bulk_create(
            reason(label=label, text=text, sort_order=place)
            for place, (label, text) in enumerate(REASONS)
        )


class Migration(migrations.Migration):
    dependencies = [("cms_submissions", "0001_initial")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
