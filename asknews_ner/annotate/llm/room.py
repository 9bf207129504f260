"""Room in the model's context: the server's own tokenizer counts where it has a way to ask it (vLLM, llama.cpp); elsewhere a token is
taken for two bytes."""

from asknews_ner.annotate.annotator import Decoding, TaskInput
from asknews_ner.annotate.llm.client import ChatClient
from asknews_ner.annotate.llm.served import Served
from asknews_ner.annotate.long_texts import CUT, shorten
from asknews_ner.annotate.tasks import render
from asknews_ner.recipe import ModelChoice

_MARGIN = 32  # tokens of the chat template around the prompt, where the server cannot count them
_SMALLEST = 200  # characters; a text is never cut below
_CAUTION = 0.98  # head and tail may hold more tokens a character than the whole
_BYTES_A_TOKEN = 2  # where the server does not count; two to four are usual, by language


async def fit(client: ChatClient, choice: ModelChoice, served: Served, decoding: Decoding, task_input: TaskInput) -> tuple[str, int]:
    """The prompt, with the input's `text` shortened until prompt and answer fit into the context, and how many characters that left
    out.

    Other fields are never cut. What still does not fit is sent as it is: the server's refusal then stands in the rejects table."""
    text = task_input.get("text", "")
    room = served.context_length - decoding.max_output_tokens
    limit, around = len(text), None
    prompt = render(choice.prompt, task_input)
    # A token is a byte at least: what has fewer bytes than there is room for needs no counting.
    while served.context_length and room > 0 and len(prompt.encode(errors="replace")) + _MARGIN > room and limit > _SMALLEST:
        tokens = await tokens_of(client, choice.model, prompt)
        if tokens <= room:
            break
        if around is None:
            around = await tokens_of(client, choice.model, render(choice.prompt, {**task_input, "text": ""}))
        # The text's share of the room, at the text's own characters per token; from the original, so that there is one cut.
        share = max(0, room - around) / max(1, tokens - around)
        limit = max(_SMALLEST, int(limit * share * _CAUTION) - len(CUT))
        prompt = render(choice.prompt, {**task_input, "text": shorten(text, limit)})
    return prompt, max(0, len(text) - limit)


async def tokens_of(client: ChatClient, model: str, prompt: str) -> int:
    """Tokens of a prompt, by the server's count or by its bytes."""
    counted = await client.count_tokens(model, prompt)
    return counted if counted is not None else len(prompt.encode(errors="replace")) // _BYTES_A_TOKEN + _MARGIN
