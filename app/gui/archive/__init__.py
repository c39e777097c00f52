"""Archive: both tracks to their receipts."""
