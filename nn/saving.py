"""Models in files: the parameters as safetensors or as a NumPy archive, and the architecture as JSON in the same file.

Neither format can hold code that runs when a file is opened. A file is written completely or not at all, and read and
checked completely before a model is changed. The sizes that a file states are checked before anything is allocated:
nothing in it is compressed, so that a model never takes more than a fixed multiple of the size of its file.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import stat
import zipfile
from importlib import import_module
from pathlib import Path
from secrets import token_hex
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .activations import ACTIVATIONS
from .layers import MLP, Linear, Neuron, Sequential
from .module import Module, parameter_arrays

FORMAT = "autograd-nn/1"
_NOTES = ("classes", "columns")  # what a model remembers of the data that it was trained on
_LONGEST, _DEEPEST = 1_000_000, 200  # characters of JSON, and levels in it

Arrays = dict[str, NDArray[np.float64]]


class ModelFileError(ValueError):
    """A file does not contain a model, or not the expected one.

    >>> from nn import ModelFileError, load
    >>> issubclass(ModelFileError, ValueError)
    True
    """


def save(model: Module, path: str | os.PathLike[str]) -> None:
    """Write a model to a file whose name ends in ``.safetensors`` or ``.npz``.

    An existing file is replaced atomically, after the new one is completely on the disk.

    >>> import tempfile
    >>> from nn import MLP, load, save
    >>> model = MLP(2, [4, 1], seed=1)
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     save(model, f"{directory}/model.npz")
    ...     twin = load(f"{directory}/model.npz")
    >>> twin, twin([1.0, 2.0]).data == model([1.0, 2.0]).data
    (MLP(2, [4, 1]), True)
    """
    if not isinstance(model, Module):
        raise TypeError(
            f"save writes a Module, and not {model!r} of type {type(model).__name__}; write save(model, path)"
        )
    path = Path(path)
    packed = _FORMATS[_suffix(path)][0]
    arrays = model.state_dict()
    for name, array in arrays.items():
        if not np.all(np.isfinite(array)):
            raise ValueError(f"{name} contains inf or nan, and a saved model must be finite: nothing was written")
    architecture = describe(model)
    if _depth(architecture) > _DEEPEST or len(json.dumps(architecture)) > _LONGEST:
        architecture = None  # load would refuse it
    about: dict[str, Any] = {"format": FORMAT, "model": type(model).__name__, "architecture": architecture}
    for name in _NOTES:
        if getattr(model, name) is not None:
            about[name] = _labels(getattr(model, name), name)
    about["sha256"] = digest(arrays, about)
    write(path, packed(arrays, json.dumps(about, allow_nan=False)))


def load(path: str | os.PathLike[str], into: Module | None = None) -> Module:
    """Read a model from a file that `save` wrote.

    A model that consists of nn's classes is made from the file. A model with a class or a function of your own cannot
    be: make it, and pass it as ``into``, which is then returned. The names and shapes of its parameters must be those
    in the file. If the file has an error, `load` raises a `ModelFileError`, and ``into`` is not changed.

    >>> import tempfile
    >>> from nn import Module, load, save
    >>> class Line(Module):
    ...     def __init__(self, w=0.0):
    ...         self.w = Value(w)
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     save(Line(2.5), f"{directory}/line.npz")
    ...     load(f"{directory}/line.npz", into=Line()).w.data
    2.5
    """
    path = Path(path)
    unpacked = _FORMATS[_suffix(path)][1]
    arrays, about = unpacked(path)
    architecture, kind, notes = _read_about(path, about, arrays)
    if into is None:
        if architecture is None:
            raise ModelFileError(
                f"{path} has the parameters of a {kind}, but not its architecture, which needs code of yours: "
                f"make a {kind} and write load({str(path)!r}, into=model)"
            )
        into = _built(path, architecture, {name: array.shape for name, array in arrays.items()})
    elif architecture is not None and describe(into) not in (None, architecture):
        raise ModelFileError(f"{path} holds another model than {into!r}: {json.dumps(architecture)}")
    try:
        into.load_state_dict(arrays)
    except ValueError as error:
        raise ModelFileError(f"{path} does not fit: {error}") from None
    for name, noted in notes.items():
        setattr(into, name, noted)
    return into


def _labels(classes: Any, name: str) -> list[Any]:
    """The labels as a list, if JSON can represent them exactly."""
    if not isinstance(classes, tuple) or not all(isinstance(x, str | int | float | bool) for x in classes):
        raise ValueError(f"{name} must be a tuple of strings or numbers to be saved, and not {classes!r}")
    return list(classes)


def digest(arrays: Arrays, about: dict[str, Any]) -> str:
    """The SHA-256 of the whole content of a file, to detect damage."""
    said = [about["format"], about["model"], about["architecture"], *[about[name] for name in _NOTES if name in about]]
    sha = hashlib.sha256(json.dumps(said, sort_keys=True).encode())
    for name, array in sorted(arrays.items()):
        sha.update(f"{name} {array.dtype.str} {array.shape}".encode())
        sha.update(np.ascontiguousarray(array).tobytes())
    return sha.hexdigest()


def _read_about(path: Path, text: str | None, arrays: Arrays) -> tuple[Any, str, dict[str, tuple[Any, ...]]]:
    """The architecture, which can be None; the name of the model's class; and what it remembers of its data."""
    for name, array in arrays.items():
        if array.dtype.kind != "f" or array.dtype.itemsize != 8:
            raise ModelFileError(f"{path} has {array.dtype} for {name}, and a parameter is a float64")
    if text is not None and len(text) > 2 * _LONGEST:
        raise ModelFileError(
            f"{path} was not written by nn.save: its description of the model has {len(text):,} characters"
        )
    try:
        about = json.loads(text or "")
        if _depth(about) > _DEEPEST + 1:
            raise RecursionError
        form, architecture, kind, sha = (about[key] for key in ("format", "architecture", "model", "sha256"))
    except RecursionError:
        raise ModelFileError(
            f"{path} was not written by nn.save: its description of the model is nested too deeply"
        ) from None
    except (ValueError, TypeError, KeyError):
        raise ModelFileError(f"{path} was not written by nn.save: it has no description of the model") from None
    if form != FORMAT:
        raise ModelFileError(f"{path} has the format {form!r}, and this version of nn reads {FORMAT!r}")
    if sha != digest(arrays, about):
        raise ModelFileError(f"{path} is damaged, or was changed after it was saved: its checksum does not match")
    notes = {name: about[name] for name in _NOTES if name in about}
    for name, noted in notes.items():
        if not isinstance(noted, list):
            raise ModelFileError(f"{path} is inconsistent: {name} is {noted!r}")
    return architecture, str(kind), {name: tuple(noted) for name, noted in notes.items()}


