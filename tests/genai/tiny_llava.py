"""Writes a vision-language model of random weights, about 1 MB, that llama.cpp loads like any other.

It sees nothing and knows nothing, but the whole path is real: image decoding, the vision encoder, the
projector, the chat template, sampling within a grammar. Two files as llama.cpp wants them: a LLaMA of two
layers whose vocabulary is single characters, and a CLIP encoder with LLaVA's two-layer projector.
"""

from pathlib import Path

import gguf
import numpy as np

WIDTH = 64
"""Of the language model's embedding, the vision encoder's and the projector's."""
HIDDEN = 128
LAYERS = 2
HEADS = 4
CONTEXT = 8192
IMAGE = 128
PATCH = 16
SPECIAL = ["<unk>", "<s>", "</s>", "<|im_end|>"]
END = SPECIAL.index("<|im_end|>")
TEMPLATE = (
    "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)


class Weights:
    """A GGUF file under construction; `random` and `ones` name their tensors as llama.cpp does."""

    def __init__(self, path: Path, architecture: str, seed: int) -> None:
        self.file = gguf.GGUFWriter(str(path), architecture)
        self.file.add_file_type(gguf.LlamaFileType.ALL_F32)
        self._rng = np.random.default_rng(seed)

    def random(self, name: str, *shape: int) -> None:
        self.file.add_tensor(name, (self._rng.standard_normal(shape) * 0.08).astype(np.float32))

    def ones(self, name: str, *shape: int) -> None:
        self.file.add_tensor(name, np.ones(shape, np.float32))

    def write(self) -> None:
        self.file.write_header_to_file()
        self.file.write_kv_data_to_file()
        self.file.write_tensors_to_file()
        self.file.close()


def write_language_model(path: Path) -> None:
    weights = Weights(path, "llama", seed=1)
    file = weights.file
    file.add_block_count(LAYERS)
    file.add_context_length(CONTEXT)
    file.add_embedding_length(WIDTH)
    file.add_feed_forward_length(HIDDEN)
    file.add_head_count(HEADS)
    file.add_head_count_kv(HEADS)
    file.add_layer_norm_rms_eps(1e-5)
    file.add_rope_dimension_count(WIDTH // HEADS)
    file.add_chat_template(TEMPLATE)
    size = _add_vocabulary(file)
    weights.random("token_embd.weight", size, WIDTH)
    weights.ones("output_norm.weight", WIDTH)
    weights.random("output.weight", size, WIDTH)
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        for norm in ("attn_norm", "ffn_norm"):
            weights.ones(f"{block}.{norm}.weight", WIDTH)
        for matrix in ("attn_q", "attn_k", "attn_v", "attn_output"):
            weights.random(f"{block}.{matrix}.weight", WIDTH, WIDTH)
        weights.random(f"{block}.ffn_gate.weight", HIDDEN, WIDTH)
        weights.random(f"{block}.ffn_up.weight", HIDDEN, WIDTH)
        weights.random(f"{block}.ffn_down.weight", WIDTH, HIDDEN)
    weights.write()


def _add_vocabulary(file: gguf.GGUFWriter) -> int:
    """Every byte, and ASCII with SentencePiece's blank as characters; returns how many tokens there are."""
    octets = [f"<0x{value:02X}>" for value in range(256)]
    characters = ["\u2581", *map(chr, range(33, 127))]
    kinds = [gguf.TokenType.UNKNOWN, *[gguf.TokenType.CONTROL] * (len(SPECIAL) - 1)]
    kinds += [gguf.TokenType.BYTE] * len(octets) + [gguf.TokenType.NORMAL] * len(characters)
    tokens = [*SPECIAL, *octets, *characters]
    file.add_vocab_size(len(tokens))
    file.add_tokenizer_model("llama")
    file.add_tokenizer_pre("default")
    file.add_token_list(tokens)
    file.add_token_scores([0.0] * len(tokens))
    file.add_token_types(kinds)
    file.add_bos_token_id(SPECIAL.index("<s>"))
    file.add_eos_token_id(END)
    file.add_unk_token_id(SPECIAL.index("<unk>"))
    return len(tokens)


def write_vision_encoder(path: Path) -> None:
    weights = Weights(path, "clip", seed=2)
    file = weights.file
    file.add_bool("clip.has_vision_encoder", True)
    file.add_string("clip.projector_type", "mlp")
    file.add_bool("clip.use_gelu", True)
    numbers = {
        "image_size": IMAGE,
        "patch_size": PATCH,
        "embedding_length": WIDTH,
        "feed_forward_length": HIDDEN,
        "projection_dim": WIDTH,
        "block_count": LAYERS,
        "attention.head_count": HEADS,
    }
    for key, value in numbers.items():
        file.add_uint32(f"clip.vision.{key}", value)
    file.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-6)
    file.add_array("clip.vision.image_mean", [0.5, 0.5, 0.5])
    file.add_array("clip.vision.image_std", [0.5, 0.5, 0.5])
    weights.random("v.patch_embd.weight", WIDTH, 3, PATCH, PATCH)
    weights.random("v.position_embd.weight", (IMAGE // PATCH) ** 2, WIDTH)
    for norm in ("v.pre_ln", "v.post_ln"):
        _norm(weights, norm)
    for layer in range(LAYERS):
        _vision_block(weights, f"v.blk.{layer}")
    _linear(weights, "mm.0", WIDTH, WIDTH)
    _linear(weights, "mm.2", WIDTH, WIDTH)
    weights.write()


def _vision_block(weights: Weights, block: str) -> None:
    for norm in ("ln1", "ln2"):
        _norm(weights, f"{block}.{norm}")
    for matrix in ("attn_q", "attn_k", "attn_v", "attn_out"):
        _linear(weights, f"{block}.{matrix}", WIDTH, WIDTH)
    _linear(weights, f"{block}.ffn_up", HIDDEN, WIDTH)
    _linear(weights, f"{block}.ffn_down", WIDTH, HIDDEN)


def _norm(weights: Weights, name: str) -> None:
    weights.ones(f"{name}.weight", WIDTH)
    weights.random(f"{name}.bias", WIDTH)


def _linear(weights: Weights, name: str, outputs: int, inputs: int) -> None:
    weights.random(f"{name}.weight", outputs, inputs)
    weights.random(f"{name}.bias", outputs)
