"""The routes of the pages, a file for each part of the product. The page addresses are promised (design 8)."""
