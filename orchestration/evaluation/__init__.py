"""How well rows are matched, measured on synthetic counties whose truth is known."""
