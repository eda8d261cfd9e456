"""Notices: what is written to departments, towns and the bureau between publications, and how it is sent."""
