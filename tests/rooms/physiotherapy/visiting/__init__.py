"""What visits bring out."""
