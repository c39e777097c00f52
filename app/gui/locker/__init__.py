"""The desk's view of cloud lockers (云柜): live map, hand-offs, incidents, custody."""
