"""The family "field": papers, wear, faults and scanner drawn by a second hand.

Nothing here is shared with the other families but the texts of a case, the fonts and the names of
things: inks are laid in linear light, objects are shaded from distance fields, tears are cut by
noise, the scanner has lamp, lens, sensor and sharpening. Inspection is checked on this family and
never tuned on it.
"""
