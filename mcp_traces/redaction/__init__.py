"""What must not leave is masked: credentials, and personal data where that is asked for. Pure functions throughout."""
