"""Administrator: who works here and where, the safety rota, allocation lists, the state of the installation."""
