"""Handing out stored bytes so that no browser runs them."""

from urllib.parse import quote

from django.http import FileResponse, Http404, HttpResponse

from crmcorner.folders.file_store import FileMissing, open_kept


def as_download(sha256: str, name: str) -> HttpResponse | FileResponse:
    """Answer with stored bytes as a file to be saved, whatever its type; `Http404` where they are gone."""
    try:
        handle = open_kept(sha256)
    except FileMissing as error:
        raise Http404 from error
    answer = FileResponse(handle, content_type="application/octet-stream")
    return _marked(answer, f"attachment; {_file_name(name)}")


def as_image(sha256: str, content_type: str) -> HttpResponse | FileResponse:
    """Answer with stored bytes as a picture; `Http404` where they are gone or their first bytes are not that type's."""
    try:
        handle = open_kept(sha256)
    except FileMissing as error:
        raise Http404 from error
    head = handle.read(12)
    handle.seek(0)
    if not is_picture(head, content_type):
        handle.close()
        raise Http404
    return _marked(FileResponse(handle, content_type=content_type), "inline")


def is_picture(head: bytes, content_type: str) -> bool:
    """Whether bytes begin as those of this type do; drawings (SVG) hold scripts and do not count."""
    beginnings = {
        "image/png": (b"\x89PNG\r\n\x1a\n",),
        "image/jpeg": (b"\xff\xd8\xff",),
        "image/gif": (b"GIF87a", b"GIF89a"),
        "image/webp": (b"RIFF",),
        "image/bmp": (b"BM",),
    }
    return any(head.startswith(each) for each in beginnings.get(content_type, ()))


def _file_name(name: str) -> str:
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_").replace("\\", "_")
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _marked(answer: FileResponse, disposition: str) -> FileResponse:
    answer.headers["Content-Disposition"] = disposition
    answer.headers["X-Content-Type-Options"] = "nosniff"
    # Should a browser show it all the same, nothing in it runs or is fetched.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
