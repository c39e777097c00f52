"""Reading by lawyers and parties as the clerk sees it: applications, grants, prints, records."""
