"""Models in files: what comes back, what is refused, and that a file is whole or not there."""

from __future__ import annotations

import copy
import io
import json
import os
import stat
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

import nn
from autograd import Value
from nn.saving import FORMAT, describe, digest
from tests import needs
from tests.nn.test_module import models

FORMATS = [".npz", ".safetensors"]
formats = pytest.mark.parametrize("suffix", FORMATS)

FILES = "pip install '.[files]'"


@pytest.fixture(autouse=True)
def needs_safetensors(request):
    if "suffix" in request.fixturenames and request.getfixturevalue("suffix") == ".safetensors":
        needs.package("safetensors", FILES)


def numbers(model):
    return [p.data for p in model.parameters()]


def refused(path, message, **options):
    with pytest.raises(nn.ModelFileError, match=message):
        nn.load(path, **options)


class Mine(nn.Module):
    """A class that nn cannot know."""

    def __init__(self, w=1.0):
        self.w = [Value(w), Value(2.0)]

    def __call__(self, x):
        return self.w[0] * x


SHARED = nn.Linear(1, 1, seed=0)


def extended(model):
    model.extra = Value(3.0)
    return model


class TestWhatComesBack:
    @formats
    @settings(max_examples=20)
    @given(model=models)
    def test_is_the_same_model(self, tmp_path_factory, suffix, model):
        path = tmp_path_factory.mktemp("models") / f"model{suffix}"
        nn.save(model, path)
        twin = nn.load(path)
        assert type(twin) is type(model)
        assert repr(twin) == repr(model)
        assert list(twin.named_parameters()) == list(model.named_parameters())
        assert [p.label for p in twin.parameters()] == [p.label for p in model.parameters()]

    @formats
    def test_of_layers_in_layers_and_activations_with_settings(self, tmp_path, suffix):
        inner = nn.Sequential(nn.Linear(3, 2, nn.LeakyReLU(0.2), seed=1), nn.ReLU(at_zero=0.5))
        model = nn.Sequential("cubic", nn.Linear(1, 3, "gelu", seed=2), inner, nn.Neuron(2, "softplus", seed=3))
        nn.save(model, tmp_path / f"m{suffix}")
        twin = nn.load(tmp_path / f"m{suffix}")
        assert repr(twin) == repr(model)
        assert twin(0.7).data == model(0.7).data

    @formats
    def test_every_bit_of_every_number(self, tmp_path, suffix):
        model = nn.Neuron(4, weights=[0.1, -0.0, 5e-324, 1.7976931348623157e308], bias=1 / 3)
        nn.save(model, tmp_path / f"m{suffix}")
        twin = nn.load(tmp_path / f"m{suffix}")
        assert list(map(float.hex, numbers(twin))) == list(map(float.hex, numbers(model)))

    @formats
    def test_a_changed_mlp_comes_back_changed(self, tmp_path, suffix):
        model = nn.MLP(1, [2, 1], seed=1)
        model.layers[0].activation = nn.Tanh()
        nn.save(model, tmp_path / f"m{suffix}")
        assert nn.load(tmp_path / f"m{suffix}")(0.5).data == model(0.5).data

    @formats
    def test_into_a_class_of_ones_own(self, tmp_path, suffix):
        path = tmp_path / f"m{suffix}"
        nn.save(Mine(5.0), path)
        refused(path, r"the parameters of a Mine, .* code of yours: .*load\(.*into=model\)")
        into = Mine()
        assert nn.load(path, into=into) is into
        assert into.w[0].data == 5.0

    @formats
    @pytest.mark.parametrize(
        "model",
        [
            nn.Sequential(nn.Linear(1, 2, seed=0), lambda x: 2 * x),
            nn.Sequential(*[nn.Linear(1, 1, seed=0)] * 2),
            nn.Sequential(nn.Sequential(SHARED), "tanh", SHARED),
            type("MyMLP", (nn.MLP,), {})(1, [1]),
            extended(nn.MLP(1, [1])),
        ],
        ids=["function", "shared", "shared deep inside", "subclass", "extended"],
    )
    def test_what_data_cannot_say_has_to_be_made_by_its_owner(self, tmp_path, suffix, model):
        path = tmp_path / f"m{suffix}"
        assert describe(model) is None
        nn.save(model, path)
        refused(path, "not its architecture")
        before = numbers(model)
        for p in model.parameters():
            p.data = 0.0
        nn.load(path, into=model)
        assert numbers(model) == before

    @formats
    def test_into_a_model_of_the_same_kind(self, tmp_path, suffix):
        path = tmp_path / f"m{suffix}"
        model, into = nn.MLP(2, [3, 1], seed=1), nn.MLP(2, [3, 1], seed=2)
        nn.save(model, path)
        nn.load(path, into=into)
        assert numbers(into) == numbers(model)

    def test_the_format_is_an_ordinary_one(self, tmp_path):
        """Anything that reads .npz reads it: arrays by their names, and the architecture in JSON."""
        model = nn.MLP(2, [3, 1], hidden="tanh", seed=1)
        nn.save(model, tmp_path / "m.npz")
        with np.load(tmp_path / "m.npz", allow_pickle=False) as archive:
            assert archive["parameters/layers.0.w"].shape == (3, 2)
            about = json.loads(str(archive["about"]))
        assert about["architecture"]["kind"] == "MLP"
        assert about["architecture"]["layers"][0] == {
            "kind": "Linear",
            "inputs": 2,
            "outputs": 3,
            "activation": {"kind": "Tanh"},
        }

    def test_other_programs_read_the_safetensors(self, tmp_path):
        library = needs.package("safetensors.numpy", FILES)
        model = nn.MLP(2, [3, 1], seed=1)
        nn.save(model, tmp_path / "m.safetensors")
        arrays = library.load_file(tmp_path / "m.safetensors")
        assert arrays.keys() == model.state_dict().keys()
        assert all(np.array_equal(arrays[name], array) for name, array in model.state_dict().items())


