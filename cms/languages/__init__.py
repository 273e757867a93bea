"""More than one language: nothing untranslated in public, what each translation is made of."""
