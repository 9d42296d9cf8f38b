"""Kinds of PyTorch models: arguments, results, modes, what is refused, what a run shows."""

import dataclasses
import re
import warnings

import numpy as np
import pytest
from frameworks import beside
from isomorphic import differences

import graphviz_nn as gnn
from graphviz_nn.errors import TracingError
from graphviz_nn.style.symbols import symbols
from graphviz_nn.transforms.fold import fold
from graphviz_nn.transforms.repeats import repeats
from graphviz_nn.views import detailed

pytestmark = list(beside("torch"))
torch = pytest.importorskip("torch")
from zoo import Of  # noqa: E402 (it needs torch)

nn = torch.nn
X = torch.linspace(-1, 1, 6, dtype=torch.float64).reshape(2, 3)


@dataclasses.dataclass
class Pair:
    x: torch.Tensor
    y: torch.Tensor


def evaluated(graph, *tensors):
    inputs = [name for name, leaf in graph.leaves.items() if leaf.role == "input"]
    feeds = {name: each.numpy() for name, each in zip(inputs, tensors, strict=True)}
    return gnn.evaluate(graph, feeds, outputs=list(graph.outputs))


class Branching(nn.Module):
    """Takes the way that its values decide."""

    def __init__(self):
        super().__init__()
        self.lin, self.norm, self.act = nn.Linear(3, 3), nn.BatchNorm1d(3), nn.ReLU(inplace=True)
        self.body = nn.LSTM(3, 2)

    def forward(self, x):
        h = self.act(self.norm(self.lin(x)))
        h = h + self.lin(h) if h.sum() > 0 else h - 1
        found, _ = self.body(h)
        return {"found": found, "mean": h.mean()}


def test_results_and_arguments_in_structures_have_names():
    def nested(pair, more, *, scale):
        return Pair(pair.x + pair.y, [more["a"] * scale, more["b"][0]])

    scale = torch.tensor(2.0, dtype=torch.float64)
    graph = gnn.trace(Of(nested), Pair(X, X * 1), {"a": X + 0, "b": (X + 1,)}, scale=scale)
    assert graph.outputs == ("x", "y_0", "y_1")
    found = evaluated(graph, X, X, X, X + 1, scale)
    np.testing.assert_array_equal(found["y_1"], X.numpy() + 1)
    np.testing.assert_array_equal(found["x"], 2 * X.numpy())


class Inner(nn.Module):
    def forward(self, x):
        found = torch.exp(x)
        return found - 1


class Named(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = Inner()

    def forward(self, x):
        hidden = x + self.inner(torch.tanh(x))
        return hidden * 2


def test_results_have_the_names_of_the_code():
    graph = gnn.trace(Named(), X)
    # The argument of a call, and what it returns, aren't yet the value of the line.
    assert {graph.producer(name): name for name in ("found", "hidden")} == {"exp": "found", "add": "hidden"}
    assert set(graph.graph["anonymous"]) == {*graph.results("tanh"), *graph.results("subtract")}


def test_a_function_of_tensors_is_a_model():
    def wave(x):
        return torch.sin(x) + 1

    graph = gnn.trace(wave, X)
    assert graph.graph["name"] == "wave" and list(graph.operations) == ["sin", "add"]


def test_arrays_and_shapes_are_examples_with_roles():
    graph = gnn.trace(Of(lambda x, y: ((x - y) ** 2).mean()), np.ones((2, 3)), gnn.target((2, 3)))
    assert [leaf.role for leaf in graph.leaves.values()] == ["input", "target"]


def test_tied_weights_are_one_and_frozen_ones_constant():
    first, second = nn.Linear(3, 3, bias=False), nn.Linear(3, 3, bias=False)
    second.weight = first.weight
    frozen = nn.Linear(3, 3).requires_grad_(False)
    graph = gnn.trace(nn.Sequential(first, second, frozen), gnn.input((1, 3)))
    roles = {name: leaf.role for name, leaf in graph.leaves.items()}
    assert roles == {"input": "input", "0.weight": "parameter", "2.weight": "constant", "2.bias": "constant"}


def test_buffers_may_have_no_values():
    with torch.device("meta"):
        model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)).eval()
    graph = gnn.trace(model, gnn.input((1, 3, 8, 8)))
    assert not graph.remarks and graph.variable("1.running_mean").value is None
    assert "batch" in gnn.draw(graph, view="layers").svg


