"""HR's figures and the people behind them. Filters live in the address, and every figure leads on by the same one."""
