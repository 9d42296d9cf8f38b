from graphviz_nn.errors import TracingError


def graph_of_run(module, title, given, named, roles, failed):
    raise TracingError(f"{title} can't be exported: {failed}") from failed