def test_the_mode_decides():
    model = nn.Sequential(nn.Dropout(0.5), nn.BatchNorm1d(3)).double()
    count = model[1].num_batches_tracked.clone()
    assert {leaf.role for leaf in gnn.trace(model.train(), X).leaves.values()} >= {"random"}
    evaluating = gnn.trace(model.eval(), X)
    assert {"1.running_mean", "1.running_var"} < set(evaluating.leaves) and not evaluating.remarks
    assert torch.equal(count, model[1].num_batches_tracked)


def test_a_gradient_stops_where_the_model_stops_it():
    def stopped(x):
        with torch.no_grad():
            fixed = x * 3
        return (x * x.detach() + fixed).sum()

    _, slopes = gnn.value_and_gradient(gnn.trace(Of(stopped), X), {"arguments_0": X.numpy()}, wrt="arguments_0")
    np.testing.assert_array_equal(slopes["arguments_0"], X.numpy())


@pytest.mark.parametrize("mode", ["train", "eval"])
def test_a_model_that_branches_is_run_once(mode, capfd):
    torch.manual_seed(0)
    model = getattr(Branching().double(), mode)()
    before = {name: each.clone() for name, each in model.state_dict().items()}
    graph = gnn.trace(model, X)
    assert all(torch.equal(before[name], each) for name, each in model.state_dict().items())
    (remark,) = graph.remarks
    assert re.fullmatch(r"the picture shows .* Branching .* this example: test_model.py:\d+ decides by values", remark)
    theirs = model(X)
    for name, found in evaluated(graph, X).items():
        np.testing.assert_allclose(found, theirs[name].detach(), rtol=1e-10)
    calls = {str(each) for operation in graph.operations.values() for each in operation.modules}
    assert {"lin (Linear)", "lin (Linear, call 2)", "norm (BatchNorm1d)", "body (LSTM)"} <= calls
    assert graph.variable("lin.weight").role == "parameter"
    assert capfd.readouterr() == ("", "")


def as_script(x):
    return torch.sin(x)


def scripted(what):
    with warnings.catch_warnings():
        # PyTorch says that it is old.
        warnings.simplefilter("ignore")
        return torch.jit.script(what)


SCRIPT = scripted(as_script)


def after_a_branch(function):
    return Of(lambda x: x if x.sum() > 100 else function(x))


def put(x):
    y = x * 2
    y[0] = 0
    return y


