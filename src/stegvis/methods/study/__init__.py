"""Study: reads and checks a trial's folder (protocol.toml, texts) and does the arithmetic of its schedule."""
