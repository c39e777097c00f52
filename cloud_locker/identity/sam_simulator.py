"""A reader for ID cards without cards: speaks the frames of the SAM module, makes every mistake."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cloud_locker.codecs.framing import FrameDecoder
from cloud_locker.identity import sam_codec
from cloud_locker.identity.sam_codec import IdentityCard, SamAnswer, SamRequest

_PHOTO = bytes(1024)
_ANSWERED = {
    sam_codec.FIND: SamAnswer(sam_codec.FOUND, bytes(4)),
    sam_codec.SELECT: SamAnswer(sam_codec.DONE, bytes(8)),
}


@dataclass(kw_only=True, slots=True)
class ReaderMishaps:
    """What goes wrong; may be changed while it runs. `mute`: nothing is answered. `damaged`: the
    checksum is wrong. `half`: answers break off. `garbage` comes before each answer. `status`: what
    READ answers instead of the card, 0 for nothing wrong."""

    mute: bool = False
    damaged: bool = False
    half: bool = False
    garbage: bytes = b""
    status: int = 0


class SamSimulator:
    """Lies behind a wire of `cloud_locker.simulators.serial_wires`. `card` is what lies on it, or
    None; as real readers do, it finds a card only once until that is taken away and laid on again.

    `looked` is called whenever somebody looked for a card in vain.
    """

    def __init__(self, card: IdentityCard | None = None) -> None:
        self.mishaps = ReaderMishaps()
        self.listeners: list[Callable[[bytes], None]] = []
        self.asked: list[SamRequest] = []
        self.looked: Callable[[], None] = lambda: None
        self._card = card
        self._fresh = card is not None

    def lay(self, card: IdentityCard | None) -> None:
        """Lay another card on the reader, or take away what lies there."""
        self._card, self._fresh = card, card is not None

    def decoder(self) -> FrameDecoder[SamRequest]:
        """A fresh decoder for one connection."""
        return sam_codec.requests()

    def received(self, decoder: FrameDecoder[SamRequest], data: bytes) -> bytes:
        """What goes back for the requests that became whole with `data`."""
        answers = b""
        for request in decoder.feed(data):
            self.asked.append(request)
            answers += self._disturbed(sam_codec.answer_frame(self._answer(request)))
        return answers

    def _answer(self, request: SamRequest) -> SamAnswer:
        command = (request.command, request.parameter)
        if command == sam_codec.FIND and not self._fresh:
            self.looked()
            return SamAnswer(sam_codec.NO_CARD)
        if command in _ANSWERED:
            return _ANSWERED[command]
        if command != sam_codec.READ:
            return SamAnswer(0x21)
        if self.mishaps.status:
            return SamAnswer(self.mishaps.status)
        if self._card is None:
            return SamAnswer(sam_codec.CARD_LEFT)
        self._fresh = False
        return SamAnswer(sam_codec.DONE, sam_codec.card_data(self._card, _PHOTO))

    def _disturbed(self, answer: bytes) -> bytes:
        mishaps = self.mishaps
        if mishaps.mute:
            return b""
        if mishaps.damaged:
            answer = answer[:-1] + bytes((answer[-1] ^ 0x5A,))
        if mishaps.half:
            answer = answer[: len(answer) // 2]
        return mishaps.garbage + answer