class TestWhatIsRefused:
    @pytest.fixture
    def path(self, tmp_path, suffix):
        path = tmp_path / f"model{suffix}"
        nn.save(nn.MLP(2, [3, 1], hidden="tanh", seed=1), path)
        return path

    @formats
    def test_a_file_that_was_cut_anywhere(self, path):
        content = path.read_bytes()
        into = nn.MLP(2, [3, 1], hidden="tanh", seed=2)
        before = numbers(into)
        for length in {*range(0, len(content), 37), 1, 8, len(content) - 1}:
            path.write_bytes(content[:length])
            refused(path, r"model\.\w+ (is no|was not written)", into=into)
        assert numbers(into) == before

    @formats
    def test_a_wrong_bit_anywhere_is_noticed_or_does_not_matter(self, path):
        model = nn.load(path)
        content = path.read_bytes()
        noticed = 0
        for i, byte in enumerate(content):
            path.write_bytes(content[:i] + bytes([byte ^ 1 << i % 8]) + content[i + 1 :])
            try:
                read = nn.load(path)
            except nn.ModelFileError:
                noticed += 1
            else:
                assert repr(read) == repr(model)
                assert numbers(read) == numbers(model)
        assert noticed > len(content) / 2

    @formats
    @pytest.mark.parametrize(
        "content", [b"", b"hello", b"\x00" * 100, b"PK\x03\x04rubbish", b"\xff" * 9, os.urandom(300)]
    )
    def test_a_file_of_something_else(self, path, content):
        path.write_bytes(content)
        refused(path, "is no")

    def test_an_archive_that_is_not_ours(self, tmp_path):
        np.savez(tmp_path / "foreign.npz", w=np.zeros(3))
        refused(tmp_path / "foreign.npz", r"foreign.npz was not written by nn.save")
        np.save(tmp_path / "one.npy", np.zeros(3))
        (tmp_path / "one.npy").rename(tmp_path / "one.npz")
        refused(tmp_path / "one.npz", "is no")

    def test_tensors_that_are_not_ours(self, tmp_path):
        library = needs.package("safetensors.numpy", FILES)
        library.save_file({"w": np.zeros(3)}, tmp_path / "foreign.safetensors")
        refused(tmp_path / "foreign.safetensors", "was not written by nn.save")

    def test_a_pickle_is_never_opened(self, tmp_path):
        class Bomb:
            def __reduce__(self):
                return os.mkdir, (str(tmp_path / "boom"),)

        stream = io.BytesIO()
        np.savez(stream, allow_pickle=True, about=np.array([Bomb()], dtype=object))
        (tmp_path / "bomb.npz").write_bytes(stream.getvalue())
        refused(tmp_path / "bomb.npz", "is not a complete .npz archive")
        assert not (tmp_path / "boom").exists()

    @pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_what_would_unpack_to_more_than_it_is(self, tmp_path, method):
        """It is refused before memory is taken: a megabyte of zeros would be a gigabyte."""
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (1 << 21,)})
        path = tmp_path / "bomb.npz"
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.writestr("parameters/w.npy", header.getvalue() + bytes(1 << 24))
        assert path.stat().st_size < 1 << 18
        tracemalloc.start()
        try:
            refused(path, r"parameters/w.npy is compressed")
            assert tracemalloc.get_traced_memory()[1] < 1 << 22
        finally:
            tracemalloc.stop()

    def test_members_that_share_their_bytes(self, tmp_path):
        """Many entries of the list of contents that point at one place: small on the disk, large in memory."""
        stream = io.BytesIO()
        np.save(stream, np.zeros(1 << 12))
        path = tmp_path / "bomb.npz"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("parameters/w.npy", stream.getvalue())
            info = archive.getinfo("parameters/w.npy")
            for i in range(100):
                twin = copy.copy(info)
                twin.filename = f"parameters/w{i}.npy"
                archive.filelist.append(twin)
        refused(path, r"states a content of 3,\d{3},\d{3} bytes, and has")

    @pytest.mark.parametrize("shape", [(1 << 40,), (1 << 40, 1 << 40), (3,)])
    def test_a_header_that_says_more_than_there_is(self, tmp_path, shape):
        stream = io.BytesIO()
        np.lib.format.write_array_header_1_0(stream, {"descr": "<f8", "fortran_order": False, "shape": shape})
        with zipfile.ZipFile(tmp_path / "m.npz", "w") as archive:
            archive.writestr("parameters/w.npy", stream.getvalue() + bytes(16))
        refused(tmp_path / "m.npz", "states a content of .* bytes, which is not its size")

    @pytest.mark.parametrize("suffix", FORMATS)
    @pytest.mark.parametrize("dtype", ["complex64", "float32", "int64"])
    def test_parameters_that_are_no_floats(self, tmp_path, suffix, dtype):
        path = tmp_path / f"m{suffix}"
        arrays = {name: x.astype(dtype) for name, x in nn.Linear(2, 1, seed=0).state_dict().items()}
        self.written(path, arrays, describe(nn.Linear(2, 1, seed=0)))
        refused(path, rf"{dtype} for [wb], and a parameter is a float64")

    @pytest.mark.parametrize("suffix", FORMATS)
    @pytest.mark.parametrize("levels", [150, 400, 100_000])
    @pytest.mark.parametrize("into", [None, nn.Neuron(1, seed=0)], ids=["anew", "into"])
    def test_an_architecture_that_is_nested_too_deep(self, tmp_path, suffix, levels, into):
        path = tmp_path / f"m{suffix}"
        opening, closing = '{"kind": "Sequential", "layers": [' * levels, "]}" * levels
        about = f'{{"format": "{FORMAT}", "model": "x", "architecture": {opening}{closing}, "sha256": "0"}}'
        self.written(path, {"w": np.zeros(1)}, about=about)
        refused(path, "nested too deep|description of the model has", into=into)

    @pytest.mark.parametrize("suffix", FORMATS)
    def test_an_architecture_whose_sizes_cancel_out(self, tmp_path, suffix):
        path = tmp_path / f"m{suffix}"
        layers = [{"kind": "Linear", "inputs": n, "outputs": 1} for n in (10**12, -(10**12))]
        self.written(path, {"w": np.zeros(1)}, {"kind": "Sequential", "layers": layers})
        refused(path, "more parameters than the file")

    def written(self, path, arrays, architecture=None, about=None):
        """A file with a right checksum, whatever it says."""
        if about is None:
            said = {"format": FORMAT, "model": "x", "architecture": architecture}
            about = json.dumps(said | {"sha256": digest(arrays, said)})
        if path.suffix == ".npz":
            np.savez(path, about=np.array(about), **{f"parameters/{name}": x for name, x in arrays.items()})
        else:
            needs.package("safetensors.numpy", FILES).save_file(arrays, path, metadata={"about": about})

    def rewritten(self, path, **changes):
        """The file with some of what it says of the model changed."""
        with np.load(path) as archive:
            members = {name: archive[name] for name in archive.files}
        about = json.loads(str(members.pop("about")))
        members.update(changes.pop("members", {}))
        about.update(changes)
        arrays = {name.removeprefix("parameters/"): array for name, array in members.items()}
        about["sha256"] = digest(arrays, about)
        np.savez(path, about=np.array(json.dumps(about)), **members)

    @pytest.mark.parametrize("suffix", [".npz"])
    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"format": "autograd-nn/2"}, "has the format 'autograd-nn/2', and this version of nn reads"),
            ({"architecture": {"kind": "Transformer"}}, "is inconsistent: this is not the description of a module"),
            ({"architecture": {"kind": "Linear", "inputs": 2, "outputs": 10**12}}, "more parameters than the file"),
            (
                {"architecture": {"kind": "Linear", "inputs": 2, "outputs": 1}},
                "is inconsistent: the architecture has",
            ),
            ({"architecture": {"kind": "Linear", "inputs": "2", "outputs": 1}}, "is inconsistent: .* whole number"),
            ({"architecture": {"kind": "Linear", "in": 2}}, "is inconsistent"),
            ({"architecture": {"kind": "Sequential", "layers": [3]}}, "is inconsistent"),
            ({"architecture": [1, 2]}, "is inconsistent"),
            ({"members": {"parameters/layers.0.w": np.zeros((2, 3))}}, "is inconsistent"),
            ({"members": {"parameters/layers.0.w": np.full((3, 2), np.nan)}}, "layers.0.w.0.0 is nan"),
            ({"members": {"parameters/extra": np.zeros(1)}}, "is inconsistent"),
        ],
        ids=str,
    )
    def test_a_file_that_contradicts_itself(self, path, changes, message):
        self.rewritten(path, **changes)
        refused(path, message)

    @formats
    @pytest.mark.parametrize(
        ("into", "message"),
        [
            (nn.MLP(2, [4, 1], hidden="tanh"), "holds another model than MLP"),
            (nn.MLP(2, [3, 1]), "holds another model than MLP"),
            (nn.Neuron(2, seed=0), "holds another model than Neuron"),
            (Mine(), r"does not fit: this is not the state of this Mine: it lacks 'w', and it has 'layers"),
        ],
        ids=repr,
    )
    def test_a_model_that_is_not_that_of_the_file(self, path, into, message):
        before = numbers(into)
        refused(path, message, into=into)
        assert numbers(into) == before

    def test_a_name_that_tells_no_format(self, tmp_path):
        for action in (lambda path: nn.save(nn.Neuron(1, seed=0), path), nn.load):
            for name in "model.pkl", "model":
                with pytest.raises(ValueError, match=r"must end in .safetensors or .npz"):
                    action(tmp_path / name)

    def test_what_is_no_model(self, tmp_path):
        with pytest.raises(TypeError, match="save writes a Module"):
            nn.save({"w": 1.0}, tmp_path / "m.npz")

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            nn.load(tmp_path / "m.npz")

    def test_a_missing_package_is_named(self, tmp_path, monkeypatch):
        monkeypatch.setitem(sys.modules, "safetensors", None)
        with pytest.raises(ModuleNotFoundError, match=r"pip install safetensors.*\.npz need no other package"):
            nn.save(nn.Neuron(1, seed=0), tmp_path / "m.safetensors")


