"""Photographs and documents beside a letter."""
