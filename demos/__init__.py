"""Scripts to run and read: ``python -m demos`` runs them all, ``python -m demos NAME`` one, ``--list`` names them."""
