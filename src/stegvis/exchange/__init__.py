"""Exchange: out and in, in the field's formats: orders of exports, the files made for them, who took them."""
