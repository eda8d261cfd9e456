"""Why a household, a person or a finding stands where it stands in a published version, down to the rows of the files.

What belongs here: reading a kept publication and the landed rows that it rests on, and saying which of them count and why, as
plain dataclasses (``content``). What does not: how that is shown, on a terminal or a page; which versions a month has;
computing anything anew. It reads Parquet alone, never the work database, so that every version that is kept can be explained.
"""
