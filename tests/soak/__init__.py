"""Very many calls of all kinds while stores fail and recover; each answer is known beforehand."""
