"""One module per question. Measures take tables and return tidy tables; they know no file and no picture.

Each splits into a `count` over whole documents, whose results add up, and a `finish` that makes the table of
the sum: the same code serves one pass, parts in turn, and parts on many machines.
"""
