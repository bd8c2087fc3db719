"""The library of exercises for the physiotherapist's plan: texts, drawings, the check, and the release that is signed."""
