"""A keyboard on the screen for the terminals of the hall: digits, Latin letters, pinyin."""
