"""How things look: style sheets, and the TeX of names and sizes."""
