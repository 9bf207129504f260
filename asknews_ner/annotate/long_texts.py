"""Texts that are too long for the model's context: head and tail stay, the cut is marked and counted, never silent.

News puts the facts first and the outlook last, so three quarters of the room go to the beginning. The server's own tokenizer
counts where it has a way to ask it (vLLM, llama.cpp); elsewhere a token is taken for two bytes."""

from asknews_ner.annotate.annotator import Decoding, TaskInput
from asknews_ner.annotate.chat import ChatClient
from asknews_ner.annotate.served import Served
from asknews_ner.annotate.tasks import render
from asknews_ner.recipe import ModelChoice

CUT = "\n[…]\n"
_MARGIN = 32  # tokens of the chat template around the prompt, where the server cannot count them
_SMALLEST = 200  # characters; a text is never cut below
_BYTES_A_TOKEN = 2  # where the server does not count; two to four are usual, by language


def shorten(text: str, limit: int) -> str:
    """Head and tail of a text over `limit` characters, the cut marked by […]."""
    if len(text) <= limit:
        return text
    tail = limit // 4
    return text[: limit - tail] + CUT + text[-tail:]


async def fit(client: ChatClient, choice: ModelChoice, served: Served, decoding: Decoding, task_input: TaskInput) -> tuple[TaskInput, int]:
    """The input, its `text` shortened until prompt and answer fit into the context, and how many characters that left out.

    Other fields are never cut. What still does not fit is sent as it is: the server's refusal then stands in the rejects table."""
    text = task_input.get("text", "")
    room = served.context_length - decoding.max_output_tokens
    limit = len(text)
    while served.context_length and room > 0:
        prompt = render(choice.prompt, task_input)
        most = len(prompt.encode(errors="replace")) + _MARGIN
        if most <= room or limit <= _SMALLEST:
            break
        counted = await client.count_tokens(choice.model, prompt)
        tokens = counted if counted is not None else most // _BYTES_A_TOKEN
        if tokens <= room:
            break
        # Cut the excess from the original text, so that there is one cut, and count again.
        limit = max(_SMALLEST, limit - int((tokens - room) * 1.05 * len(prompt) / tokens) - len(CUT))
        task_input = {**task_input, "text": shorten(text, limit)}
    return task_input, max(0, len(text) - limit)
