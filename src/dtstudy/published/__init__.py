"""What a paper prints: its claims and their checks, its quotations, and the arithmetic of printed numbers."""
