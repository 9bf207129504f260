"""Sections and pictures of the reports that are made of trainings."""
