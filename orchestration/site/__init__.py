"""The offline site of a publication: the county in one page, towns, villages, households, the handbook; editions by reader."""
