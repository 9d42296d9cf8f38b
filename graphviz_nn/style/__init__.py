"""The look of pictures: style sheets, and the TeX of names and sizes."""
