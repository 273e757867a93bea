"""Loading thousands of guides at once: reading a corpus, its vocabulary, pages by bulk inserts."""
