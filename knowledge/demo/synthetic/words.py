"""The words of made-up pages: those of health promotion, so that searches find what they should.

Parts fit together as they stand: a verb, what it is about, with whom, where and by what means.
"""

from random import Random

VERBS = (
    "Promouvoir", "Soutenir", "Évaluer", "Coordonner", "Développer", "Repenser", "Organiser",
    "Améliorer", "Renforcer", "Accompagner", "Faire connaître", "Préparer", "Financer", "Partager",
    "Comprendre", "Interroger", "Valoriser", "Faciliter", "Construire", "Animer",
)  # fmt: skip

SUBJECTS = (
    "la santé mentale", "l’alimentation équilibrée", "l’activité physique", "le sommeil",
    "la vie affective et sexuelle", "la prévention des addictions", "l’accès aux droits",
    "l’accès aux soins", "la vaccination", "le dépistage des cancers", "la santé bucco-dentaire",
    "la qualité de l’air intérieur", "la santé environnementale", "les compétences psychosociales",
    "l’éducation thérapeutique", "la participation des usagers", "la médiation en santé",
    "la littératie en santé", "le parcours de soins", "la sortie d’hospitalisation",
    "le maintien à domicile", "la prévention des chutes", "le soutien aux aidants",
    "la culture à l’hôpital", "la pratique artistique", "la lecture publique",
    "le numérique en santé",
    "la télémédecine", "l’habitat inclusif", "la mobilité solidaire", "l’isolement social",
    "la nutrition des enfants", "l’usage des écrans", "la périnatalité", "la parentalité",
    "la santé au travail", "la réduction des risques", "la lutte contre le tabagisme",
    "la consommation d’alcool", "le diabète", "les maladies chroniques", "le handicap",
    "la protection de l’enfance", "les violences intrafamiliales", "la précarité énergétique",
    "le non-recours", "l’interprétariat", "la santé sexuelle", "l’hygiène des mains",
    "les allergies", "la canicule", "l’eau potable", "les pesticides", "le jardin partagé",
    "le plaidoyer", "l’évaluation d’impact en santé", "le diagnostic local",
    "l’urbanisme favorable",
    "la démographie médicale", "la pharmacie de proximité", "la fin de vie", "la douleur",
)  # fmt: skip

AUDIENCES = (
    "auprès des collégiens", "auprès des lycéens", "avec les familles", "avec les habitants",
    "des personnes âgées", "des jeunes enfants", "des adolescents", "des femmes enceintes",
    "des personnes en situation de handicap", "des aidants", "des saisonniers", "des agriculteurs",
    "des étudiants", "des salariés", "des demandeurs d’emploi", "des personnes exilées",
    "des gens du voyage", "des personnes détenues", "des patients", "des résidents d’EHPAD",
    "des parents isolés", "des élus", "des bénévoles", "des soignants", "des enseignants",
    "des animateurs", "des travailleurs sociaux", "pour tous", "des tout-petits", "des retraités",
)  # fmt: skip

PLACES = (
    "en milieu rural", "dans les quartiers prioritaires", "à l’école", "au collège", "à l’hôpital",
    "en maison de santé", "à domicile", "en établissement médico-social", "à la médiathèque",
    "au centre social", "en prison", "sur le lieu de travail", "au musée", "en ligne",
    "dans les communes isolées", "en montagne", "sur le littoral", "en centre-ville",
    "à l’université", "au club de sport", "en crèche", "au marché", "en forêt", "au théâtre",
)  # fmt: skip

ACTORS = (
    "Les professionnels de santé", "Les associations d’usagers", "Les communes partenaires",
    "Les équipes éducatives", "Les bénévoles", "Les coordinateurs", "Les financeurs",
    "Les habitants relais", "Les artistes associés", "Les pharmaciens", "Les infirmières scolaires",
    "Les médiateurs", "Les chercheurs", "Les bibliothécaires", "Les élus du territoire",
    "Les intervenants", "Les personnes concernées", "Les services de l’État",
)  # fmt: skip

DO = (
    "accompagnent", "évaluent", "discutent", "préparent", "font évoluer", "documentent",
    "soutiennent", "financent", "observent", "présentent", "réinventent", "mettent en débat",
    "cartographient", "intègrent à leurs pratiques",
)  # fmt: skip

