"""Small files of each kind, as applications record them: what tests call pictures, sounds and other media."""

import base64
import struct
import zlib

FILLING = bytes(index * 37 % 251 for index in range(300))


def png(side: int = 16) -> bytes:
    """A real PNG of this many pixels squared, which does not compress."""
    rows = b"".join(b"\x00" + bytes((row * 7 + column * 13) % 256 for column in range(side * 3)) for row in range(side))
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def wav(samples: int = 200) -> bytes:
    """A real WAV file of 8 kHz."""
    data = bytes(128 + index % 50 for index in range(samples))
    form = (
        b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8) + b"data" + struct.pack("<I", samples) + data
    )
    return b"RIFF" + struct.pack("<I", len(form)) + form


def _bmp() -> bytes:
    size = 54 + len(FILLING)
    return b"BM" + struct.pack("<IHHI", size, 0, 0, 54) + struct.pack("<I", 40) + bytes(36) + FILLING


FILES: dict[str, tuple[bytes, str]] = {
    "PNG": (png(), "image/png"),
    "JPEG": (b"\xff\xd8\xff\xe0\x00\x10JFIF" + FILLING + b"\xff\xd9", "image/jpeg"),
    "GIF": (b"GIF89a" + FILLING + b"\x3b", "image/gif"),
    "WebP": (b"RIFF" + struct.pack("<I", 304) + b"WEBP" + FILLING, "image/webp"),
    "BMP": (_bmp(), "image/bmp"),
    "TIFF": (b"II*\x00" + FILLING, "image/tiff"),
    "TIFF of Motorola": (b"MM\x00*" + FILLING, "image/tiff"),
    "AVIF": (b"\x00\x00\x00\x20ftypavif" + FILLING, "image/avif"),
    "HEIC": (b"\x00\x00\x00\x18ftypheic" + FILLING, "image/heic"),
    "MP4": (b"\x00\x00\x00\x20ftypisom" + FILLING, "video/mp4"),
    "M4A": (b"\x00\x00\x00\x20ftypM4A " + FILLING, "audio/mp4"),
    "PDF": (b"%PDF-1.7\n" + FILLING, "application/pdf"),
    "WAV": (wav(), "audio/wav"),
    "MP3 with ID3": (b"ID3\x04\x00\x00\x00\x00\x01\x00" + FILLING, "audio/mpeg"),
    "MP3 without": ((b"\xff\xfb\x90\x00" + bytes(413)) * 2, "audio/mpeg"),
    "Ogg": (b"OggS\x00\x02" + FILLING, "audio/ogg"),
    "FLAC": (b"fLaC\x00\x00\x00\x22" + FILLING, "audio/flac"),
    "WebM": (b"\x1a\x45\xdf\xa3" + FILLING, "video/webm"),
}


def as_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def as_data_url(content: bytes, mime: str = "image/png") -> str:
    return f"data:{mime};base64,{as_base64(content)}"
