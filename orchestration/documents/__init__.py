"""What people open: workbooks, return letters, the report, templates.

What belongs here: how finished rows are put into words and drawn. What does not: where they are kept and what they rest on
(``publications``).
"""

from orchestration.documents.templates import write_templates

__all__ = ["write_templates"]
