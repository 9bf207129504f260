"""The program of a process that reads pages: `python -m asknews_ner.acquire.extract.worker SOCKET PARAMS`.

It has no environment but where Python finds its modules, may open few files and write none, and has bounds on memory and on CPU time for
each page. Whatever goes beyond ends it; the pool starts another."""

import logging
import resource
import signal
import socket
import sys

from asknews_ner.acquire.extract.extract import extract_page
from asknews_ner.acquire.extract.messages import Closed, as_message, receive, send
from asknews_ner.acquire.extract.page import Extracted, ExtractFault, ExtractReject
from asknews_ner.recipe import ExtractParams

_PARSER_ERRORS = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, AssertionError, RecursionError)
"""What libraries raise on pages that their authors did not think of. Anything else ends the process."""
_DEPTH = 3000  # Python frames: extractors recurse over nested elements, and the C stack holds these


def main(descriptor: int, params: ExtractParams) -> None:
    """Read pages from the socket until it is closed."""
    logging.disable(logging.CRITICAL)  # what the libraries tell of broken pages stands in the results
    sys.setrecursionlimit(_DEPTH)
    _warm_up(params)
    resource.setrlimit(resource.RLIMIT_AS, (params.memory_mib << 20, params.memory_mib << 20))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the pool ends its processes itself
    with socket.socket(fileno=descriptor) as sock:
        send(sock, {"ready": True})
        while True:
            try:
                head, body = receive(sock)
            except Closed:
                return
            _limit_cpu(params.cpu_seconds)
            send(sock, as_message(_result(body, head["url"], head["content_type"], params)))


def _result(body: bytes, url: str, content_type: str, params: ExtractParams) -> Extracted | ExtractReject:
    try:
        return extract_page(body, url, content_type, params)
    except MemoryError:
        return ExtractReject(ExtractFault.OUT_OF_MEMORY, f"more than {params.memory_mib} MiB for {len(body)} bytes")
    except _PARSER_ERRORS as error:
        return ExtractReject(ExtractFault.PARSER_FAILED, f"{type(error).__name__}: {error!s:.80}")


def _limit_cpu(seconds: int) -> None:
    """SIGXCPU ends the process when it has used this much more CPU time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _warm_up(params: ExtractParams) -> None:
    """Load what the extractors load lazily, before the limits: it belongs to no page."""
    paragraph = "A sentence that is long enough to be taken for one, with ä and ö in it. " * 8
    page = f"<html><head><title>A title</title></head><body><p>{paragraph}</p></body></html>"
    for body in (page.encode(), page.encode("cp1252")):
        extract_page(body, "https://warm.example/up", "text/html", params)


if __name__ == "__main__":
    main(int(sys.argv[1]), ExtractParams.model_validate_json(sys.argv[2]))
