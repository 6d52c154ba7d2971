"""Find a slot, as the page prints it: answers as rows, reasons and rules as words, and where everything leads."""
