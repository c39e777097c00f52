"""Rule sets as versioned data: catalogue templates, limits, four-property items, code tables."""
