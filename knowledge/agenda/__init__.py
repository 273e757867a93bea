"""Events: occurrences, series, programme, what remains of them."""