MEANS = (
    "au moyen d’ateliers collectifs", "lors de permanences mensuelles", "avec un guide illustré",
    "grâce à un comité de pilotage", "à partir d’entretiens", "par des visites à domicile",
    "avec une exposition itinérante", "au cours d’une journée d’étude",
    "à l’aide d’un questionnaire",
    "par une formation de deux jours", "avec un budget participatif", "dans un café-rencontre",
    "en s’appuyant sur des données probantes", "sous la forme d’un théâtre-forum",
    "avec une convention pluriannuelle", "par un réseau de référents",
    "au fil d’une marche exploratoire",
    "en lien avec le contrat local de santé", "dans le cadre du projet régional",
    "avec un bus itinérant",
)  # fmt: skip

RESULTS = (
    "Le bilan montre une participation en hausse", "L’évaluation reste à conduire",
    "Les freins relevés sont la mobilité et les horaires", "La fréquentation dépasse les attentes",
    "Un livret résume la démarche", "Le partenariat est reconduit", "Trois réunions ont suffi",
    "Les indicateurs sont publiés chaque année", "La démarche peut être reprise ailleurs",
    "Un temps d’échange a clos le cycle", "Les retours sont favorables",
    "Des outils sont à emprunter",
)  # fmt: skip

HEADINGS = (
    "Le contexte", "Les objectifs", "Le déroulement", "Les partenaires", "Les moyens", "Le bilan",
    "Pour aller plus loin", "Les points de vigilance", "Les leviers", "Le calendrier",
)  # fmt: skip

BODIES = (
    "Maison de santé", "Centre social", "Association", "Centre hospitalier", "Médiathèque",
    "Communauté de communes", "Réseau", "Collectif", "Mutuelle", "Observatoire", "Compagnie",
    "Foyer", "Fédération", "Atelier",
)  # fmt: skip

TOWNS = (
    "des Tilleuls", "du Gué", "de Lorvain", "des Rives", "du Val-de-Brume", "de la Clairière",
    "des Trois-Fontaines", "du Moulin", "de Saint-Exemple", "des Hauts-Prés", "du Vieux-Pont",
    "de la Source", "des Grands-Chênes", "de Montfictif", "du Plateau", "des Deux-Lacs",
)  # fmt: skip

FIRST = (
    "Camille", "Dominique", "Claude", "Morgan", "Sacha", "Lou", "Alix", "Noa", "Charlie", "Andréa",
    "Maxime", "Stéphane",
)  # fmt: skip
LAST = ("Exemple", "Modèle", "Fictif", "Spécimen", "Échantillon", "Inventé", "Imaginaire", "Type")

THEMES = (
    "Addictions", "Aidants", "Alimentation", "Activité physique", "Accès aux droits",
    "Accès aux soins", "Culture et santé", "Dépistage", "Handicap", "Habitat", "Littératie",
    "Maladies chroniques", "Mobilité", "Numérique", "Parentalité", "Périnatalité", "Précarité",
    "Santé environnementale", "Santé mentale", "Santé sexuelle", "Sommeil", "Vaccination",
    "Vieillissement", "Violences",
)  # fmt: skip


def title(dice: Random, actor: str = "") -> str:
    """What a page is called; `actor` as in its `RecordType`."""
    if actor == "organisation":
        return f"{dice.choice(BODIES)} {dice.choice(TOWNS)}"
    if actor == "person":
        return f"{dice.choice(FIRST)} {dice.choice(LAST)}"
    parts = [dice.choice(VERBS), dice.choice(SUBJECTS), dice.choice(AUDIENCES)]
    return " ".join([*parts, dice.choice(PLACES)] if dice.random() < 0.7 else parts)


def sentence(dice: Random) -> str:
    if dice.random() < 0.2:
        return f"{dice.choice(RESULTS)}."
    return (
        f"{dice.choice(ACTORS)} {dice.choice(DO)} {dice.choice(SUBJECTS)} {dice.choice(AUDIENCES)},"
        f" {dice.choice(MEANS)}."
    )


def paragraph(dice: Random, sentences: int = 5) -> str:
    return " ".join(sentence(dice) for _number in range(sentences))


def short(dice: Random, limit: int) -> str:
    """A few words, of `limit` signs at most."""
    text = f"{dice.choice(SUBJECTS)} {dice.choice(AUDIENCES)}"
    if len(text) > limit:
        text = dice.choice(FIRST)
    return (text[:1].upper() + text[1:])[:limit]