def test_a_model_that_is_nested_deep_is_saved_without_its_architecture(tmp_path):
    def deep():
        model = nn.Neuron(1, weights=2.0)
        for _ in range(150):
            model = nn.Sequential(model)
        return model

    nn.save(deep(), tmp_path / "m.npz")
    refused(tmp_path / "m.npz", "not its architecture")
    assert nn.load(tmp_path / "m.npz", into=deep())(3.0).data == 6.0


class TestWholeOrNotAtAll:
    @formats
    def test_a_model_that_is_not_finite_is_not_written_over_a_good_one(self, tmp_path, suffix):
        path = tmp_path / f"m{suffix}"
        model = nn.Neuron(1, weights=1.0)
        nn.save(model, path)
        model.b.data = float("nan")
        with pytest.raises(ValueError, match="b contains inf or nan"):
            nn.save(model, path)
        assert nn.load(path).b.data == 0.0

    @formats
    @pytest.mark.parametrize("step", ["fsync", "replace"])
    def test_an_error_on_the_way_leaves_the_old_file_and_nothing_else(self, tmp_path, monkeypatch, suffix, step):
        path = tmp_path / f"m{suffix}"
        nn.save(nn.Neuron(1, weights=1.0), path)

        def fail(*arguments):
            raise OSError("the disk is full")

        monkeypatch.setattr(nn.saving.os, step, fail)
        with pytest.raises(OSError, match="the disk is full"):
            nn.save(nn.Neuron(1, weights=2.0), path)
        assert nn.load(path).w[0].data == 1.0
        assert os.listdir(tmp_path) == [path.name]

    def test_nothing_is_left_behind(self, tmp_path):
        for _ in range(3):
            nn.save(nn.Neuron(1, seed=0), tmp_path / "m.npz")
        assert os.listdir(tmp_path) == ["m.npz"]

    @pytest.mark.skipif(os.name != "posix", reason="modes and links are POSIX's")
    def test_the_file_keeps_its_mode_and_a_link_stays_a_link(self, tmp_path):
        path, link = tmp_path / "m.npz", tmp_path / "link.npz"
        nn.save(nn.Neuron(1, weights=1.0), path)
        mask = os.umask(0)
        os.umask(mask)
        assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask
        path.chmod(0o640)
        link.symlink_to(path)
        nn.save(nn.Neuron(1, weights=2.0), link)
        assert link.is_symlink()
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        assert nn.load(path).w[0].data == 2.0

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="the script forks")
    @formats
    def test_a_process_killed_while_it_saves_leaves_a_whole_file(self, tmp_path, suffix):
        path = tmp_path / f"model{suffix}"
        done = subprocess.run(
            [sys.executable, Path(__file__).with_name("killed.py"), path],
            capture_output=True,
            text=True,
            timeout=100,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OPENBLAS_NUM_THREADS": "1"},
        )
        assert done.returncode == 0, done.stderr
        words = done.stdout.split()
        assert int(words[1]) > 15  # at that many lines before the file was replaced
        assert int(words[8]) > 3  # and at some after that


def test_arguments_in_the_wrong_order_and_a_missing_folder(tmp_path):
    model = nn.Linear(1, 1, seed=0)
    with pytest.raises(TypeError, match=r"'x.npz' of type str; write save\(model, path\)"):
        nn.save("x.npz", model)
    with pytest.raises(FileNotFoundError, match=r"no folder .*missing to write m\.npz into"):
        nn.save(model, tmp_path / "missing" / "m.npz")
