"""The report of how hours are used: its question, its figures in words, its pictures, its parts, its files."""
