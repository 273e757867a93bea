"""Words that carry no meaning alone, by language, folded (no accents)."""


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


FRENCH_STOP = _listed("""
au aux avec ce ces cet cette dans de des du elle elles en et eux il ils je la le les leur leurs lui
ma mais me meme mes moi mon ne nos notre nous on ou par pas pour qu que qui sa se ses son sur ta te
tes toi ton tu un une vos votre vous c d j l m n s t y a ai as avons avez ont avait avaient eu est
es suis sommes etes sont etait etaient ete etre etant sera seront serait soit soient dont donc or ni
car si tres plus sans sous entre chez vers ainsi aussi alors comme ceci cela ici quel quelle quels
quelles lorsque puisque afin etc
""")

# What a question may do without; these words are indexed all the same.
FRENCH_OPTIONAL = _listed("""
comment pourquoi quand combien quoi qui que ou puis peut peux peuvent pouvez doit doivent
dois faut fait faire avoir obtenir savoir existe il oui non
appelle correspond signifie consiste concerne sert prevoit
""")

ENGLISH_STOP = _listed("""
a an and are as at be been but by for from had has have he her his how i if in into is it its no not
of on or our she so such that the their them then there these they this to was we were what when
where which who will with you your
""")

SPANISH_STOP = _listed("""
a al algo ante como con contra cual cuando de del desde donde durante e el ella ellas ellos en entre
era es esta este esto estos fue ha hasta la las le les lo los mas me mi mucho muy ni no nos o os
otro para pero por porque que quien se sin sobre son su sus tambien te tiene todo un una uno y ya yo
""")
