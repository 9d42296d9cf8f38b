"""``python -m graphviz_nn`` is ``graphviz-nn``."""

from graphviz_nn.cli import main

raise SystemExit(main())
