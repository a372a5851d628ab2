"""What follows from each event of a case: who is asked, when, and who next."""
