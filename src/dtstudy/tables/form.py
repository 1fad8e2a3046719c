"""How numbers and marks are written."""


def signed(value: float) -> str:
    """A difference for print, with its sign; a dash where there is none.

    >>> signed(-3.14), signed(0.02), signed(float("nan"))
    ('−3.1', '+0.0', '–')
    """
    return "–" if value != value else f"{value:+.1f}".replace("-", "−")


def p_value(p: float) -> str:
    """A p-value for print: three decimals, what it is below, or a dash where there is none.

    >>> p_value(1 / 84), p_value(0.00005), p_value(1.0), p_value(float("nan"))
    ('.012', '<.001', '1.000', '–')
    """
    if p != p:
        return "–"
    return "<.001" if p < 0.001 else f"{p:.3f}".removeprefix("0")
