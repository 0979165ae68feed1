"""Staff: who acts for the merchant, in which role and stores."""