def _built(path: Path, architecture: Any, found: dict[str, tuple[int, ...]]) -> Module:
    available = sum([int(np.prod(shape)) for shape in found.values()])
    try:
        if _declared(architecture) > available:  # building it could exhaust the memory
            raise ValueError("the architecture has more parameters than the file")
        model = build(architecture)
        if shapes(model) != found:
            raise ValueError(f"the architecture has the parameters {shapes(model)}, and the file has {found}")
    except (ValueError, TypeError, RecursionError) as error:
        raise ModelFileError(f"{path} is inconsistent: {error}") from None
    return model


def _declared(architecture: Any) -> int:
    """A lower bound for the number of parameters in an architecture."""
    if isinstance(architecture, list):
        return sum(map(_declared, architecture))
    if not isinstance(architecture, dict):
        return 0
    inputs, outputs = architecture.get("inputs", 0), architecture.get("outputs", 1)
    mine = max(inputs, 0) * max(outputs, 0) if isinstance(inputs, int) and isinstance(outputs, int) else 0
    return mine + sum(map(_declared, architecture.values()))


def _depth(tree: Any) -> int:
    """The number of nested levels of lists and dicts."""
    level, depth = [tree], 0
    while level := [x for x in level if isinstance(x, list | dict)]:
        depth += 1
        level = [inner for x in level for inner in (x.values() if isinstance(x, dict) else x)]
    return depth


# --- the two formats --------------------------------------------------------------------------------------------------


def _pack_safetensors(arrays: Arrays, about: str) -> bytes:
    content: bytes = _safetensors().numpy.save(arrays, metadata={"about": about})
    return content


def _unpack_safetensors(path: Path) -> tuple[Arrays, str | None]:
    library = _safetensors()
    content = path.read_bytes()
    try:
        arrays = library.numpy.load(content)
        length = int.from_bytes(content[:8], "little")
        metadata = json.loads(content[8 : 8 + length]).get("__metadata__", {})
    except Exception as error:  # the package raises many types, also for number types that NumPy lacks
        raise ModelFileError(f"{path} is not a complete safetensors file: {error}") from None
    return arrays, metadata.get("about")


def _safetensors() -> Any:
    try:
        library = import_module("safetensors")
        import_module("safetensors.numpy")
    except ImportError:
        raise ModuleNotFoundError(
            ".safetensors files need the package safetensors: pip install safetensors. "
            "Files that end in .npz need no other package."
        ) from None
    return library


def _pack_npz(arrays: Arrays, about: str) -> bytes:
    stream = io.BytesIO()
    named: dict[str, Any] = {f"parameters/{name}": array for name, array in arrays.items()}
    np.savez(stream, about=np.array(about), **named)
    return stream.getvalue()


def _unpack_npz(path: Path) -> tuple[Arrays, str | None]:
    content = path.read_bytes()
    try:
        _check_archive(content)
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            members = {name: archive[name] for name in archive.files}
    except Exception as error:  # zipfile and NumPy raise many types for damaged archives
        raise ModelFileError(f"{path} is not a complete .npz archive written by nn.save: {error}") from None
    about = members.pop("about", None)
    arrays = {name.removeprefix("parameters/"): array for name, array in members.items()}
    return arrays, None if about is None else str(about)


