"""A real llama.cpp server (xllamacpp) with a tiny random model made on the spot: a live OpenAI-compatible socket.

Run as a program: `python tiny_llm.py PORT [NAME]`. The model has two layers and random weights: its words mean nothing, the
protocol, the guided JSON, the limits and the errors are those of the real server."""

import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

VOCABULARY, HIDDEN, LAYERS, HEADS, FEED_FORWARD, CONTEXT = 1024, 64, 2, 2, 128, 4096
SPECIAL = ["<|end|>", "<|user|>", "<|assistant|>"]
CLOSING = '"]}'
TEMPLATE = "{% for m in messages %}<|user|>{{ m.content }}<|end|>{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"


def make_model(path: Path) -> None:
    """Write a GGUF file: a byte-level tokenizer trained on this project's prompts, random weights, fixed seed."""
    import gguf
    import numpy as np
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    prompts = Path(__file__).parents[2] / "asknews_ner" / "annotate" / "prompts"
    text = [" ".join(file.read_text(encoding="utf-8").split()) for file in sorted(prompts.glob("*.jinja"))]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        text, trainers.BpeTrainer(vocab_size=VOCABULARY, special_tokens=SPECIAL, initial_alphabet=alphabet, show_progress=False)
    )
    vocabulary = tokenizer.get_vocab()
    tokens = sorted(vocabulary, key=lambda token: vocabulary[token])
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_dimension_count(HIDDEN // HEADS)
    writer.add_vocab_size(len(tokens))
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    writer.add_token_types([gguf.TokenType.CONTROL if token in SPECIAL else gguf.TokenType.NORMAL for token in tokens])
    writer.add_eos_token_id(vocabulary[SPECIAL[0]])
    writer.add_bos_token_id(vocabulary[SPECIAL[0]])
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)
    rng = np.random.default_rng(0)

    def random(*shape: int):
        return (rng.standard_normal(shape) * 0.05).astype(np.float32)

    def ones():
        return np.ones(HIDDEN, np.float32)

    # One constant direction in the embeddings lets the closing marks of JSON be likely everywhere: answers end by themselves.
    embedding, output = random(len(tokens), HIDDEN), random(len(tokens), HIDDEN)
    embedding[:, 0] = 1.0
    output[:, 0] = 0.0
    output[[number for number, token in enumerate(tokens) if token[0] in CLOSING], 0] = 0.9
    writer.add_tensor("token_embd.weight", embedding)
    writer.add_tensor("output_norm.weight", ones())
    writer.add_tensor("output.weight", output)
    for layer in range(LAYERS):
        for name, shape in {
            "attn_q": (HIDDEN, HIDDEN), "attn_k": (HIDDEN, HIDDEN), "attn_v": (HIDDEN, HIDDEN), "attn_output": (HIDDEN, HIDDEN),
            "ffn_gate": (FEED_FORWARD, HIDDEN), "ffn_up": (FEED_FORWARD, HIDDEN), "ffn_down": (HIDDEN, FEED_FORWARD),
        }.items():  # fmt: skip
            writer.add_tensor(f"blk.{layer}.{name}.weight", random(*shape))
        writer.add_tensor(f"blk.{layer}.attn_norm.weight", ones())
        writer.add_tensor(f"blk.{layer}.ffn_norm.weight", ones())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def serve(port: int, name: str = "tiny") -> None:
    """Serve on 127.0.0.1 until SIGTERM."""
    import xllamacpp

    path = Path(tempfile.mkdtemp()) / "tiny.gguf"
    make_model(path)
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.model_alias = {name}
    params.n_parallel = 4
    params.n_ctx = CONTEXT * 4
    params.warmup = False
    params.ui = False
    params.use_jinja = False  # with it, a guided answer that was cut off becomes an error 500
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(params)
    sys.stdout.write(f"listening {server.listening_address}\n")
    sys.stdout.flush()
    stop: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
    while not stop:
        time.sleep(0.1)
    os._exit(0)


if __name__ == "__main__":
    serve(int(sys.argv[1]), *sys.argv[2:])
