"""What the public proposes without an account, moderated and answered: a submission is no page."""
