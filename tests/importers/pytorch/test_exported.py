"""Modules of PyTorch as graphs: values, modules, lines, parameters."""

import numpy as np
import pytest
from frameworks import beside

import graphviz_nn as gnn
from graphviz_nn.graph.ir import ModuleCall

pytestmark = list(beside("torch"))
torch = pytest.importorskip("torch")


class Block(torch.nn.Module):
    def __init__(self, width):
        super().__init__()
        self.lin = torch.nn.Linear(width, width)

    def forward(self, x):
        return x + torch.relu(self.lin(x))


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = torch.nn.Sequential(Block(3), Block(3))
        self.again = Block(3)

    def forward(self, x):
        return self.again(self.again(self.blocks(x)))


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(0)
    return Net().double()


def test_values_are_those_of_the_module(net):
    x = torch.randn(2, 3, dtype=torch.float64)
    graph = gnn.trace(net, x)
    np.testing.assert_allclose(gnn.evaluate(graph, x=x.numpy(), outputs="output"), net(x).detach().numpy(), rtol=1e-12)
    assert not graph.remarks


def test_operations_know_their_modules_and_lines(net):
    graph = gnn.trace(net, gnn.input((2, 3)))
    calls = list(dict.fromkeys(each.modules for each in graph.operations.values()))
    assert (ModuleCall("blocks", "Sequential"), ModuleCall("blocks.1", "Block")) in calls
    assert (ModuleCall("again", "Block", 2), ModuleCall("again.lin", "Linear", 2)) in calls
    assert {each.source.file for each in graph.operations.values()} == {"test_exported.py"}


def test_parameters_share_the_memory_of_the_module(net):
    graph = gnn.trace(net, gnn.input((2, 3)))
    weight = graph.variable("blocks.0.lin.weight")
    assert weight.role == "parameter" and np.shares_memory(weight.value, net.blocks[0].lin.weight.detach().numpy())


def test_a_module_on_the_meta_device_has_no_values():
    with torch.device("meta"):
        graph = gnn.trace(torch.nn.Linear(30_000, 30_000), gnn.input((1, 30_000)))
    assert graph.variable("weight").shape == (30_000, 30_000) and graph.variable("weight").value is None


def test_a_module_without_example_is_refused(net):
    with pytest.raises(gnn.errors.TracingError, match=r"needs an example .* graphviz_nn.input"):
        gnn.draw(net)
    assert gnn.draw(net, example=gnn.input((1, 3)), view="layers").svg


def test_a_class_is_no_module():
    with pytest.raises(gnn.errors.TracingError, match=r"ReLU is a class; give an instance, ReLU\(\)"):
        gnn.draw(torch.nn.ReLU, example=gnn.input((1, 3)))


def test_a_function_learns_the_modules_that_it_uses(net):
    def loss(x, y):
        return torch.nn.functional.mse_loss(net(x), y)

    graph = gnn.trace(loss, gnn.input((4, 3)), gnn.target((4, 3)))
    roles = {name: v.role for name, v in graph.leaves.items()}
    assert (roles["x"], roles["y"], roles["net.blocks.0.lin.weight"]) == ("input", "target", "parameter")
    x, y = torch.randn(4, 3, dtype=torch.float64), torch.randn(4, 3, dtype=torch.float64)
    expected = loss(x, y)
    expected.backward()
    value, gradients = gnn.value_and_gradient(graph, x=x.numpy(), y=y.numpy())
    np.testing.assert_allclose(value, expected.item(), rtol=1e-12)
    weight = net.blocks[0].lin.weight
    np.testing.assert_allclose(gradients["net.blocks.0.lin.weight"], weight.grad.numpy(), rtol=1e-9)
    net.zero_grad()
