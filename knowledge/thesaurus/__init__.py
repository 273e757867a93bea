"""The vocabularies: concept schemes and concepts, with every label that finds them."""
