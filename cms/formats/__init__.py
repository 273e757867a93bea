"""Mappings between records and the formats of the trade: Dublin Core, MODS, RIS, BibTeX…"""
