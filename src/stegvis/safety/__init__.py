"""Safety: alerts that a human must look at, who was told and when, the site's rota (ICH E2A)."""
