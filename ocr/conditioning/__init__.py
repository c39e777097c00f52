"""Conditioning: derivatives of an untouched master by a recipe of explicit steps."""
