"""Scan profiles and the options of devices: forms for whoever sets a scanner up."""
