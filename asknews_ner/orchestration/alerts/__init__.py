"""Telling people of faults: runs that failed, checks that found an error, assets that are late."""
