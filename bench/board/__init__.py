"""How fast the boards are drawn, sent, shown and changed, beside the least that anybody could send."""
