"""A tiny chat model with random weights in Hugging Face form, for a real vLLM on the CPU. Its words mean nothing."""

from pathlib import Path

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
CHAT = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def make_weights(folder: Path, vocabulary: int = 2048, hidden: int = 64, layers: int = 2, context: int = 4096) -> None:
    """Two Qwen2 layers and a byte-level tokenizer trained on this project's prompts; fixed seed."""
    import torch
    import transformers
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    prompts = Path(__file__).parents[2] / "asknews_ner" / "annotate" / "prompts"
    text = [" ".join(file.read_text(encoding="utf-8").split()) for file in sorted(prompts.glob("*.jinja"))]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        text, trainers.BpeTrainer(vocab_size=vocabulary, special_tokens=SPECIAL, initial_alphabet=alphabet, show_progress=False)
    )
    wrapped = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>", additional_special_tokens=["<|im_start|>"],
        model_max_length=context,
    )  # fmt: skip
    wrapped.chat_template = CHAT
    wrapped.save_pretrained(folder)
    torch.manual_seed(0)
    config = transformers.Qwen2Config(
        vocab_size=(len(wrapped) + 63) // 64 * 64, hidden_size=hidden, intermediate_size=hidden * 2, num_hidden_layers=layers,
        num_attention_heads=2, num_key_value_heads=1, head_dim=32, max_position_embeddings=context, tie_word_embeddings=True,
        bos_token_id=None, eos_token_id=wrapped.convert_tokens_to_ids("<|im_end|>"),
        pad_token_id=wrapped.convert_tokens_to_ids("<|endoftext|>"),
    )  # fmt: skip
    model = transformers.AutoModelForCausalLM.from_config(config).to(torch.bfloat16)
    model.save_pretrained(folder)