UNSEEN = {
    "__setitem__": (put, "writes into a tensor; build a new one"),
    "mul_": (lambda x: (y := x * 2, y[0].mul_(3))[0], "memory that another tensor shares"),
    "data": (lambda x: x.data + 1, "write x.detach()"),
    "numpy": (lambda x: torch.from_numpy(np.sin(x.numpy())), "leaves the framework"),
    "sin": (lambda x: torch.sin(x, out=torch.empty_like(x)), "writes into out="),
    "mul": (lambda x: SCRIPT(x) * 2, "code that can't be seen"),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_what_a_run_doesnt_show_is_refused_by_name(name):
    function, says = UNSEEN[name]
    with pytest.raises(
        TracingError, match=rf"Of can't be exported, and {name} \(test_model.py:\d+\) .*{re.escape(says)}"
    ):
        gnn.trace(after_a_branch(function), X)


def test_the_same_without_a_branch_is_exported():
    graph = gnn.trace(Of(put), X)
    np.testing.assert_array_equal(next(iter(evaluated(graph, X).values())), put(X).numpy())


def test_a_model_that_fails_is_drawn_up_to_there():
    model = nn.Sequential(nn.Linear(3, 3), nn.ReLU(), nn.Linear(4, 2))
    graph = gnn.trace(model, gnn.input((1, 3)))
    assert graph.outputs == ("stopped",) and "matmul" in graph.operations
    assert re.search(r"linear .* Sequential stopped here.*: RuntimeError: mat1 and mat2 shapes", graph.remarks[0])
    assert "linear" in gnn.draw(graph).svg
    with pytest.raises(gnn.errors.Error, match="linear in 2"):
        gnn.evaluate(graph, input=np.ones((1, 3), "float32"))


def test_compiled_models_are_read_as_they_were_written():
    with warnings.catch_warnings():
        # PyTorch's own modules use what it calls old.
        warnings.simplefilter("ignore")
        compiled = torch.compile(nn.Linear(3, 3))
    for model in (compiled, nn.Sequential(compiled, nn.ReLU())):
        assert "matmul" in gnn.trace(model, gnn.input((1, 3))).operations


def program(**options):
    return torch.export.export(nn.Linear(3, 2), (torch.ones(2, 3),), **options)


def test_a_program_needs_no_example():
    assert list(gnn.trace(program()).operations) == ["transpose", "matmul", "add"]


def open_program():
    return program(dynamic_shapes={"input": {0: torch.export.Dim("rows")}})


def test_a_program_that_leaves_a_length_open_takes_an_example():
    graph = gnn.trace(open_program(), gnn.input((5, 3), dtype="float32"))
    assert graph.variable("input").shape == (5, 3)
    assert {each.modules for each in graph.operations.values()} == {
        each.modules for each in gnn.trace(program()).operations.values()
    }


REFUSED = [
    (lambda: gnn.trace(nn.Linear, X), "Linear is a class; give an instance, Linear()"),
    (lambda: gnn.trace(scripted(nn.ReLU()), X), "ReLU is a TorchScript module"),
    (
        lambda: gnn.trace(nn.ReLU(), X.to_sparse()),
        "argument 1 is a sparse tensor, which can't be traced; give x.to_dense()",
    ),
    (lambda: gnn.trace(nn.ReLU(), torch.ones(2, dtype=torch.complex64)), "argument 1 is a complex tensor"),
    (
        lambda: gnn.trace(open_program()),
        "leaves the length of axis 0 of input open; give an example of its input",
    ),
    (lambda: gnn.trace(open_program(), torch.ones(2, 99)), "the program can't be run with this example: .* == "),
    (lambda: gnn.trace(nn.ReLU(), X, X), "ReLU fails: TypeError: .* takes 2 positional arguments but 3 were given"),
    (lambda: gnn.trace(torch.ones(2)), "a Tensor can't be traced; give a torch.nn.Module"),
]


@pytest.mark.parametrize(("call", "says"), REFUSED)
def test_what_cant_be_read_is_refused_in_one_line(call, says):
    with pytest.raises(TracingError, match=says) as refused:
        call()
    assert "\n" not in str(refused.value)


class Heads(nn.Module):
    """Attention of two heads, split and joined as usual."""

    def forward(self, x):
        q, k, v = (each.view(2, 3, 2, 2).transpose(1, 2) for each in x.split(4, dim=-1))
        y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        return torch.tanh(y.transpose(1, 2).reshape(2, 3, 4))


def test_heads_are_split_and_joined_within_attention():
    x = torch.randn(2, 3, 12, dtype=torch.float64)
    graph = gnn.trace(Heads(), x)
    assert [operation.op for operation in fold(graph).operations.values()] == ["attention", "tanh"]
    np.testing.assert_allclose(evaluated(graph, x)["output"], Heads()(x).numpy(), rtol=1e-12)


def test_a_part_that_others_read_stays_outside_of_attention():
    def shared(x):
        heads = x.view(2, 3, 2, 2).transpose(1, 2)
        return nn.functional.scaled_dot_product_attention(heads, heads, heads) + heads

    graph = gnn.trace(Of(shared), torch.randn(2, 3, 4))
    assert [operation.op for operation in fold(graph).operations.values()] == [
        "reshape",
        "transpose",
        "attention",
        "add",
    ]


def test_results_of_a_layer_that_nobody_reads_are_left_out():
    network = nn.LSTM(3, 2, num_layers=2, bidirectional=True).double()
    graph = gnn.trace(Of(lambda x: network(x)[0], network=network), X[None])
    assert [operation.op for operation in fold(graph).operations.values()] == ["lstm"]
    assert len(fold(graph).results("lstm")) == 1 and not gnn.draw(graph).remarks
    symbols = [leaf.label for leaf in graph.leaves.values() if leaf.role == "parameter"]
    assert sorted(symbols) == sorted(["W", "U", "b", "c"] * 4)


def failing(x):
    torch.relu(x)
    raise KeyError("a $mode$")


def test_a_model_that_fails_between_two_steps_says_so_on_the_picture():
    graph = gnn.trace(Of(failing), X)
    said = r"Of stopped here \(test_model.py:\d+\): KeyError: 'a \$mode\$'"
    assert re.fullmatch(said, graph.graph["stopped"])
    assert [each.op for each in fold(graph).operations.values()] == ["relu", "KeyError"]
    picture = gnn.draw(graph, view="blocks")
    written = " ".join(text.tex for group in picture.scene.groups if group.id == "caption" for text in group.items)
    assert "KeyError" in written and r"\$mode" in written
    with pytest.raises(TracingError, match=r"Of fails \(test_model.py:\d+\): ZeroDivisionError"):
        gnn.trace(Of(lambda x: 1 / 0), X)


class Reversed(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return 2 * x

    @staticmethod
    def backward(ctx, slope):
        return -slope


def test_a_backward_pass_of_its_own_is_remarked():
    apply = torch.autograd.Function.apply
    graph = gnn.trace(Of(lambda x: Reversed.apply(x) + Reversed.apply(x + 1)), X)
    assert graph.remarks == ("Reversed has a backward pass of its own; here, the gradient is that of its forward pass",)
    assert torch.autograd.Function.apply == apply


@pytest.mark.parametrize("reentrant", [False, True])
def test_a_checkpoint_has_the_usual_gradient(reentrant):
    def model(x):
        return torch.utils.checkpoint.checkpoint(torch.exp, x, use_reentrant=reentrant).sum()

    _, slopes = gnn.value_and_gradient(gnn.trace(Of(model), X), {"arguments_0": X.numpy()}, wrt="arguments_0")
    np.testing.assert_allclose(slopes["arguments_0"], X.exp().numpy())


def test_noise_is_drawn_anew_in_each_run():
    def model(x):
        return x + torch.randn_like(x) + torch.rand(3)

    graph = gnn.trace(Of(model), X)
    assert [leaf.draw.distribution for leaf in graph.leaves.values() if leaf.role == "random"] == ["normal", "uniform"]
    program = gnn.compile(graph)
    assert (program(arguments_0=X.numpy())["output"] != program(arguments_0=X.numpy())["output"]).all()


def test_attention_in_training_is_attention():
    layer = nn.TransformerEncoderLayer(4, 2, 8, batch_first=True).train()
    graph = gnn.trace(nn.TransformerEncoder(layer, 5), gnn.input((1, 3, 4)))
    assert not graph.remarks
    assert "attention" in {each.op for each in fold(graph).operations.values()}
    (fact,) = gnn.draw(graph, view="blocks").graph.graph["repeats"].values()
    assert fact.count == 5


def test_decoders_that_read_one_memory_are_isomorphic():
    layer = nn.TransformerDecoderLayer(4, 2, 8, batch_first=True, norm_first=True)
    graph = gnn.trace(nn.TransformerDecoder(layer, 3).eval(), gnn.input((1, 3, 4)), gnn.input((1, 2, 4)))
    seen = detailed("blocks", graph, repeats="show")
    (repeat,) = repeats(seen, 2, 4)
    assert (len(repeat.parts), differences(seen, repeat)) == (3, [])


def test_normalized_weights_are_computed():
    model = nn.utils.parametrizations.weight_norm(nn.Linear(3, 2)).double()
    np.testing.assert_allclose(
        *(found.detach() for found in (torch.tensor(evaluated(gnn.trace(model, X), X)["output"]), model(X)))
    )


def test_complex_numbers_are_drawn():
    def model(x):
        return torch.fft.fft(x).real + torch.abs(torch.fft.fft(x) * torch.tensor(1j))

    graph = gnn.trace(Of(model), X)
    assert "complex" in {variable.dtype[:7] for variable in graph.variables.values()}
    assert "fft" in gnn.draw(graph, view="blocks").svg
    with pytest.raises(gnn.errors.Error, match="can be drawn, but not computed"):
        gnn.evaluate(graph, arguments_0=X.numpy())


def test_opaque_steps_fold_and_are_no_layers_of_ours():
    blocks = nn.Sequential(*(nn.Sequential(nn.Linear(3, 3), nn.AdaptiveMaxPool1d(3)) for _ in range(6)))
    (fact,) = gnn.draw(gnn.trace(blocks, gnn.input((2, 3))), view="blocks").graph.graph["repeats"].values()
    assert fact.title == "×6"


def routed(x):
    return x[x[:, 0] > 0].sum(0)


def test_lengths_that_values_decide_are_those_of_the_example():
    graph = gnn.trace(Of(routed), X)
    assert graph.variable("output").shape == (3,)
    assert [each for each in graph.remarks if "decides by values" in each]


def test_what_only_buffers_hear_of_is_left_out():
    graph = gnn.trace(nn.BatchNorm1d(3).train(), gnn.input((4, 3)))
    assert not gnn.draw(graph).remarks


REFUSED_MODULES = [
    (nn.Sequential(nn.LazyLinear(2)), "0.weight of Sequential has no shape yet; run the module once"),
    (Of(lambda x: None), "the model returns nothing that can be drawn; return a tensor"),
]


@pytest.mark.parametrize(("module", "says"), REFUSED_MODULES)
def test_modules_that_cant_be_drawn_say_why(module, says):
    with pytest.raises(TracingError, match=says):
        gnn.trace(module, X)


def test_names_of_arguments_come_before_symbols_of_weights():
    class Named(nn.Module):
        def __init__(self):
            super().__init__()
            self.one, self.two = nn.Linear(3, 3), nn.Linear(3, 3)

        def forward(self, b, W):
            return self.two(self.one(self.one(b))) + W

    found = symbols(gnn.trace(Named(), gnn.input((2, 3)), gnn.input(3)))
    assert (found["b"], found["W"], found["one.bias"]) == ("b", "W", "b'")
    # What two layers share is drawn.
    assert found["one.weight"] == "W'" and found["two.weight"] == "W''"


def test_what_is_spread_by_the_next_step_has_no_step_of_its_own():
    graph = gnn.trace(Of(lambda x: nn.functional.normalize(x, dim=-1) * x.max().expand_as(x)), X)
    assert "broadcast_to" not in {each.op for each in graph.operations.values()}
    assert [each.op for each in fold(graph).operations.values()].count("norm") == 1
    theirs = nn.functional.normalize(X, dim=-1) * X.max()
    np.testing.assert_allclose(evaluated(graph, X)["output"], theirs.numpy())
    # Here it is a result.
    alone = gnn.trace(Of(lambda x: x.mean().expand_as(x)), X)
    assert alone.variable("output").shape == (2, 3)


@pytest.mark.parametrize("example", [(1, 3, 8, 8), [1, 3, 8, 8], ((1, 3, 8, 8),)])
def test_a_shape_without_its_spec_is_told_how_to_be_written(example):
    with pytest.raises(TracingError, match=re.escape("give graphviz_nn.input((1, 3, 8, 8))")):
        gnn.draw(torch.nn.Conv2d(3, 2, 3), example=example)


def test_an_error_of_the_framework_is_not_longer_than_a_few_lines():
    with pytest.raises(TracingError, match="Conv2d fails: TypeError: conv2d") as refused:
        gnn.trace(torch.nn.Conv2d(3, 2, 3), "x")
    assert len(str(refused.value)) < 300
