"""What the public page of the month is made of."""