def _check_archive(content: bytes) -> None:
    """Raise an error, before anything is unpacked, for an archive whose content is larger than the archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        for member in members:
            if member.compress_type != zipfile.ZIP_STORED:
                raise ValueError(f"{member.filename} is compressed, and could unpack to any size")
        total = sum(member.file_size for member in members)
        if total > len(content):
            raise ValueError(f"it states a content of {total:,} bytes, and has {len(content):,}")
        for member in members:
            with archive.open(member) as stream:
                version = np.lib.format.read_magic(stream)
                read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
                shape, _, dtype = read(stream)
                if dtype.hasobject:
                    raise ValueError(
                        f"{member.filename} is a pickle, which can run code when it is opened: nn does not open it"
                    )
                size = math.prod(shape) * dtype.itemsize
                if size != member.file_size - stream.tell():
                    raise ValueError(f"{member.filename} states a content of {size:,} bytes, which is not its size")


_FORMATS: dict[str, tuple[Any, Any]] = {
    ".safetensors": (_pack_safetensors, _unpack_safetensors),
    ".npz": (_pack_npz, _unpack_npz),
}


def _suffix(path: Path) -> str:
    if path.suffix not in _FORMATS:
        raise ValueError(f"{path} must end in {' or '.join(_FORMATS)}, for the format")
    return path.suffix


def write(path: Path, content: bytes) -> None:
    """Replace the content of a file atomically, even if the process is killed or the power fails.

    The content is written to a new file in the same directory, flushed to the disk, and renamed. If the process is
    killed before that, the new file can remain; its name begins with a dot and ends in ``.part``.
    """
    path = Path(os.path.realpath(path))  # so that a link is not replaced by a file
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {path.parent} to write {path.name} into: make it first")
    part = path.with_name(f".{path.name}.{token_hex(8)}.part")
    file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(file, "wb") as stream:
            if path.exists():
                os.chmod(part, stat.S_IMODE(path.stat().st_mode))
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync_directory(path.parent)


def _sync_directory(directory: Path) -> None:
    """Flush the new name to the disk too, where directories can be opened."""
    if os.name == "posix":
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


_BUILT_IN: tuple[type[Module], ...] = (Neuron, Linear, Sequential, MLP, *ACTIVATIONS.values())
KINDS = {kind.__name__: kind for kind in _BUILT_IN}
"""The classes that can be described, by name. Subclasses are not described, since they can do anything."""


def describe(model: Module) -> dict[str, Any] | None:
    """The architecture of a model as plain data, from which `build` makes a model like it; None if it cannot be
    described, as for a class of your own.

    >>> from nn import Neuron
    >>> describe(Neuron(2, "tanh", seed=0))
    {'kind': 'Neuron', 'inputs': 2, 'activation': {'kind': 'Tanh'}}
    """
    description = _described(model)
    if description is None or shapes(build(description)) != shapes(model):
        return None  # the model was changed, or it shares parameters
    return description


def _described(model: Module) -> dict[str, Any] | None:
    config = model.config() if KINDS.get(type(model).__name__) is type(model) else None
    if config is None:
        return None
    description: dict[str, Any] = {"kind": type(model).__name__}
    for name, thing in config.items():
        parts = [_described(part) if isinstance(part, Module) else part for part in _as_list(thing)]
        if any(part is None for part in parts):
            return None
        description[name] = parts if isinstance(thing, list) else parts[0]
    return description


def build(description: Any) -> Module:
    """The model with an architecture that `describe` returned. Its parameters are 0.

    >>> from nn import MLP
    >>> build(describe(MLP(2, [4, 1], hidden="tanh")))
    MLP(2, [4, 1], hidden='tanh')
    """
    if not isinstance(description, dict) or description.get("kind") not in KINDS:
        raise ValueError(f"this is not the description of a module: {description!r}")
    kind = KINDS[description["kind"]]
    config: dict[str, Any] = {}
    for name, thing in description.items():
        if name != "kind":
            parts = [build(part) if isinstance(part, dict) else part for part in _as_list(thing)]
            config[name] = parts if isinstance(thing, list) else parts[0]
    if issubclass(kind, Sequential):
        return kind.from_config(**config)
    if issubclass(kind, Linear | Neuron):
        return kind(**config, weights=0.0)
    return kind(**config)


def shapes(model: Module) -> dict[str, tuple[int, ...]]:
    """The names and shapes of a model's parameters.

    >>> from nn import Linear
    >>> shapes(Linear(2, 3, seed=0))
    {'w': (3, 2), 'b': (3,)}
    """
    return {array.name: array.shape for array in parameter_arrays(model)}


def _as_list(thing: Any) -> list[Any]:
    return thing if isinstance(thing, list) else [thing]
