"""Programme: the internet CBT: releases, modules, exercises, progress, therapist guidance (TIDieR)."""
