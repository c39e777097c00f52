"""Parts that screens are made of. Every part names itself to screen readers."""
