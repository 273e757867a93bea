"""What machines and other libraries take: OAI-PMH, citations, sitemap, calendars."""
