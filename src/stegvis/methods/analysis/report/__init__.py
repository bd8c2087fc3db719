"""Report: prints findings as a self-contained page, tables, figures and results.json, in English and Swedish."""
